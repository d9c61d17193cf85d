"""A Redis of the tests' own, on a free port, that they may kill, pause and start again."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")

needs_redis = pytest.mark.skipif(
    PROGRAM is None, reason="REDIS-SERVER IS NOT INSTALLED: RedisStore is not tested"
)


class RedisServer:
    """One server; its data survive `kill` and `start`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self._folder,
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            [str(PROGRAM), *arguments], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        log = []
        for line in self._process.stdout:
            log.append(line)
            if b"Ready to accept connections" in line:
                return
        raise RuntimeError(b"".join(log).decode())

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def client(self, **options) -> redis.Redis:
        return client(self.port, **options)


def client(port: int, **options) -> redis.Redis:
    """A client that does not try again, which in threads that were given up would go on and on."""
    return redis.Redis(port=port, retry=Retry(NoBackoff(), 0), **options)


@contextmanager
def running() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="sendguard-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()
