"""The way out of a mailing."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import Final

from attrs import frozen

from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.model import Action, Finding, Message

_URI = re.compile(r"<\s*((?:https?|mailto):[^<>]{1,2000})>", re.IGNORECASE)
_WAY = re.compile(r"(?i)https?://[^\s/]|mailto:|[\w.+\-]{1,64}@[\w\-]{1,63}\.")
_NEAR: Final = 120  # code points around a word or a link in which the other stands
_LINKS_LOOKED_AT = 2_000
_PLACES = 1_000


@frozen(repr=False)
class _Unsubscribe(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        message = case.message
        if message.channel != "email" or case.context.purpose != "marketing":
            return
        if message.template is not None and message.text is None and message.html is None:
            return
        uris = _offered(message)
        if _is_one_click(message, uris):
            return
        visible = _is_shown(case)
        if uris and visible:
            return
        if uris:
            what = "The mailing's text shows no way to unsubscribe."
        elif visible:
            what = "The mailing has no List-Unsubscribe field in its header."
        else:
            what = "The mailing offers no way to unsubscribe."
        yield Finding(
            code="consent.no-unsubscribe",
            action=Action.WARN if uris or visible else Action.HOLD,
            message=what,
            part="header:List-Unsubscribe" if visible else None,
            suggestion="Add List-Unsubscribe with an https address, "
            '"List-Unsubscribe-Post: List-Unsubscribe=One-Click", and a link in the text.',
        )


def unsubscribe() -> Check:
    """A mailing (`Context.purpose` "marketing") lets its readers unsubscribe.

    It passes with a one-click address in its header (RFC 8058), or with a ``List-Unsubscribe``
    field (RFC 2369) and a link in the text. Mail of other purposes is not looked at.

    Codes:
        ``consent.no-unsubscribe`` (HOLD): there is neither; the law and the large providers ask
        for it. WARN where there is one of the two: some services add the other when they send.
    """
    return _Unsubscribe()


def _offered(message: Message) -> tuple[str, ...]:
    fields = (value for name, value in message.headers if name.lower() == "list-unsubscribe")
    return tuple(match[1].strip() for value in fields for match in _URI.finditer(value))


def _is_one_click(message: Message, uris: tuple[str, ...]) -> bool:
    return any(uri.lower().startswith("https:") for uri in uris) and any(
        name.lower() == "list-unsubscribe-post"
        and value.strip().lower() == "list-unsubscribe=one-click"
        for name, value in message.headers
    )


def _is_shown(case: Case) -> bool:
    """Whether a link, or an address beside the word, leads out."""
    html = case.analysis.html
    if html is not None:
        words = _words_in(html.text)
        for link in case.analysis.links[:_LINKS_LOOKED_AT]:
            if link.part != "html" or not link.text.strip():
                continue
            near = bisect_left(words, link.start - _NEAR)
            if near < len(words) and words[near] <= link.end + _NEAR:
                return True
            if any(word in link.href.lower() for word in _words()):
                return True
    for place in case.analysis.places:
        if place.part == "text" and not place.hidden:
            text = place.plain
            for at in _words_in(text):
                if _WAY.search(text, max(0, at - _NEAR), at + 2 * _NEAR):
                    return True
    return False


def _words_in(text: str) -> list[int]:
    """Where the words begin, in order; of very many, the last of each word is among them."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text  # a letter whose small form is two; nearly nobody's mailing has one
    found: list[int] = []
    for word in _words():
        at = lowered.find(word)
        while at >= 0 and len(found) < _PLACES:
            found.append(at)
            at = lowered.find(word, at + 1)
        if (last := lowered.rfind(word)) >= 0:
            found.append(last)
    return sorted(found)


@cache
def _words() -> tuple[str, ...]:
    return tuple(word_lists("unsubscribe")["words"])
