"""What the reports call each kind of change."""

from __future__ import annotations

from typing import Final

from sendguard.cli.replay._tally import Kind

WORDS: Final[dict[Kind, str]] = {
    "newly-blocked": "newly blocked",
    "newly-held": "newly held",
    "newly-allowed": "newly allowed",
    "newly-warned": "newly warned of",
    "changed": "other findings",
    "blocked": "blocked",
    "held": "held",
    "warned": "warned of",
}
