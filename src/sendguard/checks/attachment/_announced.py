"""The attachment that the text announces and nobody attached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.canonical import is_within
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.text import AttachmentMention

# What mail programs add by themselves; nobody announces it.
_ADDED = frozenset(
    {
        "application/pgp-keys",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)
# Where mail programs put a file that is too large, and say that it is attached.
_FILE_HOSTS: Final = frozenset(
    {
        "1drv.ms", "box.com", "docs.google.com", "drive.google.com", "dropbox.com",
        "onedrive.live.com", "icloud.com", "mega.nz", "sharepoint.com", "swisstransfer.com",
        "we.tl", "wetransfer.com",
    }
)  # fmt: skip
_URL = re.compile(r"(?i)\bhttps?://([^\s/?#<>\"']{1,253})")
_URLS_LOOKED_AT = 200


@frozen(repr=False)
class _AttachmentsAnnounced(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        message = case.message
        if message.channel != "email":
            return
        if any(defect.kind in {"unreadable", "unparsable"} for defect in message.defects):
            return
        mentions = case.analysis.attachments_named
        if not mentions or _has_file(case) or _links_to_file(case, mentions):
            return
        first = mentions[0]
        yield Finding(
            code="attachment.missing",
            action=Action.WARN,
            message=f'The text says "{_shown(first.where.text)}", and no file is attached.',
            part=first.where.part,
            span=first.where.span,
            suggestion="Attach the file, or say where it can be found.",
        )


def attachments_announced() -> Check:
    """What the new text announces as attached is attached.

    Quoted mail, signatures, and what is said of files that the reader has sent or is asked for
    announce nothing. A link in the same sentence, or to a well-known place for files, is as good
    as an attachment; a picture that is shown in the text is none, nor is a digital signature.

    Codes:
        ``attachment.missing`` (WARN): people do write "attached" for what is attached elsewhere.
    """
    return _AttachmentsAnnounced()


def _has_file(case: Case) -> bool:
    html = case.analysis.html
    shown = frozenset(html.sources) if html is not None else frozenset()
    return any(
        file.content_type not in _ADDED
        # A picture is in the text where the text shows it; some programs call all of them inline.
        and not (file.content_type.startswith("image/") and f"cid:{file.content_id}" in shown)
        for file in case.message.attachments
    )


def _links_to_file(case: Case, mentions: tuple[AttachmentMention, ...]) -> bool:
    if any(_URL.search(mention.sentence.text) for mention in mentions):
        return True
    hosts = [
        match[1]
        for passage in case.analysis.new_text
        for match, _ in zip(_URL.finditer(passage.text), range(_URLS_LOOKED_AT), strict=False)
    ]
    for link in case.analysis.links[:_URLS_LOOKED_AT]:
        if match := _URL.match(link.href):
            hosts.append(match[1])
            for mention in mentions:
                span = mention.sentence.span
                if link.part == mention.where.part and span and _overlap(span, link[2:4]):
                    return True
    return any(is_within(host.lower().partition(":")[0], _FILE_HOSTS) for host in hosts)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _shown(words: str) -> str:
    return " ".join(words.split())
