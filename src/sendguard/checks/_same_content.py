"""When two messages say the same, although not letter for letter."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from sendguard.checks.algebra import Case
from sendguard.model import Attachment

if TYPE_CHECKING:
    from sendguard.text import DateMention, Place, TimeMention

_URL: Final = re.compile(r"https?://[^\s<>\"]++", re.IGNORECASE)
_MESSAGE_ID: Final = re.compile(r"<[\w.$+=/\-]{16,250}+@[\w.\-]{1,250}+>")
_SECONDS: Final = re.compile(r"\d:\d\d:\d\d")
_BETWEEN: Final = 5  # code points between a day and its time: " at ", ", ", "T"

# Parameters that tell who came by which mail and change nothing of where a link leads.
_TRACKING: Final = frozenset(
    {
        *("dclid", "fbclid", "gbraid", "gclid", "igshid", "mkt_tok", "msclkid", "s_cid", "ttclid"),
        *("twclid", "wbraid", "yclid"),
    }
)
_TRACKING_BEGINS: Final = ("utm_", "mc_", "hsa_", "_hs", "pk_", "mtm_", "matomo_", "vero_", "oly_")


def same_content(case: Case, *, near: bool, across: bool) -> str:
    """A digest that two messages share when they say the same, whoever they are for.

    Args:
        case: the message.
        near: leave out when it was sent: today's date and the day before and after, a time beside
            such a date or with seconds, ids of messages, tracking in links, case and white space.
        across: look at the words alone, which may come by mail as well as by text message.
    """
    words = [_read(place, case, near) for place in _bodies(case, across)]
    if not (near or across) or not any(map(str.isalnum, "".join(words))):
        return exact_content(case)
    said = [*words, *sorted(map(_of_file, case.message.attachments))]
    if not across:
        said += [case.message.channel, *(_read(place, case, near) for place in _subject(case))]
        said += (_untracked(link.href) for link in case.analysis.links)
    digest = hashlib.sha256()
    for each in said:
        digest.update(each.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def exact_content(case: Case) -> str:
    """A digest that two messages share when sender, subject, every part and the author's own
    headers are equal."""
    return case.message.replace(recipients=(), shown=(), envelope=None).digest


def _of_file(file: Attachment) -> str:
    inner = "" if file.message is None else file.message.digest
    return hashlib.sha256(file.content).hexdigest() + inner


def _subject(case: Case) -> Iterator[Place]:
    return (place for place in case.analysis.places if place.part == "subject")


def _bodies(case: Case, across: bool) -> list[Place]:
    found = [place for place in case.analysis.places if place.part in ("text", "html")]
    if across:  # text and HTML of a mail say the same, and a text message has only one of them
        found = [place for place in found if place.plain.strip()][:1]
    return found


def _read(place: Place, case: Case, near: bool) -> str:
    text = place.plain
    if near:
        pieces, at = [], 0
        for start, end in sorted(_of_sending(place, case)):
            if start >= at:
                pieces.append(text[at:start])
                at = end
        text = _MESSAGE_ID.sub("", "".join([*pieces, text[at:]]))
        text = _URL.sub(lambda match: _untracked(match.group()), text)
    return " ".join(text.casefold().split())


def _of_sending(place: Place, case: Case) -> Iterator[tuple[int, int]]:
    """The spans that say when it was sent."""
    now = case.context.now
    if now is None:
        return
    near = sorted(
        (mention.where.start, mention.where.end)
        for mention in case.analysis.dates
        if mention.where.place is place and _is_today(mention, now.date())
    )
    yield from near
    ends = {end for _, end in near}
    starts = {start for start, _ in near}
    for time in case.analysis.times:
        if time.where.place is place and (
            _SECONDS.search(time.where.text) or _is_beside(time, starts, ends)
        ):
            yield time.where.start, time.where.end


def _is_today(mention: DateMention, today: date) -> bool:
    return bool(mention.days) and any(
        found is not None and abs((found - today).days) <= 1
        for found in (day.near(today) for day in mention.days)
    )


def _is_beside(time: TimeMention, starts: set[int], ends: set[int]) -> bool:
    before = range(time.where.start - _BETWEEN, time.where.start + 1)
    after = range(time.where.end, time.where.end + _BETWEEN + 1)
    return not ends.isdisjoint(before) or not starts.isdisjoint(after)


def _untracked(url: str) -> str:
    """The address without what only tells who came by it."""
    address, mark, query = url.partition("?")
    if not mark:
        return url
    query, sign, fragment = query.partition("#")
    kept = [pair for pair in query.split("&") if not _tracks(pair.partition("=")[0].casefold())]
    return f"{address}?{'&'.join(kept)}{sign}{fragment}" if kept else f"{address}{sign}{fragment}"


def _tracks(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_BEGINS)
