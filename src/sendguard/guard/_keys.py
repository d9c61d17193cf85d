"""The idempotency key of a message that waits counts as used."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from attrs import evolve

from sendguard.checks import Ask
from sendguard.errors import AlreadySent, MessageBlocked
from sendguard.guard._adding_up import decision_of
from sendguard.guard._claims import answered, key_ask
from sendguard.guard._desk import Desk, Request, Steps
from sendguard.model import Context, Message
from sendguard.stores import Refusal

if TYPE_CHECKING:
    from sendguard.guard._guard import Guard


def keep_key(guard: Guard, message: Message, context: Context, token: str) -> None:
    """Take the key of a message that is about to be held, so that nothing else leaves under it.

    A store that does not answer is no reason to lose the message: it is held without its key, and
    judged again when it is released.

    Args:
        guard: whose store.
        message, context: what is to be held.
        token: names it from now on; asking again with it takes nothing twice.

    Raises:
        AlreadySent: another copy had the key first.
        MessageBlocked: another content had it.
    """
    desk, ask = _asked(guard, message, context)
    if desk is None or ask is None:
        return
    refusals = desk.run(_taking(guard, ask, token))
    if not refusals:
        return
    answer = answered((ask,), refusals)
    decision = decision_of(message, answer.findings, guard.mode)
    if answer.already is not None:
        raise AlreadySent(decision, answer.already)
    raise MessageBlocked(decision)


def free_key(guard: Guard, message: Message, context: Context, token: str) -> None:
    """Give the key back of a message that will never leave."""
    desk, ask = _asked(guard, message, context)
    if desk is not None and ask is not None:
        desk.run(desk.settle(token, [ask.claim], "failed"))


def _asked(guard: Guard, message: Message, context: Context) -> tuple[Desk | None, Ask | None]:
    if context.key is None:
        return None, None
    ask = key_ask(context.key, message.digest)
    if (scope := guard._settings.scope) is not None:  # as when it judges
        ask = evolve(ask, claim=ask.claim.scoped(scope))
    return guard._desk, ask


def _taking(guard: Guard, ask: Ask, token: str) -> Steps[tuple[Refusal, ...]]:
    now = guard._settings.clock()
    try:
        refusals: tuple[Refusal, ...] = yield Request(
            "take", (token, [ask.claim], []), {"now": now}
        )
    except Exception as error:  # noqa: BLE001  (a dead store loses no message)
        logging.getLogger("sendguard").warning(
            "the store could not be told the key of a held message: %s", type(error).__name__
        )
        return ()
    return refusals
