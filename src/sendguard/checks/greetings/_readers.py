"""What is known about the names of those who get a message."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.canonical import (
    canonical_address,
    domain_of,
    fold_name,
    is_given_name,
    scripts_of,
    split_address,
)
from sendguard.checks._word_lists import word_lists
from sendguard.checks.greetings._people import Person, is_called, significant_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendguard.checks.algebra import Case
    from sendguard.matching import Contact
    from sendguard.model import Recipient

_LONGEST_NAME: Final = 100  # code points; longer ones are no names
_MOST_WORDS: Final = 6  # of a display name
_PARTS = re.compile(r"[^a-z]+")
_LISTS = re.compile(r"(?:^|[.-])(?:lists?|groups?|googlegroups|listserv|mailman)(?:[.-]|$)")


@frozen
class Reader:
    """One recipient, by all names under which he is known.

    Attributes:
        recipient: who it is.
        names: words of the display names and of those in the directory, folded.
        address_words: words of the local part, folded.
        contacts: his entries in the directory.
        is_shared: whether several people, or none, read what is sent there.
    """

    recipient: Recipient
    names: tuple[str, ...] = ()
    address_words: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    is_shared: bool = False

    def may_be(self, person: Person) -> bool:
        """Whether he may be greeted so."""
        return is_called(person, self.names, self.address_words)

    def has_in_name(self, word: str) -> bool:
        """Whether a folded word is one of his names, or part of his address."""
        return word in self.names or any(word in part for part in self.address_words)

    def is_another(self, person: Person) -> bool:
        """Whether enough is known about him to say that he is not the one who is greeted."""
        if self.is_shared or self.may_be(person):
            return False
        words = self.names or self.address_words
        if scripts_of("".join(person.words)).isdisjoint(scripts_of("".join(words))):
            return False
        full = [word for word in words if len(word) > 1]
        if self.names and len(full) > 1:
            return True
        # One word, or an address alone, may be a nickname: only two given names contradict.
        return len(full) > 0 and is_given_name(full[0]) and is_given_name(person.words[0])


def reader(recipient: Recipient, case: Case) -> Reader:
    """What display name, address, directory and thread tell about a recipient."""
    address = recipient.address
    local, domain = split_address(address.strip()) or ("", "")
    parts = tuple(word for word in _PARTS.split(fold_name(local[:64])) if word)
    contacts = case.directory.who(address) if case.directory is not None else ()
    written = [recipient.name, *(contact.name for contact in contacts)]
    written += _names_in_thread(address, case)
    names: list[str] = []
    for name in written:
        words = _words_of_person(name, parts, domain)
        if words is None:
            return Reader(recipient, contacts=contacts, is_shared=True)
        names += words
    is_list = _LISTS.search(domain_of(address)) is not None
    is_shared = is_list or not _mailboxes().isdisjoint(parts)
    return Reader(recipient, tuple(dict.fromkeys(names)), parts, contacts, is_shared)


def _names_in_thread(address: str, case: Case) -> Iterable[str]:
    if not case.context.thread:
        return ()
    wanted = canonical_address(address)
    boxes = (
        box
        for message in case.context.thread
        for box in (*message.recipients, *((message.sender,) if message.sender else ()))
    )
    return {box.name for box in boxes if canonical_address(box.address) == wanted}


def is_read_as_name(name: str) -> bool:
    """Whether a display name may say how its bearer is called."""
    return bool(name) and "@" not in name and len(name) <= _LONGEST_NAME


def _words_of_person(name: str, local: tuple[str, ...], domain: str) -> tuple[str, ...] | None:
    """The words of a display name; None where it is a firm's or a desk's."""
    if not is_read_as_name(name):
        return ()
    words = significant_words(name)
    if len(words) > _MOST_WORDS or not _organisations().isdisjoint(words):
        return None
    if any(not word.isalpha() for word in words):
        return () if len(words) < 2 else tuple(word for word in words if word.isalpha())
    joined = "".join(words)
    if len(joined) > 3 and joined in _PARTS.sub("", domain.lower()):
        # "Blue Ocean" at blueocean.example; but Ann Long may have a domain of her own.
        return words if any(word in part for word in words for part in local) else None
    return words


@cache
def _organisations() -> frozenset[str]:
    return frozenset(word_lists("greeted")["organisations"])


@cache
def _mailboxes() -> frozenset[str]:
    return frozenset(word_lists("greeted")["mailboxes"])
