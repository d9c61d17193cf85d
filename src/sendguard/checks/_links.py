"""Links that lead nowhere outside the house, nowhere at all, or elsewhere than they say."""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice
from typing import Final, TypeAlias
from urllib.parse import unquote

from attrs import frozen

from sendguard.canonical import domain_of, is_freemail, is_within, registrable_domain
from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Finding

MAX_FINDINGS: Final = 10
"""Findings of a message; who has so many knows enough."""

MAX_LINKS: Final = 2_000
"""Links of a message that are looked at."""

_LONGEST = 4_000  # code points of an address that are looked at
_HREF = re.compile(
    r"(?i)(?:https?:)?//(?:[^/?#@\s]{0,256}@)?(\[[0-9a-f:.]{2,45}\]|[^/?#:@\s\[\]]{1,253})"
    r"(?::\d{1,5})?(?=[/?#]|\Z)"
)
_URL = re.compile(r"(?i)(?<![\w/])https?://(\[[0-9a-f:.]{2,45}\]|[^\s/?#:@<>\"'\[\]]{1,253})")
_SHOWN = re.compile(
    r"(?:(?P<scheme>(?i:https?)://)(?:[^/?#@\s]{0,256}@)?|(?i:www)\.)?"
    r"(?P<host>(?:[a-z0-9\-]{1,63}\.){1,8}[a-z]{2,24})(?::\d{1,5})?(?:[/?#]\S{0,4000})?",
)
_FIELD = re.compile(r"[{}\[\]<>|%$*]")
_SCRIPT = re.compile(r"(?i)javascript:")
_BARE = re.compile(r"(?i)(?:https?:/{0,3}(?:www\.?)?/?|mailto:|tel:|sms:|#)?")
_LONGEST_BARE = len("https:///www./")
_SHORT: Final = 500  # code points of a link that is remembered
_WORD = re.compile(r"[a-z0-9\-]{1,63}")
_NOTHINGS = frozenset({"none", "null", "undefined", "nan"})  # what those are, another check says
_PRIVATE: Final = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
    )
)
_PRIVATE_6: Final = tuple(map(ipaddress.ip_network, ("::1/128", "fe80::/10", "fc00::/7")))


@frozen(repr=False)
class _Links(Leaf):
    redirectors: frozenset[str]

    def find(self, case: Case) -> Iterator[Finding]:
        yield from islice(self._found(case), MAX_FINDINGS)

    def _found(self, case: Case) -> Iterator[Finding]:
        message = case.message
        if not case.analysis.links and "://" not in f"{message.subject}{message.text}":
            return
        own = _own_domains(case)
        leaves = not _stays_inside(case, own)
        seen: set[tuple[str, str]] = set()
        new = sorted(
            passage.span
            for passage in case.analysis.new_text
            if passage.part == "html" and passage.span
        )
        starts = [start for start, _ in new]
        for href, text, start, end, part in case.analysis.links[:MAX_LINKS]:
            if part != "html":
                continue
            at = bisect_right(starts, start) - 1
            if at < 0 or start > new[at][1]:
                continue  # somebody else wrote it
            if (href, text) in seen:
                continue
            seen.add((href, text))
            judge = _judged if len(href) + len(text) <= _SHORT else _judge
            if wrong := judge(href, text, own, self.redirectors, leaves):
                yield _finding(wrong, part, (start, end))
        if leaves:
            yield from _in_text(case, own)

    def __repr__(self) -> str:
        added = sorted(self.redirectors - _known("redirectors"))
        return f"links(redirectors={added!r})" if added else "links()"


def links(*, redirectors: Iterable[str] = ()) -> Check:
    """Links lead where the reader can go, and where they say they do.

    Links in quoted mail and in attached messages are somebody else's.

    Args:
        redirectors: domains that count clicks and lead on, beside those that are known.

    Codes:
        ``link.internal`` (WARN): this computer, a private network, or a staging host of one's own,
        in mail that leaves the organisation.
        ``link.unfilled`` (WARN): the address is empty, ``#``, a script, or what stands in a
        template until the right one is written.
        ``link.mismatch`` (WARN): what is shown is an address, at another company than the real one.

    Raises:
        ConfigurationError: a redirector is no domain.
    """
    if isinstance(redirectors, str):
        raise TypeError("redirectors takes several domains, not one str")
    domains = set()
    for entry in redirectors:
        if not isinstance(entry, str):
            raise TypeError(f"redirectors takes texts, not {type(entry).__name__}")
        domain = entry.strip().lower().rstrip(".")
        if "." not in domain or not re.fullmatch(r"[\w.\-]{3,253}", domain):
            raise ConfigurationError(
                f'redirectors has {entry!r}; use domains such as "click.shop.example"'
            )
        domains.add(domain)
    return _Links(_known("redirectors") | domains)


_Wrong: TypeAlias = tuple[str, str, str]
"""The code, the message and the suggestion of a finding."""


def _judge(
    address: str, text: str, own: frozenset[str], redirectors: frozenset[str], leaves: bool
) -> _Wrong | None:
    """What is wrong with a link to an address, for which a text is shown."""
    href = address[:_LONGEST].strip()
    match = _HREF.match(href)
    host = "" if match is None else _plain_host(match[1])
    if unfilled := _unfilled(href, match, host, text):
        return (
            "link.unfilled",
            f"A link leads nowhere: {unfilled}.",
            "Write the address that it should lead to.",
        )
    if match is None:
        return None
    if leaves and (_is_internal(host, own) or _is_one_word(host)):
        return _internal(host)
    shown = _shown_host(text)
    if shown is None or _agree(shown, host, href, own, redirectors):
        return None
    return (
        "link.mismatch",
        f'A link shows "{shown}" and leads to "{host}".',
        "Show the address that the link leads to, or words instead of an address.",
    )


# Links are the same in all mails of a template, but for the few that are the reader's own.
_judged = lru_cache(maxsize=1_024)(_judge)


def _agree(
    shown: str, host: str, href: str, own: frozenset[str], redirectors: frozenset[str]
) -> bool:
    """Whether a link may show one host and lead to another."""
    if host == shown or host.endswith(f".{shown}"):
        return True
    shown_domain, domain = registrable_domain(shown), registrable_domain(host)
    if shown_domain == domain or shown_domain.partition(".")[0] == domain.partition(".")[0]:
        return True
    if is_within(host, own) or is_within(host, redirectors):
        return True
    if host.partition(".")[0] in _known("counting_labels") and host.count(".") > 1:
        return True
    # One that counts clicks has the address it leads on to in its own.
    return shown_domain in unquote(href).lower()


def _in_text(case: Case, own: frozenset[str]) -> Iterator[Finding]:
    """Addresses of the house in the plain new text; those of HTML are its links."""
    seen: set[str] = set()
    for passage in case.analysis.new_text:
        if passage.part not in {"subject", "text"}:
            continue
        if "://" not in passage.text:
            continue
        found = _URL.finditer(passage.place.plain, passage.start, passage.end)
        for match in islice(found, MAX_LINKS):
            host = _plain_host(match[1])
            if host not in seen and _is_internal(host, own):
                seen.add(host)
                yield _finding(_internal(host), passage.part, passage.at(*match.span()).span)


def _internal(host: str) -> _Wrong:
    return (
        "link.internal",
        f'A link leads to "{host}", where no reader outside the house can go.',
        "Link to the address that is reached from outside.",
    )


def _finding(wrong: _Wrong, part: str, span: tuple[int, int] | None) -> Finding:
    code, message, suggestion = wrong
    return Finding(
        code=code, action=Action.WARN, message=message, part=part, span=span, suggestion=suggestion
    )


def _unfilled(href: str, match: re.Match[str] | None, host: str, text: str) -> str | None:
    """What is wrong with an address that nobody wrote; None where it is one.

    Args:
        href: the address, without white space around it.
        match: of `_HREF`, its `host`.
        text: what is shown for it.
    """
    if _FIELD.search(href):
        return None  # a merge field is another check's
    if len(href) <= _LONGEST_BARE and _BARE.fullmatch(href):
        # An anchor that shows nothing is a mark in the page, not a link.
        return "its address is empty" if text.strip() else None
    if match is None and _SCRIPT.match(href):
        return "a script does not run in mail" if text.strip() else None
    words = _known("unfilled_words")
    if match is None:
        return "its address was never written" if href.lower().lstrip("#/") in words else None
    if host in words:
        return "its address was never written"
    path = href[match.end() :].partition("?")[0].partition("#")[0].rstrip("/")
    last = path.rpartition("/")[2].lower()
    if last in words and last != "xxx":
        return "its address was never written"
    is_dummy = is_within(host, _known("unfilled_hosts")) and host not in text.lower()
    return f'"{host}" is nobody\'s address' if is_dummy else None


def _shown_host(text: str) -> str | None:
    """The host of a visible text that is an address; what might be a name as well is none."""
    shown = text.strip()
    if "." not in shown or len(shown) > _LONGEST:
        return None
    match = _SHOWN.fullmatch(shown)
    if match is None:
        return None
    host = match["host"].lower()
    if match["scheme"] or shown[:4].lower() == "www." or "/" in shown:
        return host.removeprefix("www.")
    return None


def _plain_host(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _is_one_word(host: str) -> bool:
    """Whether it is a name of the house's own network, and no value that is missing."""
    return _WORD.fullmatch(host) is not None and host not in _NOTHINGS


@lru_cache(maxsize=1_024)
def _is_internal(host: str, own: frozenset[str]) -> bool:
    if is_within(host, _known("internal_endings")):
        return True
    if host[-1:].isdigit() or ":" in host:
        return _is_private(host)
    if not is_within(host, own):
        return False
    trial = _known("trial_labels")
    label, _, rest = host.partition(".")
    while is_within(rest, own):
        if {label, label.partition("-")[0], label.rpartition("-")[2]} & trial:
            return True
        label, _, rest = rest.partition(".")
    return False


@lru_cache(maxsize=1_024)
def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in (_PRIVATE if address.version == 4 else _PRIVATE_6))


def _own_domains(case: Case) -> frozenset[str]:
    sender = case.message.sender
    domain = domain_of(sender.address) if sender is not None else ""
    if not domain or is_freemail(domain):
        return case.internal_domains
    if domain.count(".") > 1:  # what has one dot is nobody's part, and needs no list of suffixes
        domain = registrable_domain(domain)
    return case.internal_domains | {domain}


def _stays_inside(case: Case, own: frozenset[str]) -> bool:
    recipients = case.message.recipients
    return bool(recipients) and all(is_within(domain_of(each.address), own) for each in recipients)


@cache
def _known(key: str) -> frozenset[str]:
    return frozenset(word_lists("links")[key])
