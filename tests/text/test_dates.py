from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.hostile import hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import Analysis, DateMention, Passage, Place, read_dates, read_times

NOW = date(2027, 4, 28)  # a Wednesday
THE_DAY = date(2027, 5, 4)  # the Tuesday after


def whole(text: str) -> Passage:
    place = Place.of("text", text)
    return Passage(place, 0, len(place.plain))


def of_text(text: str) -> tuple[DateMention, ...]:
    return read_dates(whole(text))


@pytest.mark.parametrize(
    "text",
    [
        "2027-05-04", "2027/05/04", "2027.05.04", "04.05.2027", "4.5.2027", "4. 5. 2027", "04.05.27",
        "4 May 2027", "4th May 2027", "4th of May, 2027", "4 May", "May 4", "May 4th", "May 4, 2027",
        "4-May-2027", "4. Mai 2027", "4. Mai", "4 mai 2027", "4 de mayo de 2027", "4 de maio de 2027",
        "4 maggio 2027", "4 mei 2027", "4 de mayo", "Tuesday, 4 May 2027", "Tue, May 4",
        "Dienstag, den 4. Mai 2027", "Dienstag, 4.5.2027", "Di, 4.5.", "mardi 4 mai", "martes, 4 de mayo",
        "martedì 4 maggio 2027", "terça-feira, 4 de maio de 2027", "dinsdag 4 mei 2027",
        "4 May 2027 (Tuesday", "4 May, Tuesday", "Tue 4/5",
    ],
)  # fmt: skip
def test_reads_a_day_in_many_notations(text: str) -> None:
    (mention,) = of_text(f"It ends {text}) at 10.")
    assert mention.where.text == text
    assert THE_DAY in mention.on(NOW)
    assert not mention.contradicts_itself(NOW)


def test_keeps_both_readings_of_a_numeric_date() -> None:
    assert of_text("3/5/2027")[0].on(NOW) == (date(2027, 5, 3), date(2027, 3, 5))
    assert of_text("5-3-2027")[0].on(NOW) == (date(2027, 3, 5), date(2027, 5, 3))
    assert of_text("13/5/2027")[0].on(NOW) == (date(2027, 5, 13),)
    assert of_text("5/13/2027")[0].on(NOW) == (date(2027, 5, 13),)
    assert of_text("3.5.2027")[0].on(NOW) == (date(2027, 5, 3),)


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("4 May", date(2027, 12, 1), date(2028, 5, 4)),
        ("30 December", date(2027, 1, 3), date(2026, 12, 30)),
        ("29 February", date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_nearest(text: str, now: date, expected: date) -> None:
    assert of_text(text)[0].on(now) == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", [date(2027, 4, 28)]),
        ("tomorrow", [date(2027, 4, 29)]),
        ("übermorgen", [date(2027, 4, 30)]),
        ("the day after tomorrow", [date(2027, 4, 30)]),
        ("gestern", [date(2027, 4, 27)]),
        ("demain", [date(2027, 4, 29)]),
        ("aujourd'hui", [date(2027, 4, 28)]),
        ("pasado mañana", [date(2027, 4, 30)]),
        ("domani", [date(2027, 4, 29)]),
        ("amanhã", [date(2027, 4, 29)]),
        ("vandaag", [date(2027, 4, 28)]),
        ("in 3 days", [date(2027, 5, 1)]),
        ("in 2 Wochen", [date(2027, 5, 12)]),
        ("within 2 weeks", [date(2027, 5, 12)]),
        ("dans 3 jours", [date(2027, 5, 1)]),
        ("Tuesday", [THE_DAY]),
        ("am Dienstag", [THE_DAY]),
        ("Wednesday", [date(2027, 5, 5), date(2027, 4, 28)]),
        ("next Tuesday", [THE_DAY, date(2027, 5, 11)]),
        ("this Friday", [date(2027, 4, 30)]),
        ("last Tuesday", [date(2027, 4, 27)]),
        ("mardi prochain", [THE_DAY, date(2027, 5, 11)]),
        ("nächsten Dienstag", [THE_DAY, date(2027, 5, 11)]),
        ("martes pasado", [date(2027, 4, 27)]),
        ("volgende dinsdag", [THE_DAY, date(2027, 5, 11)]),
    ],
)
def test_resolves_what_is_counted_from_the_day_of_writing(text: str, expected: list[date]) -> None:
    (mention,) = of_text(f"It is done {text}.")
    assert list(mention.on(NOW)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1.2.3", "10.0.12", "192.168.1.1", "1/2", "half 3/4 full", "3.5. Heading", "31.02.2027",
        "32 May 2027", "2027-13-45", "10-10-10", "0800-12-34-5678", "you may 2 or 3 times,",
        "Guten Morgen", "am Morgen", "por la mañana", "march on", "May I?", "Mo money", "a segunda vez",
        "in 3 minutes", "May 2027", "page 4 Mark", "A-2027-05-04", "they may 4 ", "2027-05-041",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_day_is_none(text: str) -> None:
    assert of_text(text) == ()


def test_a_weekday_that_is_not_that_of_the_date_contradicts_it() -> None:
    assert of_text("Monday, 4 May 2027")[0].contradicts_itself(NOW)
    assert of_text("Montag, 04.05.2027")[0].contradicts_itself(NOW)
    assert not of_text("Tuesday 4/5/2027")[0].contradicts_itself(NOW)
    assert not of_text("Tuesday")[0].contradicts_itself(NOW)


def test_the_calendar_has_ends() -> None:
    assert of_text("tomorrow")[0].on(date.max) == ()
    assert of_text("last Tuesday")[0].on(date.min) == ()
    assert of_text("4 May")[0].on(date.max) != ()


@pytest.mark.parametrize(
    ("text", "expected", "zone"),
    [
        ("10:30", time(10, 30), ""),
        ("9 am", time(9), ""),
        ("9:15 p.m", time(21, 15), ""),
        ("12 pm", time(12), ""),
        ("12 am", time(0), ""),
        ("10 Uhr", time(10), ""),
        ("10.30 Uhr", time(10, 30), ""),
        ("14h30", time(14, 30), ""),
        ("17:30 CET", time(17, 30), "CET"),
        ("17:30:10 +0200", time(17, 30), "+0200"),
        ("5 o'clock", time(5), ""),
        ("10:30 horas", time(10, 30), ""),
    ],
)
def test_reads_times_of_day(text: str, expected: time, zone: str) -> None:
    (found,) = read_times(whole(f"at {text}, then"))
    assert (found.time, found.zone, found.where.text) == (expected, zone, text)


@pytest.mark.parametrize(
    "text",
    ["16:9", "10.30", "25:00", "10:75", "13 pm", "3 hours", "5h", "1:2:3", "10:30:4", "a1:30"],
)
def test_other_figures_are_no_times(text: str) -> None:
    assert read_times(whole(text)) == ()


def test_an_analysis_reads_the_subject_and_the_new_text() -> None:
    message = Message.email(
        subject="4 May at 9 am", text="Or tomorrow, 10:30.\n\nAnn wrote:\n> today at 3 pm\n"
    )
    analysis = Analysis(message)
    assert [each.where.text for each in analysis.dates] == ["4 May", "tomorrow"]
    assert [each.where.text for each in analysis.times] == ["9 am", "10:30"]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_what_is_written_is_read_back(day: date) -> None:
    assert of_text(day.isoformat())[0].on(NOW) == (day,)
    assert of_text(f"{day:%d.%m.%Y}")[0].on(NOW) == (day,)
    assert of_text(f"{day:%A, %d %B %Y}")[0].on(NOW) == (day,)
    assert not of_text(f"{day:%A, %B %d, %Y}")[0].contradicts_itself(NOW)
    assert day in of_text(f"{day:%m/%d/%Y}")[0].on(NOW)


_WORDS = st.sampled_from(
    ("4", "May", " ", "2027", ".", "/", "Tuesday", "next", "tomorrow", "in", "3", "weeks", ":", ",")
)


@given(st.lists(st.one_of(_WORDS, hostile_text), max_size=14).map("".join), st.dates())
def test_mentions_follow_each_other_and_resolve(text: str, now: date) -> None:
    at = 0
    for mention in of_text(text):
        assert at <= mention.where.start < mention.where.end
        at = mention.where.end
        assert all(isinstance(each, date) for each in mention.on(now))
        assert not (mention.contradicts_itself(now) and mention.weekday is None)
    assert all(each.where.start < each.where.end for each in read_times(whole(text)))


@pytest.mark.parametrize(
    "name",
    units("digits and points", "digits and slashes", "dates", "half dates", "attributions"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    text = whole(hostile(name))
    assert len(read_dates(text)) <= 200_000
    assert len(read_times(text)) <= 100_000


def test_real_mail_names_days() -> None:
    mentions = [each for _, analysis in sample_analyses() for each in analysis.dates]
    assert len(mentions) > 50
    assert all(len(each.where.text) < 40 for each in mentions)
