"""The recipient who has nearly the name of the one who is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from attrs import field, frozen

from sendguard.canonical import (
    canonical_recipient,
    domain_of,
    is_within,
    name_tokens,
    same_given_name,
)
from sendguard.checks.algebra import Case, Check, DirectoryLeaf, check_directory
from sendguard.model import Action, Finding, Recipient

if TYPE_CHECKING:
    from sendguard.matching import Contact, DirectoryLike

_MOST_CUSTOMERS = 20  # of the other recipients, whose contacts are looked through
_MOST_CONTACTS = 200  # of one customer
_MOST_EDITS = 2
_LONG_ADDRESS = 5  # code points of a local part that two slips do not turn into any other


@frozen
class _Other:
    """Somebody who may have been meant instead.

    Attributes:
        name: as people write it, or "".
        address: where to write to him, in canonical form.
        sign: what says that he is meant.
        action: how sure that is.
    """

    name: str
    address: str
    sign: str
    action: Action = Action.HOLD


@frozen(repr=False)
class _Namesake(DirectoryLeaf):
    directory: DirectoryLike | None = field(default=None, validator=check_directory)

    @property
    def completes(self) -> bool:
        return True  # it is settled once the other one is a recipient too

    def look(self, case: Case, directory: DirectoryLike) -> Iterator[Finding]:
        send = _Send(case, directory)
        for recipient in case.message.recipients:
            known = directory.who(recipient.address)
            if not known or is_within(domain_of(recipient.address), case.internal_domains):
                continue
            other = next(send.others(recipient, known), None)
            if other is not None:
                yield Finding(
                    code="recipient.namesake",
                    action=other.action,
                    message=f"This is {_called(known[0].name)}, but {other.sign} "
                    f"{_called(other.name)}.",
                    recipient=recipient,
                    suggestion=f"Write to {other.address}, if {_called(other.name)} is meant.",
                )


def namesake(directory: DirectoryLike | None = None) -> Check:
    """The recipient exists, but somebody with nearly his name or address seems to be meant.

    Two people with like names are no mistake by themselves; a second sign must point to the other
    one: he took part in ``context.thread`` and this one did not, he belongs to
    ``context.customer`` or to the customer of the other recipients, or the greeting names him.

    Args:
        directory: whom the organisation knows; the guard's where it is None.

    Codes:
        ``recipient.namesake`` (HOLD): a mail program completed the wrong name. WARN where only the
        other recipients point to his namesake.
    """
    return _Namesake(directory)


class _Send:
    """One message, and who besides its recipients may have been meant."""

    def __init__(self, case: Case, directory: DirectoryLike) -> None:
        self.case = case
        self.directory = directory
        self.recipients = {self._form(r.address) for r in case.message.recipients}
        self.thread = dict(self._participants())
        self.greeted = [g.name.text for g in case.analysis.greetings if g.name is not None]
        self.customers = {
            self._form(r.address): frozenset(c.customer for c in directory.who(r.address))
            for r in islice(case.message.recipients, _MOST_CUSTOMERS)
            if not is_within(domain_of(r.address), case.internal_domains)
        }

    def others(self, recipient: Recipient, known: tuple[Contact, ...]) -> Iterator[_Other]:
        """Those to whom a second sign points, the surest first."""
        form = self._form(recipient.address)
        customers = {contact.customer for contact in known}
        for other in self._candidates(form, recipient, known, customers):
            if other.address in self.recipients or other.address == form:
                continue
            if any(_is_twin(contact.name, form, other) for contact in known):
                yield other

    def _candidates(
        self, form: str, recipient: Recipient, known: tuple[Contact, ...], customers: set[str]
    ) -> Iterator[_Other]:
        if self.thread and form not in self.thread:
            for address, name in self.thread.items():
                yield _Other(name or self._name(address), address, "the conversation was with")
        wanted = self.case.context.customer
        if wanted is not None and wanted not in customers:
            yield from self._of(wanted, f"customer {wanted} has")
        for greeted in self.greeted:
            yield from self._greeted(greeted, recipient, known)
        if wanted is None:
            ours = {c for other, theirs in self.customers.items() if other != form for c in theirs}
            if not ours & customers:
                for customer in sorted(ours):
                    yield from self._of(customer, "the others belong with", Action.WARN)

    def _greeted(
        self, greeted: str, recipient: Recipient, known: tuple[Contact, ...]
    ) -> Iterator[_Other]:
        words = name_tokens(greeted)
        own = [name for name in (*(c.name for c in known), recipient.name) if name]
        if not own or any(_fits(words, name_tokens(name)) for name in own):
            return
        if len(words) > 1:
            yield from self._greets(self.directory.named(greeted))
            return
        for name in own:
            near = self.directory.named(name, _MOST_EDITS) if name_tokens(name)[1:] else ()
            fitting = [c for c in near if _fits(words, name_tokens(c.name))]
            yield from self._greets(fitting)

    def _greets(self, contacts: Iterable[Contact]) -> Iterator[_Other]:
        return self._written(contacts, "the message greets", Action.HOLD)

    def _of(self, customer: str, sign: str, action: Action = Action.HOLD) -> Iterator[_Other]:
        contacts = islice(self.directory.of_customer(customer), _MOST_CONTACTS)
        return self._written(contacts, sign, action)

    def _written(self, contacts: Iterable[Contact], sign: str, action: Action) -> Iterator[_Other]:
        """Each with an address of the kind that this message is sent to."""
        for contact in contacts:
            on_email = self.case.message.channel == "email"
            for address in contact.emails if on_email else contact.phones:
                yield _Other(contact.name, self._form(address), sign, action)

    def _participants(self) -> Iterator[tuple[str, str]]:
        for message in self.case.context.thread:
            senders = (message.sender,) if message.sender is not None else ()
            for each in (*senders, *message.recipients, *message.shown):
                if not is_within(domain_of(each.address), self.case.internal_domains):
                    yield self._form(each.address), each.name

    def _name(self, address: str) -> str:
        return next((contact.name for contact in self.directory.who(address)), "")

    def _form(self, address: str) -> str:
        return canonical_recipient(address, self.case.default_region)


def _is_twin(name: str, form: str, other: _Other) -> bool:
    """Whether one may be taken for the other: a near name, the same given name, a near address."""
    from sendguard.matching import bounded_distance

    mine, theirs = name_tokens(name), name_tokens(other.name)
    if mine and theirs:
        if same_given_name(mine[0], theirs[0]):
            return True
        near = bounded_distance(" ".join(mine), " ".join(theirs), _MOST_EDITS) <= _MOST_EDITS
        if near and len(mine) > 1:
            return True
    local = form.partition("@")[0]
    return len(local) >= _LONG_ADDRESS and (
        bounded_distance(form, other.address, _MOST_EDITS) <= _MOST_EDITS
    )


def _fits(greeted: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether a greeting may be meant for the bearer of a name."""
    if not greeted or not name:  # nobody is named on one of the sides
        return True
    if greeted[-1] not in name and not same_given_name(greeted[-1], name[0]):
        return False
    first = greeted[0]
    return len(greeted) == 1 or (
        first in name or same_given_name(first, name[0]) or first[0] == name[0][0]
    )


def _called(name: str) -> str:
    return name or "somebody without a name in the directory"
