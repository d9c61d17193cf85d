"""Whether apologies and answers do what they are for."""

from sendguard.checks.answers._answer import answer
from sendguard.checks.answers._apology import apology
from sendguard.checks.answers._unattended import unattended_sender

__all__ = ["answer", "apology", "unattended_sender"]
