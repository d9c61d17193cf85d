"""Runs the examples of README.md, docs/ and the docstrings in src/ as tests.

The examples of a file go on from each other, so they stay in one process (``--dist=loadfile``).
An example that reaches for ``mail.shop.example``, or for the server that the tutorial starts, gets
an SMTP server in this process, whose mails it finds in `mail_server`; any other host but this
computer is refused.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from hypothesis import settings
from sybil import Sybil
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.myst import PythonCodeBlockParser

# No test is timed. On the integration server the same commit gives the same result; new examples
# are looked for at every other run, and by `make soak`.
settings.register_profile("sendguard", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "sendguard")

_SERVERS = (("mail.shop.example", 25), ("localhost", 8025))
_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


class MailServer:
    """An SMTP server on loopback.

    Attributes:
        mails: the bytes of each mail that it took, in order.
        recipients: the addresses of its RCPT commands, by mail.
    """

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002  (aiosmtpd's)
        """Take one mail."""
        self.mails.append(envelope.original_content)
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


class _Server(Controller):
    def _trigger_server(self) -> None:  # listens on whatever port is free
        self.port = self.handler.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="session")
def smtp_server() -> Iterator[MailServer]:
    """A running server for all examples."""
    mail_server = MailServer()
    server = _Server(mail_server, hostname="127.0.0.1", port=0)
    server.start()
    yield mail_server
    server.stop()


@pytest.fixture(scope="module")
def server_of_page(smtp_server: MailServer) -> MailServer:
    """The same server, which has taken nothing when a page begins."""
    smtp_server.mails.clear()
    smtp_server.recipients.clear()
    return smtp_server


@pytest.fixture
def mail_server(server_of_page: MailServer, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """The server of the examples, which reach no other host."""
    connect = socket.create_connection

    def connected(address: tuple[str, int], *args: Any, **options: Any) -> socket.socket:
        host, port = address
        if address in _SERVERS:
            return connect(("127.0.0.1", server_of_page.port), *args, **options)
        if host not in _THIS_COMPUTER:
            raise OSError(f"an example wants to reach {host}:{port}; examples use no network")
        return connect(address, *args, **options)

    monkeypatch.setattr(socket, "create_connection", connected)
    return server_of_page


@pytest.fixture(scope="module")
def folder_of_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples of a page leave their files."""
    return tmp_path_factory.mktemp("page")


@pytest.fixture
def working_folder(folder_of_page: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the examples, which leave nothing in the repository."""
    monkeypatch.chdir(folder_of_page)
    return folder_of_page


_pages = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["*.md"],
    fixtures=["mail_server", "working_folder"],
)
_docstrings = Sybil(parsers=[DocTestParser()], path="src", patterns=["*.py"])

pytest_collect_file = (_pages + _docstrings).pytest()
