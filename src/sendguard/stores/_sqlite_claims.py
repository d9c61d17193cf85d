"""Claims in the SQLite file: the statements, each inside a transaction of the store's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final, cast

from attrs import evolve, frozen

from sendguard.stores._claim import Claim, Latch
from sendguard.stores._instant import from_microseconds
from sendguard.stores._protocol import LatchRecord, Refusal, Settled, Standing
from sendguard.stores._token import made_at

Execute = Callable[..., sqlite3.Cursor]

FORMAT: Final = 1
# One tree, in which the rows of a key stand together and in the order of time, so that what a claim
# reads and writes is one page in most cases. `n` numbers the rows of a key without a gap: how many
# there are in a window is the difference of two, however many that is.
SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS claims (
    key BLOB NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL, token BLOB NOT NULL,
    expires INTEGER NOT NULL, mark TEXT NOT NULL, standing TEXT NOT NULL,
    PRIMARY KEY (key, at, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS strikes (
    latch TEXT NOT NULL, member TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (latch, member)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latches (
    key TEXT PRIMARY KEY, label TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {FORMAT};
COMMIT;
"""
# Named, since some releases of Python 3.12 take a numbered parameter for a named one. Nothing is
# written before the newest of its key, whatever the clock says.
_COUNT = """
INSERT INTO claims
SELECT :key, at, n + 1, :token, at + :window, :mark, 'pending' FROM (
    SELECT coalesce((SELECT max(at, :at) FROM claims WHERE key = :key
                     ORDER BY at DESC, n DESC LIMIT 1), :at) AS at,
           coalesce((SELECT n FROM claims WHERE key = :key
                     ORDER BY at DESC, n DESC LIMIT 1), 0) AS n)
WHERE NOT EXISTS (SELECT 1 FROM claims WHERE key = :key AND at >= :since AND token = :token)
"""
# What comes after it where only a claim that is not refused is to be written.
_IF_ROOM = """
AND coalesce(n + 1 - (SELECT n FROM claims WHERE key = :key AND at > :at - :window
                      ORDER BY at, n LIMIT 1), 0) < :limit
"""
_IF_UNLATCHED = "AND NOT EXISTS (SELECT 1 FROM latches WHERE key = :latch)"
_OWN = "SELECT at, n FROM claims WHERE key = ? AND at >= ? AND token = ?"
# One attempt in 16, by its token, clears away what is outlived: of its own keys, and from a place
# in the file, of so many rows that in the long run a quarter of what the file keeps is outlived.
_TIDYING, _TIDIED_OWN, _TIDIED = 16, 32, 64
_TIDY_OWN = """
DELETE FROM claims WHERE (key, at, n) IN (
    SELECT key, at, n FROM claims WHERE key = ? AND at <= ? ORDER BY at, n LIMIT ?)
"""
_TIDY = """
DELETE FROM claims WHERE (key, at, n) IN (
    SELECT key, at, n FROM (SELECT * FROM claims WHERE key > ? ORDER BY key, at, n LIMIT ?)
    WHERE expires <= ?)
"""
_EVER, _FOREVER = -(1 << 62), 1 << 62


@frozen
class Attempt:
    """One attempt to send.

    Attributes:
        token: its name; nothing where none is made.
        at: the present, in microseconds.
        since: no row of its own is older than that.
    """

    token: bytes
    at: int
    since: int

    @classmethod
    def named(cls, token: str, at: int = _FOREVER) -> Attempt:
        """The attempt of that name."""
        name = bytes.fromhex(token)
        made = made_at(name)
        # Where the clock was set back since, it may have been before its rows were written.
        return cls(name, at, _EVER if made is None or made > at else made)

    @classmethod
    def unnamed(cls, at: int) -> Attempt:
        """One that is only thought of."""
        return cls(b"", at, _EVER)

    @property
    def tidies(self) -> bool:
        """Whether it is its turn to clear away what is outlived."""
        return self.token[-1] % _TIDYING == 0

    def own(self, claim: Claim) -> tuple[bytes, int, bytes]:
        """How its own row of a claim is found."""
        return bytes.fromhex(claim.key), self.since, self.token

    def asking(self, claim: Claim) -> dict[str, object]:
        """What the statements are told."""
        return {
            "key": bytes.fromhex(claim.key),
            "at": self.at,
            "since": self.since,
            "token": self.token,
            "window": claim.microseconds,
            "limit": claim.limit,
            "mark": claim.mark,
            "latch": claim.latch and claim.latch.key,
        }


def refusals(execute: Execute, claims: list[Claim], attempt: Attempt) -> tuple[Refusal, ...]:
    """Those that are refused, in the order given."""
    found = []
    for claim in claims:
        since = None
        if claim.latch is not None:
            row = (claim.latch.key,)
            latched = execute("SELECT since FROM latches WHERE key = ?", row).fetchone()
            since = from_microseconds(latched[0]) if latched else None
        last = _in_the_way(execute, claim, attempt.at)
        if (last or since) and attempt.token and execute(_OWN, attempt.own(claim)).fetchone():
            continue  # what it has is not refused
        if last:
            at, mark, standing = last
            frees_at = from_microseconds(at + claim.microseconds)
            known = cast("Standing", standing) if mark else None
            found.append(Refusal(claim, frees_at, since, mark, known))
        elif since:
            found.append(Refusal(claim, None, since))
    return tuple(found)


def _in_the_way(execute: Execute, claim: Claim, at: int) -> tuple[int, str, str] | None:
    """The one that must go before there is room: when it was, its mark and standing."""
    key, horizon = bytes.fromhex(claim.key), at - claim.microseconds
    first = execute(
        "SELECT n FROM claims WHERE key = ? AND at > ? ORDER BY at, n LIMIT 1", (key, horizon)
    ).fetchone()
    if first is None:
        return None
    (last,) = execute(
        "SELECT n FROM claims WHERE key = ? ORDER BY at DESC, n DESC LIMIT 1", (key,)
    ).fetchone()
    over = last - first[0] + 1 - claim.limit
    if over < 0:
        return None
    found: tuple[int, str, str] = execute(
        "SELECT at, mark, standing FROM claims WHERE key = ? AND at > ? "
        "ORDER BY at, n LIMIT 1 OFFSET ?",
        (key, horizon, over),
    ).fetchone()
    return found


def count(execute: Execute, claim: Claim, attempt: Attempt) -> None:
    """Count it, unless that has been done already."""
    execute(_COUNT, attempt.asking(claim))


def count_if_free(execute: Execute, claim: Claim, attempt: Attempt) -> bool:
    """Whether it was counted: not if it is refused, and not if it has been counted already."""
    statement = _COUNT + _IF_ROOM + (_IF_UNLATCHED if claim.latch is not None else "")
    return execute(statement, attempt.asking(claim)).rowcount > 0


def give_back(execute: Execute, claim: Claim, attempt: Attempt) -> None:
    """Forget that it was counted, if it was."""
    own = execute(_OWN, attempt.own(claim)).fetchone()
    if own is None:
        return
    row = (bytes.fromhex(claim.key), *own)
    execute("DELETE FROM claims WHERE key = ? AND at = ? AND n = ?", row)
    execute("UPDATE claims SET n = n - 1 WHERE key = ? AND at >= ? AND n > ?", row)


def stand(execute: Execute, claim: Claim, attempt: Attempt, standing: Settled) -> None:
    """Write what became of the message."""
    execute(
        "UPDATE claims SET standing = ? WHERE key = ? AND at >= ? AND token = ?",
        (standing, *attempt.own(claim)),
    )


def tidy(execute: Execute, claims: list[Claim], attempt: Attempt) -> None:
    """Clear away some of what is outlived, if it is the attempt's turn."""
    if not attempt.tidies:
        return
    for claim in claims:
        horizon = attempt.at - claim.microseconds
        execute(_TIDY_OWN, (bytes.fromhex(claim.key), horizon, _TIDIED_OWN))
    place = attempt.token[-2::-1]  # what was drawn by lot stands at the end
    execute(_TIDY, (place, _TIDIED * len(claims), attempt.at))


def struck(execute: Execute, refusal: Refusal, at: int) -> Refusal:
    """The refusal, after its strike is counted where it is one."""
    latch = refusal.claim.latch
    if latch is None or refusal.frees_at is None or not _strike(execute, latch, at):
        return refusal
    return evolve(refusal, sets_latch=True)


def _strike(execute: Execute, latch: Latch, at: int) -> bool:
    """Count a strike; whether it set the latch."""
    (newest,) = execute("SELECT max(at) FROM strikes WHERE latch = ?", (latch.key,)).fetchone()
    at = max(at, newest or at)
    execute("INSERT OR REPLACE INTO strikes VALUES (?, ?, ?)", (latch.key, latch.member, at))
    execute("DELETE FROM strikes WHERE latch = ? AND at <= ?", (latch.key, at - latch.microseconds))
    counting = "SELECT count(*) FROM strikes WHERE latch = ?"
    (members,) = execute(counting, (latch.key,)).fetchone()
    if members < latch.limit:
        return False
    setting = "INSERT OR IGNORE INTO latches VALUES (?, ?, ?)"
    return execute(setting, (latch.key, latch.label, at)).rowcount > 0


def latches(execute: Execute) -> tuple[LatchRecord, ...]:
    """`ClaimStore.latches`."""
    found = execute("SELECT key, label, since FROM latches ORDER BY since, key")
    return tuple(LatchRecord(key, label, from_microseconds(at)) for key, label, at in found)


def reset(execute: Execute, latch: str) -> bool:
    """Open a latch and forget its strikes; whether it was set."""
    execute("DELETE FROM strikes WHERE latch = ?", (latch,))
    return execute("DELETE FROM latches WHERE key = ?", (latch,)).rowcount > 0
