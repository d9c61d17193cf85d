"""The plug-in for pytest, loaded by its entry point where sendguard is installed.

Fixtures: `guard_recorder`, `fake_transport`, `frozen_clock`, `no_bypass`. ``--sendguard-policy
FILE`` adds a test for each law over a policy file, and ``--sendguard-examples N`` says how many
messages each tries. What is heavy is imported when it is used: every run of pytest loads this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sendguard.adapters.bypasses import BypassWatch
    from sendguard.testing._fakes import FakeTransport, FrozenClock, GuardRecorder

DEFAULT_EXAMPLES = 200


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("sendguard", "policies of sendguard")
    group.addoption(
        "--sendguard-policy",
        action="append",
        default=[],
        metavar="FILE",
        help="run the laws over this policy file (or the name of a shipped policy)",
    )
    group.addoption(
        "--sendguard-examples",
        type=int,
        default=DEFAULT_EXAMPLES,
        metavar="N",
        help=f"messages that each law tries (default: {DEFAULT_EXAMPLES})",
    )


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add a test for each law over each policy that was named."""
    for path in config.getoption("--sendguard-policy"):
        items.extend(_PolicyFile.from_parent(session, name=f"policy {path}", path_=path).collect())


class _PolicyFile(pytest.Collector):
    """The laws over one policy."""

    def __init__(self, *, path_: str, **options: Any) -> None:
        super().__init__(nodeid=f"sendguard-policy::{path_}", **options)
        self.policy = path_

    def collect(self) -> Iterator[pytest.Item]:
        """One test for each law."""
        from sendguard.testing._laws import LAWS

        for name in LAWS:
            yield _LawItem.from_parent(self, name=name)


class _LawItem(pytest.Item):
    """One law over one policy."""

    def runtest(self) -> None:
        """Look for a message for which it is broken."""
        from sendguard.guard import Guard
        from sendguard.testing._laws import assert_law

        guard = Guard.from_toml(self.parent.policy)  # type: ignore[union-attr]  # a _PolicyFile
        assert_law(self.name, guard, max_examples=self.config.getoption("--sendguard-examples"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is broken, and a test to paste; no traceback through the library."""
        from sendguard.errors import ConfigurationError
        from sendguard.testing._laws import LawBrokenError

        if isinstance(excinfo.value, LawBrokenError | ConfigurationError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Where it stands: in no file of Python."""
        return self.path, None, f"{self.parent.name}: {self.name}"  # type: ignore[union-attr]


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say what is missing when a decision is not the expected one."""
    if op != "==" or "Expected" not in (type(left).__name__, type(right).__name__):
        return None
    from sendguard.model import Decision
    from sendguard.testing._expecting import Expected

    expected, decision = (left, right) if isinstance(left, Expected) else (right, left)
    if not (isinstance(expected, Expected) and isinstance(decision, Decision)):
        return None
    return [
        f"decision == {expected!r}",
        *expected.misses(decision),
        "the decision says:",
        *decision.explain().splitlines(),
    ]


@pytest.fixture
def guard_recorder() -> GuardRecorder:
    """An observer that keeps what it hears."""
    from sendguard.testing._fakes import GuardRecorder

    return GuardRecorder()


@pytest.fixture
def fake_transport() -> FakeTransport:
    """A transport that only remembers what it was given."""
    from sendguard.testing._fakes import FakeTransport

    return FakeTransport()


@pytest.fixture
def frozen_clock() -> FrozenClock:
    """A clock that stands still until it is told to go on."""
    from sendguard.testing._fakes import FrozenClock

    return FrozenClock()


@pytest.fixture
def no_bypass() -> Iterator[BypassWatch]:
    """Fails the test if something is sent that passed no guard."""
    from sendguard.adapters.bypasses import BypassWatch

    with BypassWatch() as watch:
        yield watch
    if watch.found:
        pytest.fail("\n".join(map(str, watch.found)), pytrace=False)
