"""A held message on its way out: the leave that a guarded transport inside recognises."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import define, field

from sendguard.guard._admission import Admission
from sendguard.guard._ambient import without_ambient
from sendguard.model import Approval, Message

_current: ContextVar[Release | None] = ContextVar("sendguard.release", default=None)


def payload_digest(payload: bytes) -> str:
    """SHA-256 of the exact bytes that leave, in hex after a version."""
    return f"1:{hashlib.sha256(payload).hexdigest()}"


@define(eq=False)
class Release:
    """Leave to send one held message, once.

    Attributes:
        digest: of the message.
        payload_digest: of the bytes that must leave, or None where only the message is known.
        approval: what was approved.
        token: under which its claims are taken.
        admission: the judgement it leaves by; where nobody had judged it again before, that of the
            first guard that met it.
    """

    digest: str
    payload_digest: str | None
    approval: Approval
    token: str
    admission: Admission | None = None
    _free: threading.Lock = field(factory=threading.Lock, repr=False)

    @property
    def is_used(self) -> bool:
        """Whether something has left by it, or tried to."""
        return self._free.locked()

    def use(self, message: Message, payload: bytes | None) -> bool:
        """Whether that is the message, to the byte, and nobody has used this leave before."""
        if message.digest != self.digest:
            return False
        if self.payload_digest is not None and (
            payload is None or payload_digest(payload) != self.payload_digest
        ):
            return False
        return self._free.acquire(blocking=False)  # never given back


@contextmanager
def releasing(release: Release) -> Iterator[None]:
    """What is sent inside may use this leave; the context of whoever runs the queue has no part."""
    token = _current.set(release)
    try:
        with without_ambient():
            yield
    finally:
        _current.reset(token)


def current_release() -> Release | None:
    """The leave of the held message that is being sent here, used or not."""
    return _current.get()
