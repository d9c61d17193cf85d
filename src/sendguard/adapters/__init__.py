"""Guarded transports, one file or folder each; import the one that you use by its name."""

from sendguard.adapters._wrap import wrap

__all__ = ["wrap"]
