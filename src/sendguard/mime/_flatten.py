"""An `EmailMessage` to the bytes that would be sent, whatever was put into it.

`as_bytes` raises on broken messages, recurses, and writes boundaries into the object of the caller.
This does none of it.
"""

from __future__ import annotations

import base64
import re
from email.errors import MessageError
from email.message import Message as AnyMessage
from typing import TYPE_CHECKING, Any

from attrs import Factory, define

from sendguard.mime._content import Content, read_content
from sendguard.mime._headers import read_headers
from sendguard.mime._structure import HEADER_CUT, TOO_MANY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.policy import Policy

    from sendguard.mime._limits import Limits

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_UNSAFE_BREAK = re.compile(rb"\r\n?(?![ \t\n])|(?<!\r)\n(?![ \t])")
_OUR_BOUNDARY = re.compile(r"=_part-(\d{1,9})-")
_HOSTILE_NAME = re.compile(r"[^!-9;-~]")

BROKEN_VALUE = "A header value cannot be written, and may be sent in another form."
LINE_BREAK = "A header contains a line break that would begin another header."
BROKEN_NAME = "A header's name contains a character that would end it."
BROKEN_PAYLOAD = "A part holds an object that is no content of a mail."
LIST_IN_LEAF = "A part that is not a multipart holds other parts."

# What the standard library's own folding raises on header objects that were built or changed
# by hand (measured over broken mail; nothing else of it is documented).
_FOLDING_ERRORS = (
    MessageError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@define
class _Writer:
    limits: Limits
    boundary: str
    written: int = 0
    messages: int = 0
    chunks: list[bytes] = Factory(list)
    problems: dict[str, None] = Factory(dict)
    reached: dict[str, None] = Factory(dict)

    def write(self, data: bytes) -> None:
        self.chunks.append(data)
        self.written += len(data)


def flatten(message: AnyMessage, limits: Limits) -> tuple[bytes, list[str], list[str]]:
    """The bytes, with CRLF, the ambiguities met, and the limits reached."""
    writer = _Writer(limits, _free_boundary(message, limits))
    tasks: list[AnyMessage | bytes] = [message]
    while tasks and writer.written <= limits.bytes:
        task = tasks.pop()
        if isinstance(task, bytes):
            writer.write(task)
            continue
        # An object may hold itself, or the same part a million times.
        if writer.messages > limits.parts:
            writer.reached[TOO_MANY] = None
            break
        writer.messages += 1
        tasks += reversed(_write_one(writer, task))
    return b"".join(writer.chunks), list(writer.problems), list(writer.reached)


def _write_one(writer: _Writer, message: AnyMessage) -> list[AnyMessage | bytes]:
    """Write the header block; what remains to be written of the message."""
    header = b"".join(_fields(writer, message))
    block = read_headers(
        header, 0, len(header), header_bytes=max(len(header), 1), headers=writer.limits.headers
    )
    if block.cut:
        writer.reached[HEADER_CUT] = None
    content = read_content(block, default=message.get_default_type())
    payload = _payload(message)
    if isinstance(payload, AnyMessage):
        payload = [payload]
    if not isinstance(payload, list):
        writer.write(header + b"\r\n")
        if payload is not None and not isinstance(payload, str | bytes):
            writer.problems[BROKEN_PAYLOAD] = None
            return []
        return [_body(payload)] if payload else []
    if content.type.startswith("message/"):
        writer.write(header + b"\r\n")
        return _children(writer, payload)
    boundary = _boundary(writer, content)
    if not content.is_multipart:
        writer.problems[LIST_IN_LEAF] = None
        header = b'Content-Type: multipart/mixed; boundary="%b"\r\n' % boundary + header
    elif not content.boundaries:
        header = _with_boundary(header, content.type, boundary)
    writer.write(header + b"\r\n")
    pieces: list[AnyMessage | bytes] = []
    if message.preamble:
        pieces += (_body(message.preamble), b"\r\n")
    for index, child in enumerate(_children(writer, payload)):
        pieces += (b"\r\n--%b\r\n" % boundary if index else b"--%b\r\n" % boundary, child)
    pieces.append(b"\r\n--%b--\r\n" % boundary)
    if message.epilogue:
        pieces.append(_body(message.epilogue))
    return pieces


def _children(writer: _Writer, payload: list[Any]) -> list[AnyMessage | bytes]:
    children: list[AnyMessage | bytes] = []
    for child in payload[: writer.limits.parts + 1]:
        if isinstance(child, AnyMessage):
            children.append(child)
        else:
            writer.problems[BROKEN_PAYLOAD] = None
    return children


def _fields(writer: _Writer, message: AnyMessage) -> Iterator[bytes]:
    policy = message.policy.clone(linesep="\r\n")
    for name, value in message.raw_items():
        if _HOSTILE_NAME.search(name):
            writer.problems[BROKEN_NAME] = None
        line = _folded(policy, name, value)
        if line is None:
            try:
                text = str(value)
            except _FOLDING_ERRORS:
                writer.problems[BROKEN_VALUE] = None
                text = ""
            line = _bytes(f"{name}: {text}") + b"\r\n"
        if _UNSAFE_BREAK.search(line[: -len(b"\r\n")]):
            # Sent like this, it would be two fields. It is kept in one, where a check sees it.
            writer.problems[LINE_BREAK] = None
            word = base64.b64encode(line[:-2].partition(b":")[2].strip(b" "))
            line = b"%b: =?utf-8?b?%b?=\r\n" % (
                _LINE_BREAK.sub(" ", name).encode("utf-8", "replace"),
                word,
            )
        yield line


def _folded(policy: Policy, name: str, value: Any) -> bytes | None:
    """What the policy makes of a header object; None for a plain string, which is sent as it is.

    The modern policies would parse long strings anew, which raises and takes quadratic time.
    """
    if not hasattr(value, "fold") or not hasattr(value, "name"):
        return None
    try:
        line: bytes = policy.fold_binary(name, value)
    except _FOLDING_ERRORS:
        return None
    return line if line.endswith(b"\r\n") else line + b"\r\n"


def _with_boundary(header: bytes, content_type: str, boundary: bytes) -> bytes:
    # Placed first, its value is the first reading of two; the old one adds nothing but its rest.
    lines = re.split(rb"(?i)^(?=content-type[ \t]*+:)", header, maxsplit=1, flags=re.MULTILINE)
    named = b'Content-Type: %b; boundary="%b"' % (content_type.encode("ascii"), boundary)
    rest = lines[-1].partition(b";")
    end = re.search(rb"\r\n(?![ \t])", lines[-1])
    first = lines[-1][: end.start()] if end else lines[-1]
    parameters = first.partition(b";")[1:] if rest[1] else (b"", b"")
    after = lines[-1][end.end() :] if end else b""
    return lines[0] + named + b"".join(parameters) + b"\r\n" + after


def _boundary(writer: _Writer, content: Content) -> bytes:
    if content.is_multipart and content.boundaries:
        return content.boundaries[0]
    return f"{writer.boundary}{writer.messages}".encode("ascii")


def _free_boundary(message: AnyMessage, limits: Limits) -> str:
    """The beginning of a boundary that occurs in no text of the message; always the same one."""
    highest = -1
    tasks = [message]
    seen = 0
    while tasks and seen <= limits.parts:
        task = tasks.pop()
        seen += 1
        payload = _payload(task)
        for text in (payload, task.preamble, task.epilogue):
            if isinstance(text, str):
                for match in _OUR_BOUNDARY.finditer(text):
                    highest = max(highest, int(match[1]))
        if isinstance(payload, list):
            tasks += [each for each in payload[: limits.parts] if isinstance(each, AnyMessage)]
    return f"=_part-{highest + 1}-"


def _payload(message: AnyMessage) -> Any:
    # What `BytesGenerator` writes. `get_payload` decodes 8-bit text by a charset that may be wrong.
    return vars(message).get("_payload")


def _body(payload: str | bytes) -> bytes:
    if isinstance(payload, bytes):
        return payload
    return _bytes(_LINE_BREAK.sub("\r\n", payload))


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        return text.encode("utf-8", "replace")
