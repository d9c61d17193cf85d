"""Letters as the strategies draw them, the same ones in every run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from sendguard.testing import Send, sends


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
