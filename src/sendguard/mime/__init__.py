"""Bytes and `EmailMessage` to a message, as a receiver's mail client shows it, and back."""

from sendguard.mime._limits import Limits
from sendguard.mime._reader import read_email
from sendguard.mime._words import decode_words
from sendguard.mime._writer import write_email

__all__ = ["Limits", "decode_words", "read_email", "write_email"]
