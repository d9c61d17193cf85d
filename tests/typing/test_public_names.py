"""How a program uses the public names, for the type checkers; nothing here is run."""

from collections.abc import Iterator

from sendguard import (
    Action,
    Check,
    Context,
    Decision,
    Finding,
    Guard,
    Message,
    Money,
    Override,
    Recipient,
    conditions,
    context,
    rule,
)
from sendguard.guard import (
    FiringCounts,
    LoggingObserver,
    RecordingObserver,
    Shadow,
    difference,
    noticed,
    read_firings,
)
from sendguard.holds import HoldQueue
from sendguard.stores import MemoryStore


@rule("billing.no-vat")
def no_vat(message: Message, facts: Context) -> str | None:
    return "An invoice should name the VAT." if message.subject and not facts.campaign else None


@rule("billing.many", time_out=2.0, completes=True)
def many(message: Message, facts: Context) -> Iterator[Finding]:
    for recipient in message.recipients:
        yield Finding(code="billing.many", action=Action.HOLD, message="!", recipient=recipient)


def judge() -> Decision:
    check: Check = (no_vat | many).when(conditions.channel("email")).at(Action.WARN)
    guard = Guard(check, mode="observe").without("tone.*").with_actions({"tone.*": Action.WARN})
    message = Message.email(to=["m@x.example", Recipient("b@x.example")], headers={"X-A": "b"})
    with (
        context(customer="north"),
        guard.admit(message, override=Override("billing.many", by="Ann", reason="asked")) as leave,
    ):
        leave.sent(refused={})
    decision = guard.evaluate(
        message, Context(purpose="marketing", facts={"total": Money(1, "EUR")})
    )
    print([commitment.due for commitment in decision.commitments])
    return decision


def observed(path: str) -> Guard:
    counts = FiringCounts(path)
    shadow = Shadow(Guard(many), observers=[LoggingObserver()])
    guard = Guard(no_vat, observers=[counts, shadow, RecordingObserver(path)])
    queue = HoldQueue(MemoryStore(), guard, notify=[counts.heard])
    for held in queue.pending():
        found = difference(noticed(held.decision), noticed(guard.evaluate(held.message)))
        print(found.change, [finding.code for finding in found.gained])
    print([firing.passed for firing in read_firings(path).noisy()])
    return guard


async def judge_async(guard: Guard, message: Message) -> Decision:
    async with guard.aadmit(message, partial=True) as admission:
        admission.failed()
    leave = await guard.aadmit(message)
    leave.unknown()
    return await guard.aevaluate(message)
