"""Every test of a file runs on both engines; invented addresses with the skew of real ones."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from sendguard.matching import _engine

UseEngine = Callable[[str], None]


@pytest.fixture(params=["python", "native"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine that files opened and built in the test use."""
    name: str = request.param
    monkeypatch.setenv("SENDGUARD_NO_EXTENSIONS", "1" if name == "python" else "0")
    if _engine.engine() != name:
        pytest.skip("the extension was not built: no compiler was at hand")
    return name


@pytest.fixture
def use_engine(monkeypatch: pytest.MonkeyPatch) -> UseEngine:
    """A function that chooses the engine; skips where the extension is not built."""

    def use(name: str) -> None:
        monkeypatch.setenv("SENDGUARD_NO_EXTENSIONS", "1" if name == "python" else "0")
        if _engine.engine() != name:
            pytest.skip("the extension was not built: no compiler was at hand")

    return use


@pytest.fixture(scope="session")
def addresses() -> Callable[[int], list[str]]:
    """A function that invents so many e-mail addresses, some of them twice."""

    def invent(count: int) -> list[str]:
        random = Random(7)
        first = ["anna", "maria", "jose", "li", "john", "j", "fatima", "olga", "jürgen", "søren"]
        last = ["smith", "garcia", "müller", "wang", "o'neil", "kim", "de-la-cruz", "nguyen"]
        domains = ["gmail.com", "gmx.de", "example.com", "gmial.com", "yahoo.com"]
        domains += [f"{random.choice(last)}-{n % 90}.example" for n in range(count // 8)]
        shapes = ["{0}.{1}{2}@{3}", "{0}{1}@{3}", "{0}@{3}", "{1}_{0}.{2}@{3}", "info@{3}"]
        return [
            random.choice(shapes).format(
                random.choice(first),
                random.choice(last),
                random.choice(["", str(random.randrange(300))]),
                random.choice(domains),
            )
            for _ in range(count)
        ]

    return invent
