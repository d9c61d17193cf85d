"""Guarded transports, one file or folder each; import the one that you use by its name."""

from sendguard.adapters._arguments import GuardSource
from sendguard.adapters._wrap import release_via, wrap

__all__ = ["GuardSource", "release_via", "wrap"]
