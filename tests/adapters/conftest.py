"""A real SMTP server in this process, and an observer, for the tests of every adapter."""

from __future__ import annotations

import queue
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from attrs import define, field, frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sendguard import Action, Check, Finding, Guard, Recipient, rule
from sendguard.guard import Event


@frozen
class Received:
    """One mail that the server took."""

    mail_from: str
    rcpt_tos: list[str]
    data: bytes


@define
class SmtpSink:
    """What the server was told, and what it is to answer.

    Attributes:
        host, port: where it listens.
        received: the mails that it took.
        commands: the arguments of MAIL and RCPT, as they came.
        answers: by recipient, what to say to RCPT TO; "drop" cuts the connection.
        mail_answer, data_answer: what to say to MAIL FROM, and to the end of the data; likewise.
        certificate: the one to trust, as PEM, or None where it speaks no TLS.
    """

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(factory=list)
    commands: list[str] = field(factory=list)
    answers: dict[str, str] = field(factory=dict)
    mail_answer: str = "250 OK"
    data_answer: str = "250 OK"
    certificate: str | None = None
    _arrivals: queue.SimpleQueue[Received] = field(factory=queue.SimpleQueue)

    def next(self) -> Received:
        """The next mail, waited for where something stands in between that takes its time."""
        return self._arrivals.get(timeout=30)

    async def handle_MAIL(self, server, session: Session, envelope: Envelope, address, options):
        if self.mail_answer.startswith("250"):
            envelope.mail_from = address
        return self._say(server, self.mail_answer)

    async def handle_RCPT(self, server, session: Session, envelope: Envelope, address, options):
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return self._say(server, answer)

    async def handle_DATA(self, server, session: Session, envelope: Envelope):
        if self.data_answer.startswith("250"):
            mail = Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content)
            self.received.append(mail)
            self._arrivals.put(mail)
        return self._say(server, self.data_answer)

    def _say(self, server: SMTP, answer: str) -> str:
        if answer == "drop":
            server.transport.abort()
        return answer


def _protocol(base: type[SMTP], sink: SmtpSink) -> SMTP:
    class Recording(base):  # type: ignore[valid-type, misc]  # one of two known classes
        async def smtp_MAIL(self, arg):
            sink.commands.append(f"MAIL {arg}")
            await super().smtp_MAIL(arg)

        async def smtp_RCPT(self, arg):
            sink.commands.append(f"RCPT {arg}")
            await super().smtp_RCPT(arg)

    return Recording(sink, enable_SMTPUTF8=True, decode_data=False)


class _Controller(Controller):
    """Listens on whatever port is free."""

    base: type[SMTP] = SMTP

    def factory(self) -> SMTP:
        return _protocol(self.base, self.handler)

    def _trigger_server(self) -> None:
        self.port = self.handler.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class _LmtpController(_Controller):
    base = LMTP


def _running(
    controller: type[_Controller], certificate: str | None = None, **options: Any
) -> Iterator[SmtpSink]:
    sink = SmtpSink(certificate=certificate)
    server = controller(sink, hostname=sink.host, port=0, **options)
    server.start()
    sink.commands.clear()
    try:
        yield sink
    finally:
        server.stop()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """An SMTP server on loopback that keeps what it is sent."""
    yield from _running(_Controller)


@pytest.fixture
def lmtp_sink() -> Iterator[SmtpSink]:
    """The same for LMTP."""
    yield from _running(_LmtpController)


class _TlsController(_Controller):
    def _trigger_server(self) -> None:  # aiosmtpd would call with the server's own TLS context
        self.port = self.handler.port = self.server.sockets[0].getsockname()[1]
        trusting = ssl.create_default_context(cadata=self.handler.certificate)
        with (
            socket.create_connection((self.hostname, self.port)) as plain,
            trusting.wrap_socket(plain, server_hostname=self.hostname) as secure,
        ):
            secure.recv(4)


@pytest.fixture
def smtps_sink(tmp_path: Path) -> Iterator[SmtpSink]:
    """The same behind TLS, with a `certificate` of its own."""
    certificate = _write_certificate(tmp_path / "server.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "server.pem")
    yield from _running(_TlsController, certificate=certificate, ssl_context=tls)


def _write_certificate(path: Path) -> str:
    """Make a certificate for loopback that is its own authority, and write it with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sendguard tests")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    path.write_bytes(
        certificate + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return certificate.decode()


@define
class Recorder:
    """An observer that keeps the events."""

    events: list[Event] = field(factory=list)

    def notify(self, event: Event) -> None:
        self.events.append(event)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@rule("test.word")
def _objects(message, context):
    text = f"{message.subject} {message.text}"
    if "stop" in text:
        yield _finding("test.stop", Action.BLOCK)
    if "wait" in text:
        yield _finding("test.wait", Action.HOLD)
    for recipient in message.recipients:
        if recipient.address.startswith("mallory@"):
            yield _finding("test.mallory", Action.BLOCK, recipient)
        if recipient.address.startswith("ivan@"):
            yield _finding("test.ivan", Action.HOLD, recipient)


def _finding(code: str, action: Action, recipient: Recipient | None = None) -> Finding:
    return Finding(code=code, action=action, message="A test objects.", recipient=recipient)


@pytest.fixture
def objector() -> Check:
    """Blocks what says "stop", holds what says "wait"; people named mallory and ivan likewise."""
    return _objects


@pytest.fixture
def guard(objector: Check, recorder: Recorder) -> Guard:
    """Judges by the objector, and tells the recorder."""
    return Guard(objector, observers=[recorder])
