"""Somebody else's file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from sendguard.checks._foreign import Foreign, all_customers, known_recipients, stays_inside
from sendguard.checks.algebra import Case, Check, Leaf, Unevaluable
from sendguard.model import Action, Finding
from sendguard.text import Place

if TYPE_CHECKING:
    from sendguard.matching import Belonging, DirectoryLike

MAX_FINDINGS: Final = 5
"""Findings of a message; who has so many knows enough."""

_WHAT = {
    "email": "e-mail address",
    "phone": "telephone number",
    "name": "name",
    "identifier": "number",
}


@frozen(repr=False)
class _AttachmentContents(Leaf):
    directory: DirectoryLike | None = field(eq=id)

    @property
    def completes(self) -> bool:
        return True  # whose file it is may be the recipient who was forgotten

    @property
    def time_out(self) -> float | None:
        return None if self.directory is None else self.directory.time_out

    def find(self, case: Case) -> Iterator[Finding | Unevaluable]:
        files = case.analysis.files
        if not files or stays_inside(case):
            return
        directory = case.directory if self.directory is None else self.directory
        if directory is None:
            yield Unevaluable("There is no directory to compare the attached files with.")
            return
        known = known_recipients(case, directory)
        foreign = Foreign.of(case, directory, known, all_customers(known))
        found = (
            (place, each) for place in _places(case) for _, each in foreign.in_text(place.plain)
        )
        reported: set[tuple[str, str]] = set()
        for place, belonging in found:
            key = (place.part, belonging.value)
            if key in reported:
                continue
            reported.add(key)
            yield _finding(place, belonging)
            if len(reported) == MAX_FINDINGS:
                break
        unread = [each.part for each in files if each.is_document or (each.is_cut and each.text)]
        if unread:
            more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
            yield Unevaluable(f"The whole text of this file{more} cannot be read here.", unread[0])

    def __repr__(self) -> str:
        given = "" if self.directory is None else f"directory={type(self.directory).__name__}"
        return f"attachment_contents({given})"


def attachment_contents(directory: DirectoryLike | None = None) -> Check:
    """No attached file carries another customer's name or number, by its name or in its text.

    A customer is another's when the message is neither about it (`Context.customer`) nor to one of
    its contacts. Read are the names of files, plain text, CSV, HTML and attached messages; that
    PDF and office documents cannot be read is said once, pictures and archives are passed over.
    Mail that stays inside the organisation is not looked at.

    Args:
        directory: whom the organisation knows; None for the guard's.

    Codes:
        ``attachment.other-customer`` (HOLD): what belongs to exactly one customer, and not to
        the reader, is hardly ever meant for him.
    """
    if directory is not None:
        from sendguard.matching import DirectoryLike as _DirectoryLike

        if not isinstance(directory, _DirectoryLike):
            raise TypeError(
                "attachment_contents() takes a directory (sendguard.matching.DirectoryLike), not "
                f"{type(directory).__name__}"
            )
    return _AttachmentContents(directory)


def _places(case: Case) -> Iterator[Place]:
    """Names of files and what attached messages show, then the texts of files."""
    for place in case.analysis.places:
        if place.part.startswith("attachment:"):
            yield place
    yield from case.analysis.file_texts


def _finding(place: Place, belonging: Belonging) -> Finding:
    what = _WHAT[belonging.kind]
    shown = " ".join(place.plain[belonging.start : belonging.end].split())
    where = "name of the file" if place.part.endswith(".name") else "attached file"
    return Finding(
        code="attachment.other-customer",
        action=Action.HOLD,
        message=f'The {where} has another customer\'s {what}: "{shown}".',
        part=place.part,
        span=place.span(belonging.start, belonging.end),
        suggestion="Attach this reader's file, or correct the recipients.",
    )
