"""A file that travels with a message."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from sendguard.model._charset import decode_text
from sendguard.model._types import instance_of

if TYPE_CHECKING:
    from sendguard.model._message import Message


@frozen(repr=False)
class Attachment:
    """One attached or inline file.

    Args:
        name: the file name as the reader will see it, or "".
        content: the bytes, decoded from their transfer encoding.
        content_type: for example "application/pdf", lower case, without parameters.
        charset: of a text, where it is known.
        disposition: "attachment", or "inline" for what is shown in the text.
        content_id: what ``cid:`` links point to, without angle brackets, or "".
        message: the nested message, when the file is one (message/rfc822).
    """

    name: str = field(default="", validator=instance_of(str))
    content: bytes = field(default=b"", validator=instance_of(bytes))
    content_type: str = field(default="application/octet-stream", validator=instance_of(str))
    charset: str | None = field(default=None, kw_only=True, validator=instance_of(str, type(None)))
    disposition: Literal["attachment", "inline"] = field(default="attachment", kw_only=True)
    content_id: str = field(default="", kw_only=True, validator=instance_of(str))
    message: Message | None = field(default=None, kw_only=True)

    @cached_property
    def text(self) -> str | None:
        """The content as text when it is of a text type, else None."""
        if not self.content_type.startswith(("text/", "application/json", "application/xml")):
            return None
        return decode_text(self.content, self.charset)

    def __repr__(self) -> str:
        return f"Attachment({self.content_type!r}, {len(self.content)} bytes)"
