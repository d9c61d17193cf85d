"""One mail on its way through smtplib: what the guard judges is what the server is told."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterable
from email.message import Message as AnyMessage
from typing import Any

from attrs import evolve, frozen

from sendguard.adapters._reroute import Reroute, original_headers, rerouted
from sendguard.canonical import read_mailbox
from sendguard.mime import decode_words
from sendguard.model import Defect, Envelope, Message, Recipient

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_END_OF_HEADERS = re.compile(rb"(?:\A|(?>\r\n|\n|\r))(?=[\r\n])")
_ADDRESSEES = re.compile(rb"(?:\A|(?<=[\r\n]))(?:resent-)?(?:to|cc|bcc)(?=[ \t]*+:)", re.IGNORECASE)
_FIELD_NAME = re.compile(r"[!-9;-~]++")  # RFC 5322 §3.6.8
_LINE_END = re.compile("[\r\n\x0b\x0c\x1c-\x1e]")  # where email.header.Header parts ASCII text
_FOLD = re.compile(r"(?>\r\n|\n|\r)[ \t]")
_MAX_GIVEN = 1_000  # code points of one address with its display name; RFC 5321 §4.5.3.1 has 256

_UNCERTAIN = Defect(
    "unparsable",
    "An address of the envelope can be read in more than one way, so it is not certain whom the "
    "message would reach.",
)
_BREAKS_OUT = Defect(
    "unparsable",
    "A header field holds a line end, which may start another field or end the headers once the "
    "message is written out.",
    "header",
)


@frozen(repr=False)
class Path:
    """One address of the envelope.

    Attributes:
        given: as the caller wrote it.
        address: what stands between the angle brackets of the command.
        certain: whether everybody reads the same address from both.
    """

    given: str
    address: str
    certain: bool

    @classmethod
    def read(cls, given: object, where: str) -> Path:
        if not isinstance(given, str):
            raise TypeError(f"{where} takes addresses of type str, not {type(given).__name__}")
        given = str(given)
        if len(given) > _MAX_GIVEN:  # parseaddr would recurse into its comments
            return cls(given, given, certain=False)
        command = smtplib.quoteaddr(given)
        enclosed = command.startswith("<") and command.endswith(">")
        address = command[1:-1] if enclosed else command
        certain = enclosed and read_mailbox(given).address == address and _is_one_address(address)
        return cls(given, address, certain)

    @property
    def is_null(self) -> bool:
        """Whether it is the null path, from which bounces are sent (RFC 5321 §4.5.5)."""
        return self.given.strip() in ("", "<>")


def _is_one_address(address: str) -> bool:
    """Whether it is an address without doubt, or the name of a local mailbox such as postmaster."""
    return any(
        read_mailbox(f"<{each}>").address == each for each in (address, f"{address}@local.example")
    )


@frozen(repr=False)
class Mail:
    """One mail as it is about to leave."""

    sender: Path
    recipients: tuple[Path, ...]
    data: bytes
    defects: tuple[Defect, ...] = ()

    @classmethod
    def read(
        cls, from_addr: object, to_addrs: object, msg: object, written_of: AnyMessage | None = None
    ) -> Mail:
        """Read the arguments of `sendmail`, and the message object that `msg` was written of."""
        if isinstance(to_addrs, str):
            to_addrs = (to_addrs,)
        elif not isinstance(to_addrs, Iterable):
            raise TypeError(f"to_addrs takes a str or several, not {type(to_addrs).__name__}")
        sender = Path.read(from_addr, "from_addr")
        recipients = tuple(Path.read(each, "to_addrs") for each in to_addrs)
        defects = () if written_of is None or not _breaks_out(written_of) else (_BREAKS_OUT,)
        return cls(sender, recipients, _bytes(msg), defects)

    @property
    def message(self) -> Message:
        """What the guard judges."""
        envelope = Envelope(
            "" if self.sender.is_null else self.sender.address,
            tuple(path.address for path in self.recipients),
        )
        message = Message.from_email(self.data, envelope)
        certain = (self.sender.certain or self.sender.is_null) and all(
            path.certain for path in self.recipients
        )
        defects = self.defects if certain else (*self.defects, _UNCERTAIN)
        return message.replace(defects=(*message.defects, *defects)) if defects else message

    def rerouted(self, to: Reroute) -> Mail:
        """The mail to others; who would have got it stands in its X-Original- headers."""
        originals = self.message.recipients
        targets = rerouted(originals, to)
        return evolve(
            self,
            recipients=tuple(Path.read(target.address, "reroute") for target in targets),
            data=_readdressed(self.data, originals, targets),
        )


def _bytes(msg: object) -> bytes:
    """The mail as bytes, line breaks and all as `smtplib` would make it of a str."""
    if isinstance(msg, str):
        return _LINE_BREAK.sub("\r\n", msg).encode("ascii")
    if isinstance(msg, bytes | bytearray | memoryview):
        return bytes(msg)
    raise TypeError(f"msg takes str or bytes, not {type(msg).__name__}")


def _breaks_out(source: AnyMessage[Any, Any]) -> bool:
    """Whether a field of the object or of one of its parts holds a line end that is no fold.

    It is asked before the object is written out, since afterwards nobody can tell the fields that
    were injected: older patch releases of Python write an encoded word for a line end as that line
    end (CVE-2024-6923), and ``compat32`` an empty line in a value as the end of the headers. A
    `Header` object is written encoded, so that what is in it stays in it.
    """
    return any(
        not _FIELD_NAME.fullmatch(name) or (isinstance(value, str) and _holds_line_end(value))
        for part in source.walk()
        for name, value in part.raw_items()
    )


def _holds_line_end(value: str) -> bool:
    text = _FOLD.sub(" ", value)
    if "=?" in text:
        text = decode_words(text)
    return _LINE_END.search(text) is not None


def _readdressed(
    data: bytes, originals: tuple[Recipient, ...], targets: tuple[Recipient, ...]
) -> bytes:
    """The mail with `targets` in To and Cc, and its own fields renamed, their bytes untouched."""
    hidden = [recipient for recipient in originals if recipient.role == "bcc"]
    fields = [
        (role.capitalize(), ", ".join(r.address for r in targets if r.role == role))
        for role in ("to", "cc")
    ]
    fields += original_headers(hidden)
    written = "".join(
        f"{name}: {value}\r\n".replace(", ", ",\r\n ") for name, value in fields if value
    )
    end = _END_OF_HEADERS.search(data)
    head = len(data) if end is None else end.end()
    return (
        written.encode("utf-8", "replace")
        + _ADDRESSEES.sub(rb"X-Original-\g<0>", data[:head])
        + data[head:]
    )
