"""Claims and held messages in Redis or Valkey, for many machines. Needs the extra ``redis``."""

from __future__ import annotations

import hashlib
import inspect
import json
import struct
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, Final, Self, cast

from redis import Redis
from redis.exceptions import NoScriptError, RedisError

from sendguard.errors import ConfigurationError, StoreError
from sendguard.model import Clock
from sendguard.stores import _redis_holds as holds
from sendguard.stores._claim import Claim
from sendguard.stores._hold_protocol import HoldClock, HoldRecord, HoldState
from sendguard.stores._instant import from_microseconds, to_microseconds
from sendguard.stores._protocol import LatchRecord, Refusal, Settled, Standing
from sendguard.stores._taking import check_person, distinct, log_reset

__all__ = ["RedisStore"]

FORMAT: Final = 1

_HEAD: Final = struct.Struct(">H16s")
_CLAIM: Final = struct.Struct(">32sIQ???")
_LATCH: Final = struct.Struct(">32s32sIQ")

Reply = list[Any]


@cache
def _script(file: str) -> tuple[str, str]:
    """A Lua script and its name on the server."""
    source = (files("sendguard.stores") / "data" / file).read_text(encoding="utf-8")
    return source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


class RedisStore:
    """Counts and holds in Redis 6 or later, or Valkey, with everybody who uses the same prefix.

    Each call is one Lua script, run by the server's own clock; all keys carry one hash tag, so it
    works on a cluster. A claim that was taken is as durable as the server is told to be: with the
    usual ``appendfsync everysec`` a crash of the server may lose the last second. Choose
    ``maxmemory-policy noeviction``; what is evicted no longer counts. Safe to share between
    threads and over a fork, as far as the client is (redis-py's are).

    Args:
        client: a `redis.Redis` or `redis.RedisCluster`, or one of `redis.asyncio`. With an asyncio
            client only the methods with an ``a`` in front work, and `Guard.aadmit` with them; with
            the other kind, only those without. Held messages want one that is not asyncio's.
        prefix: of all keys; guards with different prefixes count apart.
        timeout: seconds after which a guard no longer waits for an answer, whatever the client's
            own time-outs and retries are.
        clock: for tests only; else the server's time counts.
    """

    def __init__(
        self,
        client: Any,
        *,
        prefix: str = "sendguard:",
        timeout: float = 2.0,
        clock: Clock | None = None,
    ) -> None:
        if not 0 < timeout <= 60:
            raise ConfigurationError(f"RedisStore.timeout is {timeout}; use above 0, at most 60")
        if "{" in prefix or "}" in prefix:
            raise ConfigurationError(
                f"RedisStore.prefix is {prefix!r}; braces are set by the store, leave them out"
            )
        self._client = client
        self.awaits = inspect.iscoroutinefunction(getattr(client, "execute_command", None))
        self._base = f"{prefix}{{{prefix.strip(':') or 'sendguard'}}}:"
        self._format = f"{self._base}format"
        self._clock = clock
        self.time_out = timeout

    @classmethod
    def from_url(cls, url: str, **options: Any) -> Self:
        """A store in the server at ``redis://…``, ``rediss://…`` or ``unix://…``.

        Args:
            url: as for `redis.Redis.from_url`.
            options: as for the class.

        Raises:
            ConfigurationError: it is no such address.
        """
        try:
            return cls(Redis.from_url(url), **options)
        except ValueError as error:
            raise ConfigurationError(f"this is no address of a Redis server: {error}") from None

    @property
    def address(self) -> str:
        """The address of its server, as for `from_url`.

        Raises:
            ConfigurationError: the server has a password, which belongs into no file.
        """
        settings = self._client.connection_pool.connection_kwargs
        if settings.get("password"):
            raise ConfigurationError("the address of a Redis server with a password is not shown")
        if "path" in settings:
            return f"unix://{settings['path']}?db={settings.get('db', 0)}"
        host, port = settings.get("host", "localhost"), settings.get("port", 6379)
        return f"redis://{host}:{port}/{settings.get('db', 0)}"

    def take(
        self,
        token: str,
        claims: Sequence[Claim],
        groups: Sequence[Sequence[Claim]] = (),
        *,
        now: datetime,  # noqa: ARG002  (the server's time counts)
    ) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        every = distinct(claims, groups)
        return _refusals(every, self._call(*self._taking(token, every, claims, groups)))

    async def atake(
        self,
        token: str,
        claims: Sequence[Claim],
        groups: Sequence[Sequence[Claim]] = (),
        *,
        now: datetime,  # noqa: ARG002  (the server's time counts)
    ) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        every = distinct(claims, groups)
        return _refusals(every, await self._acall(*self._taking(token, every, claims, groups)))

    def peek(
        self,
        claims: Sequence[Claim],
        *,
        now: datetime,  # noqa: ARG002  (the server's time counts)
    ) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        every = distinct(claims)
        return _refusals(every, self._call(*self._about("peek", every)))

    async def apeek(
        self,
        claims: Sequence[Claim],
        *,
        now: datetime,  # noqa: ARG002  (the server's time counts)
    ) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        every = distinct(claims)
        return _refusals(every, await self._acall(*self._about("peek", every)))

    def settle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        """Described in `ClaimStore`."""
        if told := _told(claims, outcome):
            self._call(*self._about("settle", told, token=token, more=outcome.encode()))

    async def asettle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        """Described in `ClaimStore`."""
        if told := _told(claims, outcome):
            await self._acall(*self._about("settle", told, token=token, more=outcome.encode()))

    def latches(self) -> tuple[LatchRecord, ...]:
        """Described in `ClaimStore`."""
        return _latches(self._call(*self._about("latches")))

    async def alatches(self) -> tuple[LatchRecord, ...]:
        """`latches`, with an asyncio client."""
        return _latches(await self._acall(*self._about("latches")))

    def reset_latch(self, key: str, *, by: str) -> bool:
        """Described in `ClaimStore`."""
        check_person(by)
        return log_reset(key, by, bool(self._call(*self._about("reset", more=key.encode()))))

    async def areset_latch(self, key: str, *, by: str) -> bool:
        """`reset_latch`, with an asyncio client."""
        check_person(by)
        return log_reset(key, by, bool(await self._acall(*self._about("reset", more=key.encode()))))

    def _about(
        self, call: str, claims: Sequence[Claim] = (), *, token: str = "", more: bytes = b""
    ) -> list[Any]:
        """What the script is told: see there."""
        head = _HEAD.pack(FORMAT, bytes.fromhex(token))
        told: list[Any] = [call, head + b"".join(map(_packed, claims))]
        if self._clock is not None:
            told += (more, to_microseconds(self._clock()))
        elif more:
            told.append(more)
        return told

    def _taking(
        self,
        token: str,
        every: list[Claim],
        claims: Sequence[Claim],
        groups: Sequence[Sequence[Claim]],
    ) -> list[Any]:
        if not groups:
            return self._about("take", every, token=token)
        place = {claim: index for index, claim in enumerate(every, start=1)}  # Lua counts from 1
        asked = (
            struct.pack(f">{len(group) + 1}I", len(group), *(place[claim] for claim in group))
            for group in (claims, *groups)
        )
        return self._about("take", every, token=token, more=b"".join(asked))

    def hold_clock(self, *, now: datetime) -> HoldClock:  # noqa: ARG002  (the server's counts)
        """Described in `HoldStore`."""
        return holds.clock_of(self._hold(holds.Asked({"call": "clock"})))

    def add_hold(self, record: HoldRecord) -> bool:
        """Described in `HoldStore`."""
        return _text(self._hold(holds.keeping("add", record))) == "1"

    def get_hold(self, id: str) -> HoldRecord | None:  # noqa: A002  (what it is)
        """Described in `HoldStore`."""
        return holds.record_of(self._hold(holds.Asked({"call": "get", "id": id})))

    def swap_hold(self, record: HoldRecord) -> bool:
        """Described in `HoldStore`."""
        return _text(self._hold(holds.keeping("swap", record))) == "1"

    def lease_hold(
        self,
        *,
        now: datetime,  # noqa: ARG002  (the server's time counts)
        lease: timedelta,
    ) -> HoldRecord | None:
        """Described in `HoldStore`."""
        return holds.record_of(self._hold(holds.leasing(lease)))

    def page_holds(
        self,
        states: Sequence[HoldState],
        *,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
        label: str | None = None,
    ) -> tuple[HoldRecord, ...]:
        """Described in `HoldStore`."""
        return holds.records_of(self._hold(holds.paging(states, after, limit, label)))

    def purge_holds(self, *, before: datetime, limit: int = 1_000) -> int:
        """Described in `HoldStore`."""
        return int(_text(self._hold(holds.purging(before, limit))))

    def _hold(self, asked: holds.Asked) -> Any:
        request = dict(asked.request)
        if self._clock is not None:
            request["now"] = to_microseconds(self._clock())
        key = f"{self._base}holds:format"
        arguments = (json.dumps(request), holds.HOLD_FORMAT, asked.body, asked.payload)
        return self._run("holds.lua", key, arguments)

    def _call(self, *arguments: Any) -> Any:
        return self._run("claims.lua", self._format, arguments)

    def _run(self, file: str, key: str, arguments: Sequence[Any]) -> Any:
        if self.awaits:
            raise StoreError("this RedisStore has an asyncio client; use Guard.aadmit, aevaluate")
        source, name = _script(file)
        rest = (1, key, *arguments)
        try:
            try:
                return self._client.evalsha(name, *rest)
            except NoScriptError:
                return self._client.eval(source, *rest)
        except (RedisError, OSError) as error:
            raise _failure(error) from error

    async def _acall(self, *arguments: Any) -> Any:
        if not self.awaits:
            raise StoreError("this RedisStore has no asyncio client; use its plain methods")
        source, name = _script("claims.lua")
        rest = (1, self._format, *arguments)
        try:
            try:
                return await self._client.evalsha(name, *rest)
            except NoScriptError:
                return await self._client.eval(source, *rest)
        except (RedisError, OSError) as error:
            raise _failure(error) from error

    def __repr__(self) -> str:
        return f"RedisStore({type(self._client).__name__}, keys={self._base!r})"


def _failure(error: Exception) -> StoreError:
    # Only what it was: an error's own words may quote the connection's password.
    said = str(error) if str(error).startswith("FORMAT ") else type(error).__name__
    return StoreError(f"Redis: {said}")


def _packed(claim: Claim) -> bytes:
    """A claim for the script: its key, limit, window, whether it refuses, has a mark, has a latch;
    then the mark, and of the latch key, member, limit, window and label."""
    latch, mark = claim.latch, claim.mark
    row = _CLAIM.pack(
        claim.key.encode(),
        claim.limit,
        claim.microseconds,
        claim.refuses,
        mark != "",
        latch is not None,
    )
    if mark:
        row += _text_packed(mark)
    if latch is not None:
        row += _LATCH.pack(
            latch.key.encode(), latch.member.encode(), latch.limit, latch.microseconds
        )
        row += _text_packed(latch.label)
    return row


def _text_packed(text: str) -> bytes:
    data = text.encode(errors="replace")
    return struct.pack(">I", len(data)) + data


def _told(claims: Sequence[Claim], outcome: Settled) -> list[Claim]:
    """Those of which the store must hear; the others were counted when they were taken."""
    return [claim for claim in claims if outcome == "failed" or claim.mark]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _refusals(claims: list[Claim], reply: Reply) -> tuple[Refusal, ...]:
    if not reply:
        return ()
    found = []
    for row in reply:
        index, frees, latched, marked, sets = map(_text, row)
        standing, _, mark = marked.partition(":")
        found.append(
            Refusal(
                claims[int(index)],
                from_microseconds(int(frees)) if frees else None,
                from_microseconds(int(latched.partition(":")[0])) if latched else None,
                mark,
                cast("Standing", standing) if mark else None,
                sets == "set",
            )
        )
    return tuple(found)


def _latches(reply: Reply | dict[Any, Any]) -> tuple[LatchRecord, ...]:
    flat = list(chain.from_iterable(reply.items())) if isinstance(reply, dict) else reply
    found = []
    for key, value in zip(flat[::2], flat[1::2], strict=True):
        since, _, label = _text(value).partition(":")
        found.append(LatchRecord(_text(key), label, from_microseconds(int(since))))
    return tuple(sorted(found, key=lambda each: (each.since, each.key)))
