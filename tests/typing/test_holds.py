"""How a program uses the hold queue, for the type checkers; nothing here is run."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sendguard import Actor, Check, Context, Guard, Message, MessageHeld, checks
from sendguard.adapters import smtp
from sendguard.errors import HoldError, SendFailed
from sendguard.holds import Held, HoldEvent, HoldQueue, ReleaseReport, Terms
from sendguard.model import Approval, Clock
from sendguard.stores import HoldClock, HoldRecord, HoldState, HoldStore, MemoryStore
from sendguard.stores.sqlite import SQLiteStore
from sendguard.testing import HoldStoreConformance, hold_store_machine


class NoStore:
    """A store of one's own, which needs no base class."""

    def hold_clock(self, *, now: datetime) -> HoldClock:
        return HoldClock(now, None)

    def add_hold(self, record: HoldRecord) -> bool:
        return False

    def get_hold(self, id: str) -> HoldRecord | None:  # noqa: A002  (the protocol names it)
        return None

    def swap_hold(self, record: HoldRecord) -> bool:
        return False

    def lease_hold(self, *, now: datetime, lease: timedelta) -> HoldRecord | None:
        return None

    def page_holds(
        self,
        states: Sequence[HoldState],
        *,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
        label: str | None = None,
    ) -> tuple[HoldRecord, ...]:
        return ()

    def purge_holds(self, *, before: datetime, limit: int = 1_000) -> int:
        return 0


def heard(event: HoldEvent) -> None:
    print(event.kind, event.held.id, event.by)


def roles_of(person: str) -> Iterable[str]:
    return ["editor"] if person == "bo" else []


def build(path: str, guard: Guard) -> list[HoldQueue]:
    check: Check = checks.cooling_off("1m") & checks.needs_approval(approvals=2, roles=["editor"])
    stores: list[HoldStore] = [MemoryStore(), SQLiteStore(path), NoStore()]
    terms = {"tone.*": Terms(release_after="1m", expires=timedelta(days=1))}
    return [
        HoldQueue(
            store,
            guard.extended(check),
            terms=terms,
            roles=roles_of,
            notify=heard,
            on_expired=lambda held: print(held.expires_at),
        )
        for store in stores
    ]


def use(queue: HoldQueue, guard: Guard, message: Message) -> ReleaseReport:
    try:
        guard.admit(message).sent()
    except MessageHeld as error:
        held: Held = queue.hold(message, Context(), error.decision, payload=b"", expires="1d")
        try:
            queue.approve(held.id, by=Actor("bo", roles=("editor",)), note="fine")
        except HoldError as refused:
            print(refused.id, refused.problem)
    for waiting in queue.pending(code="tone.rude", limit=10):
        print(waiting.state, [need.roles for need in waiting.needs], waiting.missing)

    def send(held: Held) -> None:
        raise SendFailed("no server")

    queue.release(send, limit=5, failed_on=(OSError,))
    approval = Approval(digest=message.digest, findings=(), by=("bo",))
    guard.admit(message, approval=approval, payload=b"").sent()
    return queue.release(smtp.release_via("localhost", security="starttls"))


def client(guard: Guard, queue: HoldQueue) -> smtp.SMTP:
    return smtp.SMTP(guard=guard, queue=queue, on_hold="return")


class TestNoStore(HoldStoreConformance):
    __test__ = False

    def new_store(self, clock: Clock) -> HoldStore:
        return NoStore()


machine = hold_store_machine(lambda clock: NoStore())
