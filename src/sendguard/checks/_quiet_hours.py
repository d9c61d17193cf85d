"""Not at night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf, Unevaluable
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Finding


@frozen(repr=False)
class _QuietHours(Leaf):
    start: time
    end: time
    time_zone: str | None

    def find(self, case: Case) -> Iterator[Finding | Unevaluable]:
        name = case.context.time_zone or self.time_zone
        if name is None:
            yield Unevaluable("Nothing says in which time zone the reader lives.")
            return
        zone = _zone(name)
        if zone is None:
            yield Unevaluable("The reader's time zone is none that this system knows.")
            return
        if case.context.now is None:
            raise TypeError("a case is judged at a time")
        here = case.context.now.astimezone(zone)
        if not self._is_quiet(here.time()):
            return
        ends_today = here.time() < self.end
        ends = datetime.combine(here.date() + timedelta(days=not ends_today), self.end, zone)
        yield Finding(
            code="timing.quiet-hours",
            action=Action.HOLD,
            message=f"It is {here:%H:%M} where the reader lives ({name}); nobody is written to "
            f"between {self.start:%H:%M} and {self.end:%H:%M}.",
            suggestion=f"It may leave at {ends:%Y-%m-%d %H:%M} there.",
        )

    def _is_quiet(self, clock: time) -> bool:
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    @property
    def options(self) -> dict[str, Any]:
        return {
            "start": f"{self.start:%H:%M}",
            "end": f"{self.end:%H:%M}",
            "time_zone": self.time_zone,
        }


def quiet_hours(*, start: str = "21:00", end: str = "08:00", time_zone: str | None = None) -> Check:
    """Nobody is written to at night, by the clock on the reader's wall.

    The zone is `Context.time_zone`, the time `Context.now`; changes to and from summer time are
    followed. What must not wait is exempted:
    ``quiet_hours().unless(conditions.purpose("transactional"))``.

    Args:
        start: "HH:MM"; from then on it is quiet.
        end: "HH:MM"; from then on it is not. Before `start`, it is that of the next day.
        time_zone: IANA name, for readers of whom the context names none; without one they are
            ``guard.not-evaluable``.

    Codes:
        ``timing.quiet-hours`` (HOLD): a message wakes somebody, or breaks the law of the place.

    Raises:
        ConfigurationError: an option is no time of day, or no time zone.
    """
    begins, ends = _time_of_day("start", start), _time_of_day("end", end)
    if begins == ends:
        raise ConfigurationError(
            f"quiet_hours() has start and end {start!r}; use two different times of day"
        )
    if time_zone is not None and _zone(time_zone) is None:
        raise ConfigurationError(
            f"quiet_hours(time_zone=) is {time_zone!r}; use an IANA name such as 'Europe/Berlin'"
        )
    return _QuietHours(begins, ends, time_zone)


def _time_of_day(name: str, given: str) -> time:
    if not isinstance(given, str):
        raise TypeError(f"quiet_hours({name}=) takes a str, not {type(given).__name__}")
    try:
        return datetime.strptime(given, "%H:%M").time()  # noqa: DTZ007  (a time of day has no zone)
    except ValueError:
        raise ConfigurationError(
            f"quiet_hours({name}=) is {given!r}; use hours and minutes, such as '21:00'"
        ) from None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no name at all; a folder of names
        return None
