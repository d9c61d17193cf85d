"""Whom a message greets: the wrong one, nobody's name, or a name that is an insult."""

from sendguard.checks.greetings._fillings import dummy_text, offensive_greeting
from sendguard.checks.greetings._greeting import greeting

__all__ = ["dummy_text", "greeting", "offensive_greeting"]
