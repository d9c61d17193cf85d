"""The record of what was decided, overridden, approved and sent, which shows every later change."""

from __future__ import annotations

from sendguard.ledger._chain import Problem, Verification
from sendguard.ledger._ledger import Ledger, entries, verify
from sendguard.ledger._receipts import Receipt
from sendguard.ledger._record import Record

__all__ = ["Ledger", "Problem", "Receipt", "Record", "Verification", "entries", "verify"]
