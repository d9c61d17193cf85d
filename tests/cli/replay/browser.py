"""A headless Chromium, driven over a pipe (Chrome DevTools Protocol): messages of JSON, each ended by a NUL."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
_BECOME = (  # a browser that reads from 3 and writes to 4
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execv(sys.argv[3], sys.argv[3:])"
)
_LIMIT = 60  # seconds for one answer, on a busy machine


class Page:
    """One open page; `complaints` is what its console has said, whatever the level."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._number = 0
        self._rest = b""
        self._session: str | None = None
        self.complaints: list[Any] = []
        self.requests: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
            self._note(answer)

    def open(self, path: Path) -> None:
        self.call("Page.navigate", url=path.as_uri())
        while (event := self._next()).get("method") != "Page.loadEventFired":
            self._note(event)

    def value(self, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if kind == "keyDown" and len(key) == 1 else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, **text)

    def _next(self) -> Any:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], _LIMIT)
            assert ready, "the browser says nothing"
            piece = os.read(self._read, 1 << 16)
            assert piece, "the browser has ended"
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def _note(self, event: Any) -> None:
        match event.get("method"):
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded":
                self.complaints.append(event["params"])
            case "Network.requestWillBeSent":
                self.requests.append(event["params"]["request"]["url"])


def _pipe() -> tuple[int, ...]:
    """A pipe whose ends lie above the two that the browser reads and writes."""
    low = os.pipe()
    ends = tuple(fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 10) for each in low)
    for each in low:
        os.close(each)
    return ends


@contextlib.contextmanager
def opened(folder: Path, *options: str) -> Iterator[Page]:
    """A page in a browser of its own, whose profile lies in the folder."""
    assert CHROMIUM is not None
    down_read, down_write = _pipe()
    up_read, up_write = _pipe()
    command = [
        *(sys.executable, "-c", _BECOME, str(down_read), str(up_write), CHROMIUM),
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"),
        *(
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
        ),
        *(f"--user-data-dir={folder}", *options, "about:blank"),
    ]
    with subprocess.Popen(
        command,
        pass_fds=(down_read, up_write),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(down_read)
        os.close(up_write)
        try:
            page = Page(up_read, down_write)
            yield page
            page._session = None
            page.call("Browser.close")
        finally:
            os.close(down_write)
            os.close(up_read)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
