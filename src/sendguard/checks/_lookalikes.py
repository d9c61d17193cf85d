"""Addresses, links and names that look like others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from sendguard.canonical import (
    is_mixed_script,
    scripts_of,
    skeleton,
    split_address,
    suspicious_invisible,
)
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.model import Action, Finding

_HOST = re.compile(r"://(?:[^/\s?#@<>\"']{0,256}@)?([^/\s?#:@<>\"']{1,256})")
_HOSTS_LOOKED_AT = 1_000
_LONGEST_LABEL = 63  # code points; RFC 1035 §2.3.4
# Latin letters of living languages that look like two ASCII letters; a Danish name is no deception.
_LIVING = frozenset("æÆœŒ")
# People write Latin letters among these, and nobody takes the one for the other.
_EAST_ASIAN = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})

_UNSEEN = "a character that cannot be seen"
_TWO_ALPHABETS = "letters of two alphabets in one word"
_OTHER_LETTERS = "letters that look like others"


@frozen(repr=False)
class _LookAlikes(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        message = case.message
        if message.channel == "email":
            for recipient in message.recipients:
                if found := _in_address(recipient.address):
                    yield Finding(
                        code="recipient.lookalike",
                        action=Action.WARN if found == _OTHER_LETTERS else Action.HOLD,
                        message=f"The address has {found}: it may not be the one it seems to be.",
                        recipient=recipient,
                        suggestion="Compare it with the address that you know, typed anew.",
                    )
        for recipient in message.recipients:
            if found := _in_name(recipient.name):
                part = f"header:{recipient.role.capitalize()}"
                yield _name_finding(part, found, recipient.address)
        if message.sender is not None and (found := _in_name(message.sender.name)):
            yield _name_finding("header:From", found)
        yield from _links(case)


def _name_finding(part: str, found: str, recipient: str | None = None) -> Finding:
    return Finding(
        code="address.deceptive-name",
        action=Action.WARN,
        message=f"The display name has {found}: it may pass for somebody else's.",
        part=part,
        recipient=recipient,
        suggestion="Write the name in one alphabet, without characters that cannot be seen.",
    )


def _links(case: Case) -> Iterator[Finding]:
    reported: set[tuple[str, str]] = set()
    for part, host in _hosts(case):
        found = _in_domain(host)
        if found and (part, host) not in reported:
            reported.add((part, host))
            yield Finding(
                code="link.lookalike",
                action=Action.WARN,
                message=f"The host of a link has {found}: it may not lead where it seems to.",
                part=part,
                suggestion="Link to the address that you know, typed anew.",
            )
        if len(reported) >= _HOSTS_LOOKED_AT:
            return


def _hosts(case: Case) -> Iterator[tuple[str, str]]:
    for link in case.analysis.links:
        if not link.href.isascii() or "xn--" in link.href:
            for match in _HOST.finditer(link.href):
                yield link.part, match[1]
    for place in case.analysis.places:
        # The text as written: what cannot be seen must still stand in it.
        text = place.text
        if ":" in text and "://" in text and not (text.isascii() and "xn--" not in text):
            for match in _HOST.finditer(text):
                yield place.part, match[1]


def _in_address(address: str) -> str | None:
    if address.isascii() and "xn--" not in address:
        return None
    parts = split_address(address)
    if parts is None:
        return _UNSEEN if suspicious_invisible(address[:_LONGEST_LABEL]) else None
    local, domain = parts
    return _in_words(re.split(r"[.+_\-]", local)) or _in_domain(domain)


def _in_domain(domain: str) -> str | None:
    if domain.isascii() and "xn--" not in domain.lower():
        return None
    *labels, top = (_decoded(label) for label in domain.rstrip(".").split("."))
    if found := _in_words([*labels, top]):
        return found
    for label in labels:
        # A whole word of one other alphabet is that of its country's domain, not of .com.
        foreign = [each for each in label if not each.isascii()]
        if foreign and top.isascii() and skeleton(label).isascii() and not set(foreign) <= _LIVING:
            return _OTHER_LETTERS
    return None


def _decoded(label: str) -> str:
    """A label as it is shown: what stands behind ``xn--`` (RFC 3492)."""
    label = label[:_LONGEST_LABEL]
    if label[:4].lower() != "xn--":
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:  # no such label exists; the syntax of addresses is another check's
        return label


def _in_name(name: str) -> str | None:
    return None if name.isascii() else _in_words(name[:256].split())


def _in_words(words: Iterable[str]) -> str | None:
    for word in words:
        if word.isascii():
            continue
        if suspicious_invisible(word):
            return _UNSEEN
        if is_mixed_script(word) and not scripts_of(word) - {"Latn", "Zinh"} <= _EAST_ASIAN:
            return _TWO_ALPHABETS
    return None


def look_alikes() -> Check:
    """Addresses, links and display names made to look like others (UTS #39).

    It sees words that mix alphabets, words of another alphabet that read as ASCII letters, and
    characters that cannot be seen: zero-width, bidirectional controls, tags.

    Codes:
        ``recipient.lookalike`` (HOLD): a character that cannot be seen, or two alphabets in one
        word of an address, is hardly ever meant. WARN where a whole label merely reads as ASCII.
        ``link.lookalike`` (WARN): the host of a link, in HTML or text.
        ``address.deceptive-name`` (WARN): a display name that mixes alphabets in a word or hides
        characters.
    """
    return _LookAlikes()
