"""Letters as the strategies draw them, the same ones in every run; searches that end at the first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from sendguard.testing import Send, sends


@pytest.fixture
def unshrunk() -> Iterator[None]:
    """What is found stays as large as it was found: making it small takes most of a search."""
    usual = settings.get_current_profile_name()
    phases = [Phase.explicit, Phase.generate]
    settings.register_profile("unshrunk", settings.get_profile(usual), phases=phases)
    settings.load_profile("unshrunk")
    yield
    settings.load_profile(usual)


@pytest.fixture(scope="session")
def letters() -> list[Send]:
    """Sends with an e-mail, all different."""
    drawn: dict[str, Send] = {}

    @settings(
        max_examples=150,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(sends(channels=("email",)))
    def collect(send: Send) -> None:
        drawn.setdefault(send.message.digest, send)

    collect()
    return list(drawn.values())
