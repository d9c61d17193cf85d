"""Whom a message greets: the wrong one, nobody's name, or a name that is an insult."""

from sendguard.checks.greeting._greeting import greeting

__all__ = ["greeting"]
