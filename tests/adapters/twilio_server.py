"""A stand-in for Twilio's API on loopback, and inner clients that go there instead."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit, urlunsplit

from attrs import define, field
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient

from sendguard import Finding, Message
from sendguard.guard import Event

SID = "SM0123456789abcdef0123456789abcdef"


@define
class Recorder:
    """An observer that remembers."""

    events: list[Event] = field(factory=list)

    def notify(self, event: Event) -> None:
        self.events.append(event)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    @property
    def message(self) -> Message:
        return self.events[-1].message

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.events[-1].decision.findings


class Server:
    """Answers every request with `status`, or as `behaviour` says: "answer", "drop" or "hang"."""

    def __init__(self) -> None:
        self.status = 201
        self.behaviour = "answer"
        self.requests: list[tuple[str, str]] = []
        self.forms: list[dict[str, list[str]]] = []
        self.stopped = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.requests.append((self.command, self.path))
                server.forms.append(parse_qs(body.decode(), keep_blank_values=True))
                if server.behaviour == "hang":
                    server.stopped.wait()
                if server.behaviour != "answer":
                    self.close_connection = True
                    return
                payload = {"sid": SID, "status": "queued", "code": 21211, "message": "no number"}
                content = json.dumps(payload).encode()
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.stopped.set()
        self._http.shutdown()
        self._http.server_close()


def closed_port() -> str:
    """An address of loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _redirected(url: str, address: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(("http", address, parts.path, parts.query, ""))


class Inner(TwilioHttpClient):
    """The SDK's client, whose requests go to `address` whatever host they name."""

    def __init__(self, address: str, **options: object) -> None:
        super().__init__(**options)
        self.address = address
        self.urls: list[str] = []

    def request(self, method, url, **rest):
        self.urls.append(url)
        return super().request(method, _redirected(url, self.address), **rest)


class AsyncInner(AsyncTwilioHttpClient):
    """The same for asyncio."""

    def __init__(self, address: str, **options: object) -> None:
        super().__init__(**options)
        self.address = address
        self.urls: list[str] = []

    async def request(self, method, url, **rest):
        self.urls.append(url)
        return await super().request(method, _redirected(url, self.address), **rest)
