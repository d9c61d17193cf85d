"""An approval is for one content, to the byte and to the last recipient."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.strategies import messages

from sendguard import (
    Action,
    Attachment,
    Context,
    Finding,
    Guard,
    Message,
    MessageHeld,
    Recipient,
    checks,
    rule,
)
from sendguard.canonical import Mailbox
from sendguard.holds import Approval, HoldQueue
from sendguard.model import Envelope
from sendguard.stores import MemoryStore

INNER = Message.email(sender="a@a.example", to="b@b.example", subject="inner", text="inner")
LETTER = Message(
    channel="email",
    sender=Mailbox("Shop", "shop@shop.example"),
    recipients=(
        Recipient("maria@north.example", "Maria"),
        Recipient("bo@north.example", role="cc"),
        Recipient("cy@north.example", role="bcc"),
    ),
    subject="Your claim",
    text="Dear Maria",
    html="<p>Dear Maria</p>",
    headers=(("X-Case", "7"), ("X-Case", "8")),
    attachments=(
        Attachment("claim.pdf", b"%PDF", "application/pdf"),
        Attachment("inner.eml", b"", "message/rfc822", message=INNER),
    ),
    template="claim",
    envelope=Envelope("bounce@shop.example", ("maria@north.example", "bo@north.example")),
    shown=(Recipient("di@north.example", role="cc"),),
)
MARIA, BO, CY = LETTER.recipients
PDF, EML = LETTER.attachments

OTHERS = {
    "sender's address": {"sender": Mailbox("Shop", "eve@evil.example")},
    "sender's name": {"sender": Mailbox("Shop.", "shop@shop.example")},
    "no sender": {"sender": None},
    "to another": {"recipients": (Recipient("maria@south.example", "Maria"), BO, CY)},
    "display name": {"recipients": (Recipient("maria@north.example", "Mary"), BO, CY)},
    "one more in cc": {"recipients": (MARIA, BO, CY, Recipient("eve@evil.example", role="cc"))},
    "one more in bcc": {"recipients": (MARIA, BO, CY, Recipient("eve@evil.example", role="bcc"))},
    "no bcc": {"recipients": (MARIA, BO)},
    "cc seen as to": {"recipients": (MARIA, Recipient("bo@north.example"), CY)},
    "subject": {"subject": "Your claim "},
    "no subject": {"subject": None},
    "text": {"text": "Dear Maria\u200b"},
    "no text": {"text": None},
    "html": {"html": "<p>Dear Maria</p><!-- -->"},
    "header's value": {"headers": (("X-Case", "7"), ("X-Case", "9"))},
    "order of one header": {"headers": (("X-Case", "8"), ("X-Case", "7"))},
    "one header more": {"headers": (*LETTER.headers, ("Reply-To", "eve@evil.example"))},
    "file's name": {"attachments": (Attachment("other.pdf", b"%PDF", "application/pdf"), EML)},
    "file's content": {"attachments": (Attachment("claim.pdf", b"%PDf", "application/pdf"), EML)},
    "file's type": {"attachments": (Attachment("claim.pdf", b"%PDF", "text/html"), EML)},
    "order of files": {"attachments": (EML, PDF)},
    "no file": {"attachments": (EML,)},
    "nested message": {
        "attachments": (
            PDF,
            Attachment("inner.eml", b"", "message/rfc822", message=INNER.replace(text="other")),
        )
    },
    "template": {"template": "claim-2"},
    "envelope's sender": {"envelope": Envelope("x@x.example", LETTER.envelope.recipients)},
    "envelope's recipients": {
        "envelope": Envelope("bounce@shop.example", (*LETTER.envelope.recipients, "e@x.example"))
    },
    "no envelope": {"envelope": None},
    "shown": {"shown": ()},
}

guard = Guard(checks.needs_approval())


def approved(message: Message) -> Approval:
    return Approval(digest=message.digest, findings=guard.evaluate(message).findings, by=("bo",))


@pytest.mark.parametrize("change", OTHERS)
def test_an_approval_covers_no_changed_field(change):
    approval = approved(LETTER)
    guard.admit(LETTER, approval=approval).sent()
    with pytest.raises(MessageHeld):
        guard.admit(LETTER.replace(**OTHERS[change]), approval=approval)


@pytest.mark.parametrize("change", OTHERS)
def test_nothing_changed_leaves_by_a_release(change):
    queue = HoldQueue(MemoryStore(), guard)
    held = queue.hold(LETTER, None, guard.evaluate(LETTER), payload=b"bytes")
    queue.approve(held.id, by="bo")

    def send(held):
        guard.admit(held.message.replace(**OTHERS[change]), payload=held.payload)

    assert queue.release(send).waiting == (held.id,)


@given(messages(), messages())
def test_an_approval_of_one_message_is_none_of_another(one, other):
    assume(one.digest != other.digest)
    with pytest.raises(MessageHeld):
        guard.admit(other, approval=approved(one))


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_nothing_leaves_but_the_approved_bytes(payload, other):
    assume(payload != other)
    time = [datetime(2026, 3, 1, tzinfo=UTC)]
    queue = HoldQueue(MemoryStore(), guard, clock=lambda: time[0])
    held = queue.hold(LETTER, None, guard.evaluate(LETTER), payload=payload)
    queue.approve(held.id, by="bo")
    for given_to_admit, outcome in ((other, "waiting"), (None, "waiting"), (payload, "sent")):

        def send(held, bytes_=given_to_admit):
            guard.admit(held.message, payload=bytes_).sent()

        assert getattr(queue.release(send), outcome) == (held.id,)
        time[0] += timedelta(minutes=1)


def test_bytes_that_were_changed_in_the_store_never_leave():
    store = MemoryStore()
    queue = HoldQueue(store, guard)
    held = queue.hold(LETTER, None, guard.evaluate(LETTER), payload=b"bytes")
    queue.approve(held.id, by="bo")
    store.swap_hold(store.get_hold(held.id).changed(payload=b"other"))
    sent = []
    assert queue.release(sent.append).waiting == (held.id,)
    assert sent == []


# --- what an approval waives ---

FOUND = Finding(code="fact.amount", action=Action.HOLD, message="x", part="text", span=(1, 2))


def finding(*found):
    @rule("shop.any")
    def any_(message, context):
        return found

    return Guard(any_, on_error=Action.HOLD)


def approval(*findings, by=("bo",), **more):
    return Approval(digest=LETTER.digest, findings=findings, by=by, **more)


def test_what_was_approved_is_recorded_as_waived():
    admission = finding(FOUND).admit(LETTER, approval=approval(FOUND))
    assert admission.decision.findings == ()
    assert admission.decision.waived == (FOUND,)
    assert admission.decision.to_dict()["approved_by"] == ["bo"]


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "fact.date"},
        {"part": "subject"},
        {"span": (1, 3)},
        {"recipient": "maria@north.example"},
        {"action": Action.BLOCK},
    ],
)
def test_another_finding_is_not_waived(changes):
    with pytest.raises(Exception, match="fact"):
        finding(FOUND.replace(**changes)).admit(LETTER, approval=approval(FOUND))


def test_a_finding_is_known_again_by_its_place_and_not_by_its_sentence():
    later = FOUND.replace(message="It is 22:10.", suggestion="Wait.")
    finding(later).admit(LETTER, approval=approval(FOUND))


@pytest.mark.parametrize("code", ["consent.suppressed", "state.mine", "timing.quiet-hours"])
def test_what_may_have_changed_is_never_waived(code):
    found = FOUND.replace(code=code)
    with pytest.raises(MessageHeld):
        finding(found).admit(LETTER, approval=approval(found))


def test_what_could_not_be_judged_is_waived_by_a_person_and_not_by_a_timer():
    @rule("shop.broken")
    def broken(message, context):
        raise ValueError

    guard = Guard(broken)
    findings = guard.evaluate(LETTER).findings
    with pytest.raises(MessageHeld):
        guard.admit(LETTER, approval=approval(*findings, by=()))
    guard.admit(LETTER, approval=approval(*findings)).sent()


def test_an_approval_ends_at_its_time():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    guard = Guard(checks.needs_approval(), clock=lambda: now)
    findings = guard.evaluate(LETTER).findings
    guard.admit(LETTER, approval=approval(*findings, until=now + timedelta(microseconds=1)))
    with pytest.raises(MessageHeld):
        guard.admit(LETTER, approval=approval(*findings, until=now))


def test_a_timer_alone_passes_no_latch_and_no_unsubscribe():
    found = FOUND.replace(code="consent.suppressed")
    notice = Context(purpose="service-notice")
    finding(found).admit(LETTER, notice, approval=approval())
    with pytest.raises(MessageHeld):
        finding(found).admit(LETTER, notice, approval=approval(by=()))


def test_an_approval_of_the_wrong_type_is_refused():
    with pytest.raises(TypeError, match="approval takes an Approval, not str"):
        guard.admit(LETTER, approval="yes")
    with pytest.raises(TypeError, match="payload takes bytes, not str"):
        guard.admit(LETTER, payload="yes")
    with pytest.raises(TypeError):
        Approval(digest=LETTER.digest, findings=("fact.amount",))
