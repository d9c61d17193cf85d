"""The way out of a mailing."""

from __future__ import annotations

import re
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
    for link in case.analysis.links[:_LINKS_LOOKED_AT]:
        if link.part != "html" or html is None or not link.text.strip():
            continue
        around = html.text[max(0, link.start - _NEAR) : link.end + _NEAR]
        if _words().search(link.href) or _words().search(around):
            return True
    for place in case.analysis.places:
        if place.hidden or place.part != "text":
            continue
        for word in _words().finditer(place.plain):
            near = place.plain[max(0, word.start() - _NEAR) : word.end() + _NEAR]
            if _WAY.search(near):
                return True
    return False


@cache
def _words() -> re.Pattern[str]:
    words = word_lists("unsubscribe")["words"]
    return re.compile("(?i)" + "|".join(map(re.escape, words)))
