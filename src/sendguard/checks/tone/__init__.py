"""How a message sounds, and whether that suits its reader."""

from sendguard.checks.tone._classifier import Classifier, classified
from sendguard.checks.tone._disparaging import disparaging
from sendguard.checks.tone._form import missing_greeting, missing_sign_off, too_short
from sendguard.checks.tone._insensitive import insensitive
from sendguard.checks.tone._intimate import intimate
from sendguard.checks.tone._language import reader_language
from sendguard.checks.tone._manner import brusque, hostile, joking
from sendguard.checks.tone._offensive import offensive
from sendguard.checks.tone._shouting import shouting
from sendguard.checks.tone._templates import templates_not_for

__all__ = [
    "Classifier",
    "brusque",
    "classified",
    "disparaging",
    "hostile",
    "insensitive",
    "intimate",
    "joking",
    "missing_greeting",
    "missing_sign_off",
    "offensive",
    "reader_language",
    "shouting",
    "templates_not_for",
    "too_short",
]
