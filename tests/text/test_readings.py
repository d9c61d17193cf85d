"""What holds for every reading of a message."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import pytest
from attrs import fields, has
from hypothesis import given
from tests.strategies import messages
from tests.text.hostile import UNITS, hostile
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import (
    Analysis,
    Passage,
    Place,
    Quoting,
    read_accounts,
    read_amounts,
    read_attachment_mentions,
    read_dates,
    read_emails,
    read_ending,
    read_greeting,
    read_language,
    read_phones,
    read_quantities,
    read_quoting,
    read_references,
    read_sentences,
    read_times,
)

READINGS = (
    *("quoting", "greetings", "endings", "new_text", "amounts", "quantities", "dates", "times"),
    *("references", "emails", "phones", "accounts", "sentences", "attachments_named"),
)


def passages(value: object) -> Iterator[Passage]:
    """All passages inside a result."""
    if isinstance(value, Passage):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from passages(each)
    elif has(type(value)) and not isinstance(value, Place):
        for field in fields(type(value)):
            yield from passages(getattr(value, field.name))


def check(analysis: Analysis) -> None:
    sources = {place.part: place.text for place in analysis.places if not place.hidden}
    for name in READINGS:
        result = getattr(analysis, name)
        assert isinstance(result, tuple)
        assert hash(result) == hash(result)
        for passage in passages(result):
            start, end = passage.span or (0, 0)
            assert 0 <= start < end <= len(sources[passage.part])
            first, last = sources[passage.part][start], sources[passage.part][end - 1]
            assert (first, last) == (passage.text[0], passage.text[-1])
    assert isinstance(analysis.language, str)


@given(messages())
def test_every_reading_is_total_and_points_into_its_part(message: Message) -> None:
    check(Analysis(message))


@given(messages())
def test_reading_twice_gives_the_same(message: Message) -> None:
    first, second = Analysis(message), Analysis(message)
    for name in (*READINGS, "language"):
        assert getattr(first, name) == getattr(second, name)


def test_real_mail_is_read_with_spans_into_its_parts() -> None:
    for _, analysis in sample_analyses():
        check(analysis)


def test_nested_messages_are_not_read_as_this_one() -> None:
    inner = "From: a@a.example\nSubject: order 4711\n\nDear Bob, it costs $5."
    outer = (
        "From: a@a.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        f"--b\n\nSee below.\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n"
    )
    analysis = Analysis(Message.from_email(outer.encode()))
    assert any("$5" in place.text for place in analysis.places)
    assert analysis.amounts == analysis.references == analysis.greetings == ()


def _ending(passage: Passage) -> object:
    new = (passage,)
    return read_ending(Quoting(passage.place, new)), read_greeting(new), read_language(new)


READERS: dict[str, Callable[[Passage], object]] = {
    "quoting": lambda passage: read_quoting(passage.place),
    "greeting, ending, language": _ending,
    "amounts": read_amounts,
    "quantities": read_quantities,
    "dates": read_dates,
    "times": read_times,
    "references": read_references,
    "emails": read_emails,
    "phones": read_phones,
    "accounts": read_accounts,
    "sentences": read_sentences,
    "attachments": read_attachment_mentions,
}


@pytest.mark.soak
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("reader", READERS)
def test_time_grows_linearly(reader: str, unit: str) -> None:
    sizes = [125_000, 250_000, 500_000, 1_000_000]
    times = []
    for size in sizes:
        place = Place.of("text", f"attached {hostile(unit, size)}")
        passage = Passage(place, 0, len(place.plain))
        times.append(min(_seconds(READERS[reader], passage) for _ in range(3)))
    xs = [math.log(size) for size in sizes]
    ys = [math.log(max(seconds, 1e-3)) for seconds in times]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    exponent = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - mean_x) ** 2 for x in xs
    )
    print(f"{reader} of {unit}: exponent {exponent:.2f}, {times[-1] * 1e3:.1f} ms a megabyte")
    assert exponent <= 1.2


def _seconds(reader: Callable[[Passage], object], passage: Passage) -> float:
    begin = time.process_time()
    reader(passage)
    return time.process_time() - begin
