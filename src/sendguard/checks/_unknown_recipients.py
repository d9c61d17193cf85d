"""Recipients whom nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import field, frozen

from sendguard.canonical import canonical_phone, domain_of, is_within
from sendguard.checks.algebra import Case, Check, DirectoryLeaf, check_directory
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.matching import DirectoryLike


@frozen(repr=False)
class _UnknownRecipient(DirectoryLeaf):
    directory: DirectoryLike | None = field(default=None, validator=check_directory)

    def look(self, case: Case, directory: DirectoryLike) -> Iterator[Finding]:
        for recipient in case.message.recipients:
            address = recipient.address
            if "@" not in address and canonical_phone(address, case.default_region) is None:
                continue  # the id of a person or room in a chat, which no directory has
            if is_within(domain_of(address), case.internal_domains) or directory.who(address):
                continue
            what = "address" if "@" in address else "number"
            yield Finding(
                code="recipient.unknown",
                action=Action.WARN,
                message=f"Nobody in the directory has this {what}.",
                recipient=recipient,
                suggestion=f"Check the {what}, and enter it with whom it belongs to.",
            )


def unknown_recipient(directory: DirectoryLike | None = None) -> Check:
    """Recipients outside the organisation whom its directory does not have.

    Args:
        directory: whom the organisation knows; the guard's where it is None.

    Codes:
        ``recipient.unknown`` (WARN): an organisation that writes only to people whom it knows has
        somebody look at the others.
    """
    return _UnknownRecipient(directory)
