"""The mail tests of the libraries that sendguard wraps, run through the guarded classes.

A module here whose name ends in ``_peer`` has a function ``run() -> Report``;
``python -m tests.peers [name …]`` runs them all, or those named.
"""

from __future__ import annotations

import unittest
from collections.abc import Mapping

from attrs import define, field, frozen

from sendguard import Guard
from sendguard.guard import Event


@frozen
class Report:
    """What came of one library's suite.

    Attributes:
        suite: whose it is, with its version.
        tests: how many ran.
        failures: one line for each that ended otherwise than without the guard.
        guarded: how many sends a guard judged.
        missing: why it could not run at all, or None.
    """

    suite: str
    tests: int = 0
    failures: tuple[str, ...] = ()
    guarded: int = 0
    missing: str | None = None

    @property
    def passed(self) -> bool:
        return self.missing is not None or (self.guarded > 0 and not self.failures)

    def __str__(self) -> str:
        if self.missing is not None:
            return f"{self.suite}: NOT RUN: {self.missing}"
        return (
            f"{self.suite}: {self.tests} tests, {len(self.failures)} failures, "
            f"{self.guarded} guarded calls"
        )


@define
class Counter:
    """An observer that counts the sends that a guard judged."""

    admitted: int = 0

    def notify(self, event: Event) -> None:
        self.admitted += event.kind == "admitted"


def counting_guard() -> tuple[Guard, Counter]:
    """A guard that lets everything pass, and counts.

    It observes, because a peer's tests send what is no mail ("A test message"), which a guard
    that acts holds.
    """
    counter = Counter()
    return Guard(mode="observe", observers=[counter]), counter


@define
class Outcomes(unittest.TestResult):
    """How each test ended, by its id."""

    of: dict[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        super().__init__()

    def startTest(self, test: unittest.TestCase) -> None:
        self.of[test.id()] = "passed"
        super().startTest(test)

    def addError(self, test, err) -> None:
        self.of[test.id()] = f"error: {err[0].__name__}: {err[1]}"

    def addFailure(self, test, err) -> None:
        self.of[test.id()] = f"failed: {err[1]}"

    def addSkip(self, test, reason: str) -> None:
        self.of[test.id()] = f"skipped: {reason}"

    def addExpectedFailure(self, test, err) -> None:
        self.of[test.id()] = "failed as expected"

    def addUnexpectedSuccess(self, test) -> None:
        self.of[test.id()] = "passed unexpectedly"

    def addSubTest(self, test, subtest, err) -> None:
        if err is not None:
            self.of[subtest.id()] = f"failed: {err[1]}"


def differences(plain: Mapping[str, str], guarded: Mapping[str, str]) -> tuple[str, ...]:
    """The tests that ended otherwise in the guarded run, one line each."""
    return tuple(
        f"{name}: {guarded.get(name, 'did not run')!r}, without the guard {plain.get(name)!r}"
        for name in sorted({*plain, *guarded})
        if plain.get(name, "").split(":")[0] != guarded.get(name, "").split(":")[0]
    )
