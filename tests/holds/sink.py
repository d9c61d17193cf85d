"""An SMTP server that counts how often each mail came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller


class Counting:
    """By subject, how many mails the server has taken."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    async def handle_DATA(self, server, session, envelope):
        self.counts[message_from_bytes(envelope.content)["Subject"]] += 1
        return "250 OK"


class _Anywhere(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def counting_sink() -> Iterator[tuple[Counting, str, int]]:
    handler = Counting()
    server = _Anywhere(handler, hostname="127.0.0.1", port=0)
    server.start()
    try:
        yield handler, "127.0.0.1", server.port
    finally:
        server.stop()
