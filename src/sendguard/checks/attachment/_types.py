"""Kinds of files that should not leave, and how large all of them may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from sendguard.canonical import strip_invisible
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.options import count_of
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Attachment, Finding

BLOCKED: Final = (
    "app", "appx", "bat", "chm", "cmd", "com", "cpl", "dll", "elf", "exe", "gadget", "hta",
    "inf", "ins", "iso", "jar", "jnlp", "js", "jse", "lnk", "macho", "msc", "msi", "msix",
    "msp", "pif", "ps1", "reg", "scf", "scr", "sct", "vb", "vbe", "vbs", "wsc", "wsf", "wsh",
    "xll",
)  # fmt: skip
"""Extensions of what runs when it is opened, as the large mail providers refuse it."""

_MACROS = frozenset(
    {
        "docm", "dotm", "pptm", "potm", "ppsm", "ppam", "xlam", "xlsb", "xlsm", "xltm",
    }
)  # fmt: skip
_DOCUMENTS = frozenset(
    {
        "csv", "doc", "docx", "gif", "html", "jpeg", "jpg", "md", "odt", "pdf", "png",
        "ppt", "pptx", "rtf", "txt", "xls", "xlsx",
    }
)  # fmt: skip
# Characters that turn the order of a name round: what is shown as "fdp.exe" is "exe.pdf".
_OVERRIDES = re.compile("[\u202d\u202e]")
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})\Z")
_VBA = b"vbaProject.bin"
_MACRO_ZIPS = (b"PK\x03\x04",)


@frozen(repr=False)
class _AttachmentTypes(Leaf):
    blocked: frozenset[str]
    max_bytes: int

    def find(self, case: Case) -> Iterator[Finding]:
        total = 0
        for part, file in case.analysis.files:
            if "/" not in part:
                total += len(file.content)
            name = strip_invisible(file.name)
            why = self._why(name, file, turned=bool(_OVERRIDES.search(file.name)))
            if why is not None:
                yield Finding(
                    code="attachment.type",
                    action=why[0],
                    message=why[1],
                    part=part,
                    suggestion="Send a document instead, or offer the file for download.",
                )
        if total > self.max_bytes:
            yield Finding(
                code="attachment.size",
                action=Action.WARN,
                message=f"The attached files have {total / 1e6:.1f} MB together, more than "
                f"{self.max_bytes / 1e6:.1f} MB; many receivers refuse such mail.",
                suggestion="Make the files smaller, or send a link to them.",
            )

    def _why(self, name: str, file: Attachment, *, turned: bool) -> tuple[Action, str] | None:
        content = file.content
        # Windows drops dots and spaces at the end of a name.
        stem = name.rstrip(". ")
        last = _extension(stem)
        if turned:
            return Action.HOLD, "The name of the file hides its ending by turning its letters."
        # Pictures are named after the page that they came from: "www.shop.com".
        is_site = last == "com" and file.content_type.startswith(("image/", "text/"))
        if last in self.blocked and not is_site:
            before = _extension(stem[: -len(last) - 1].rstrip())
            if before in _DOCUMENTS:
                return Action.HOLD, f'The file poses as ".{before}" and is a program (".{last}").'
            return Action.HOLD, f'Files that end in ".{last}" should not leave.'
        program = _program(content)
        if program is not None and program in self.blocked:
            return Action.HOLD, "The file is a program, whatever its name says."
        if last in _MACROS or (content.startswith(_MACRO_ZIPS) and _VBA in content):
            return Action.WARN, "The file is an office document with macros."
        return None

    def __repr__(self) -> str:
        changed = []
        if self.blocked != frozenset(BLOCKED):
            changed.append(f"blocked={sorted(self.blocked)!r}")
        if self.max_bytes != MAX_BYTES:
            changed.append(f"max_bytes={self.max_bytes}")
        return f"attachment_types({', '.join(changed)})"


MAX_BYTES: Final = 18_000_000
"""Bytes of all attachments: common receivers take 25 MB, and base64 adds a third and line ends."""


def attachment_types(*, blocked: Iterable[str] = BLOCKED, max_bytes: int = MAX_BYTES) -> Check:
    """No program, script or macro leaves as an attachment, and no mail that is too large.

    Judged are the last extension of the name, as Windows reads it, and the first bytes: a program
    (PE, ELF, Mach-O, a Windows shortcut) under a harmless name is one. Archives are not opened.

    Args:
        blocked: extensions, in place of the usual ones (``"exe"`` or ``".exe"``).
        max_bytes: bytes of all files together, as decoded.

    Codes:
        ``attachment.type`` (HOLD): most receivers refuse it, and who disguises it means harm. WARN
        for office documents with macros, which some firms do exchange.
        ``attachment.size`` (WARN): it depends on the receiver.

    Raises:
        ConfigurationError: an extension is empty or no extension, or `max_bytes` is below 1.
    """
    if isinstance(blocked, str):
        raise TypeError("blocked takes several extensions, not one str")
    found = set()
    for entry in blocked:
        if not isinstance(entry, str):
            raise TypeError(f"blocked takes texts, not {type(entry).__name__}")
        extension = entry.strip().removeprefix("*").removeprefix(".").lower()
        if not re.fullmatch(r"[a-z0-9]{1,10}", extension):
            raise ConfigurationError(
                f'blocked has {entry!r}; use extensions of letters and digits, such as "exe"'
            )
        found.add(extension)
    return _AttachmentTypes(frozenset(found), count_of("max_bytes", max_bytes))


def _extension(name: str) -> str:
    match = _EXTENSION.search(name[-16:])
    return match[1].lower() if match else ""


def _program(content: bytes) -> str | None:
    """What kind of program the first bytes announce, as an extension."""
    if content.startswith(b"MZ") and len(content) >= _PE_HEADER:
        at = int.from_bytes(content[60:64], "little")
        return "exe" if content[at : at + 4] == b"PE\0\0" else None
    for magic, extension in _MAGIC:
        if content.startswith(magic):
            return extension
    return None


_PE_HEADER = 64  # bytes
_MAGIC = (
    (b"\x7fELF", "elf"),
    (b"\xfe\xed\xfa\xce", "macho"),
    (b"\xfe\xed\xfa\xcf", "macho"),
    (b"\xce\xfa\xed\xfe", "macho"),
    (b"\xcf\xfa\xed\xfe", "macho"),
    (b"L\0\0\0\x01\x14\x02\0", "lnk"),
)
