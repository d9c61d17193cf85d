"""The shipped policies, as tuples of checks."""

from sendguard.policy._recommended import recommended

__all__ = ["recommended"]
