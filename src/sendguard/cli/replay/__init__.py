"""A corpus judged by a policy, alone or against another: what would change, and for whom."""

from sendguard.cli.replay._replay import ReplayOptions, replay

__all__ = ["ReplayOptions", "replay"]
