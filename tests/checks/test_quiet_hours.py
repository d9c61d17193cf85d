"""Nobody is written to at night, by the clock on the reader's wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard import Action, Context, Guard, Message, checks, conditions
from sendguard.errors import ConfigurationError

MESSAGE = Message.sms(to="+441632960961", text="Spring is here")


def found(now, zone="Europe/Berlin", check=None):
    guard = Guard(check or checks.quiet_hours())
    return guard.evaluate(MESSAGE, Context(now=now, time_zone=zone)).findings


def berlin(*fields, fold=0):
    return datetime(*fields, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        (berlin(2026, 3, 1, 20, 59, 59), False),
        (berlin(2026, 3, 1, 21, 0), True),
        (berlin(2026, 3, 2, 0, 0), True),
        (berlin(2026, 3, 2, 7, 59, 59), True),
        (berlin(2026, 3, 2, 8, 0), False),
        (datetime(2026, 3, 1, 20, 30, tzinfo=UTC), True),  # 21:30 in Berlin
        (datetime(2026, 7, 1, 19, 30, tzinfo=UTC), True),  # 21:30 in Berlin, in summer
        (datetime(2026, 7, 1, 6, 30, tzinfo=UTC), False),  # 08:30 in Berlin, in summer
    ],
)
def test_it_is_quiet_from_the_start_until_the_end(now, quiet):
    assert bool(found(now)) is quiet


def test_the_finding_says_what_time_it_is_and_when_it_may_leave():
    (late,) = found(berlin(2026, 3, 1, 23, 5))
    assert (late.code, late.action) == ("timing.quiet-hours", Action.HOLD)
    assert late.message == (
        "It is 23:05 where the reader lives (Europe/Berlin); nobody is written to "
        "between 21:00 and 08:00."
    )
    assert late.suggestion == "It may leave at 2026-03-02 08:00 there."
    (early,) = found(berlin(2026, 3, 2, 4, 0))
    assert early.suggestion == late.suggestion


def test_an_hour_that_comes_twice_is_quiet_twice():
    check = checks.quiet_hours(start="01:00", end="02:30")
    for fold in (0, 1):
        assert found(berlin(2026, 10, 25, 2, 15, fold=fold), check=check)
        assert not found(berlin(2026, 10, 25, 2, 45, fold=fold), check=check)


def test_quiet_hours_may_lie_within_one_day():
    check = checks.quiet_hours(start="12:00", end="14:00")
    assert [bool(found(berlin(2026, 3, 1, hour, 0), check=check)) for hour in (11, 12, 13, 14)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "zone", [None, "Europe/Atlantis", "", "../../etc/passwd", "Europe", "a\0b", "/etc", "x" * 5_000]
)
def test_a_reader_of_whom_nobody_knows_the_zone_cannot_be_judged(zone):
    (finding,) = found(berlin(2026, 3, 1, 23, 0), zone)
    assert finding.code == "guard.not-evaluable"


def test_a_zone_for_readers_of_whom_nothing_is_known():
    check = checks.quiet_hours(time_zone="Asia/Tokyo")
    noon = datetime(2026, 3, 1, 13, tzinfo=UTC)  # 22:00 in Tokyo, 14:00 in Berlin
    assert found(noon, None, check)
    assert not found(noon, "Europe/Berlin", check)


def test_what_must_not_wait_is_exempted():
    check = checks.quiet_hours().unless(conditions.purpose("transactional"))
    night = Context(
        now=berlin(2026, 3, 1, 23, 0), time_zone="Europe/Berlin", purpose="transactional"
    )
    assert Guard(check).evaluate(MESSAGE, night).findings == ()


# Hypothesis wants its bounds without a zone.
INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1))  # noqa: DTZ001
ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "UTC")


@given(INSTANTS, st.sampled_from(ZONES))
def test_what_waits_as_long_as_it_is_told_to_may_leave(naive, zone):
    findings = found(naive.replace(tzinfo=UTC), zone)
    if findings:
        told = findings[0].suggestion.removeprefix("It may leave at ").removesuffix(" there.")
        then = datetime.strptime(told, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
        assert timedelta(0) < then - naive.replace(tzinfo=UTC) <= timedelta(hours=13)
        assert not found(then, zone)


@pytest.mark.parametrize(
    "options",
    [
        {"start": "9pm"},
        {"start": "24:00"},
        {"end": ""},
        {"start": "08:00"},
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": ""},
    ],
)
def test_a_wrong_option_is_refused_when_it_is_built(options):
    with pytest.raises(ConfigurationError, match="quiet_hours"):
        checks.quiet_hours(**options)


def test_it_shows_how_it_was_built():
    check = checks.quiet_hours(start="9:00", end="10:30", time_zone="UTC")
    assert repr(check) == "quiet_hours(start='09:00', end='10:30', time_zone='UTC')"
