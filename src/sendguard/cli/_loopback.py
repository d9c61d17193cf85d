"""A real SMTP server on the loopback interface, for as long as it is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


@frozen
class Arrival:
    """A mail that the server took."""

    recipients: tuple[str, ...]
    data: bytes


@define
class Postbox:
    """Where the mails of one server lie; `port` is where it listens."""

    port: int = 0
    _arrived: list[Arrival] = field(factory=list)

    async def handle_DATA(  # noqa: N802  (the name that aiosmtpd calls)
        self,
        server: SMTP,  # noqa: ARG002  (aiosmtpd gives it)
        session: Session,  # noqa: ARG002  (aiosmtpd gives it)
        envelope: Envelope,
    ) -> str:
        """Keep one mail, before the sender is told that it was taken."""
        self._arrived.append(Arrival(tuple(envelope.rcpt_tos), envelope.original_content))
        return "250 OK"

    def emptied(self) -> tuple[Arrival, ...]:
        """What has arrived since the last time."""
        arrived = tuple(self._arrived)
        self._arrived.clear()
        return arrived


@contextmanager
def loopback() -> Iterator[Postbox]:
    """A postbox behind a server that listens on a free port until the block is left.

    Raises:
        ModuleNotFoundError: aiosmtpd is not installed.
    """
    from aiosmtpd.smtp import SMTP

    postbox = Postbox()
    loop = asyncio.new_event_loop()

    def protocol() -> Any:
        # Without a host name it would ask the name service for one.
        return SMTP(postbox, hostname="localhost", loop=loop)

    server = loop.run_until_complete(loop.create_server(protocol, HOST, 0))
    postbox.port = server.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever, name="loopback-smtp", daemon=True)
    thread.start()
    try:
        yield postbox
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_ended(loop))
        loop.close()


async def _ended(loop: asyncio.AbstractEventLoop) -> None:
    """Let the sessions end that are still open."""
    open_sessions = asyncio.all_tasks(loop) - {asyncio.current_task(loop)}
    for session in open_sessions:
        session.cancel()
    await asyncio.gather(*open_sessions, return_exceptions=True)
