"""Mail that smtplib's guarded clients put into a hold queue, and its way out."""

from __future__ import annotations

import pickle
import smtplib
from email.message import EmailMessage

import pytest
from tests.holds.conftest import LETTER

from sendguard import Context, Guard, MessageHeld, checks
from sendguard.adapters import smtp
from sendguard.errors import AlreadySent, ConfigurationError, SendFailed
from sendguard.holds import HoldQueue
from sendguard.stores import MemoryStore

SHOP, MARIA, BO = "shop@shop.example", "maria@north.example", "bo@north.example"


def mail(text="Dear {{name}},\n.\nFrom here on.\n"):
    message = EmailMessage()
    message["From"], message["To"], message["Cc"] = SHOP, MARIA, BO
    message["Bcc"] = "cy@north.example"
    message["Subject"] = "Your order"
    message.set_content(text)
    return message


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def queue(store):
    return HoldQueue(store, Guard(checks.placeholders(), store=store))


@pytest.fixture
def client(smtp_sink, queue):
    options = {"guard": queue.guard, "queue": queue, "context": Context(actor="ann")}
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, **options) as client:
        yield client


def held_by(client, message=None):
    with pytest.raises(MessageHeld) as error:
        client.send_message(message or mail())
    return error.value.held


def test_a_held_mail_lies_in_the_queue_and_the_error_says_where(client, queue, smtp_sink):
    with pytest.raises(MessageHeld) as error:
        client.send_message(mail())
    held = error.value.held
    assert queue.get(held.id) == held
    assert held.envelope.recipients == (MARIA, "cy@north.example", BO)
    assert held.context.actor.id == "ann"
    assert isinstance(error.value, smtplib.SMTPRecipientsRefused)
    assert pickle.loads(pickle.dumps(error.value)).held == held
    assert smtp_sink.received == []


def test_what_was_approved_leaves_byte_for_byte_to_the_same_envelope(client, queue, smtp_sink):
    held = held_by(client)
    queue.approve(held.id, by="bo")
    assert queue.release(smtp.release_via(smtp_sink.host, smtp_sink.port)).sent == (held.id,)
    got = smtp_sink.next()
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as plain:
        plain.sendmail(SHOP, [MARIA, "cy@north.example", BO], held.payload)
    assert got == smtp_sink.next()
    assert queue.release(smtp.release_via(smtp_sink.host, smtp_sink.port)).sent == ()
    assert len(smtp_sink.received) == 2


def test_the_guarded_client_itself_sends_what_the_queue_releases(client, queue, smtp_sink):
    held = held_by(client)
    queue.approve(held.id, by="bo")

    def send(held):
        client.sendmail(held.envelope.sender, held.envelope.recipients, held.payload)

    assert queue.release(send).sent == (held.id,)
    assert smtp_sink.next().data


def test_other_bytes_or_people_are_held_again_and_the_message_waits_on(client, queue, smtp_sink):
    held = held_by(client)
    queue.approve(held.id, by="bo")
    changes = [
        lambda held: (held.envelope.sender, held.envelope.recipients, held.payload + b"\r\n"),
        lambda held: (
            held.envelope.sender,
            (*held.envelope.recipients, "e@x.example"),
            held.payload,
        ),
        lambda held: ("eve@evil.example", held.envelope.recipients, held.payload),
    ]
    for change in changes:
        with pytest.raises(MessageHeld) as error:
            release(queue, held, lambda held, change=change: client.sendmail(*change(held)))
        assert error.value.held is None  # it lies in the queue already
    assert smtp_sink.received == []
    assert [each.id for each in queue.pending()] == [held.id]


def release(queue, held, send):
    """Release one message, and raise what its sending raised."""
    raised = []

    def noted(held):
        try:
            send(held)
        except Exception as error:
            raised.append(error)
            raise

    record = queue._keeper.store.get_hold(held.id)
    queue._keeper.store.swap_hold(record.changed(state="waiting", due=record.held_at))
    assert queue.release(noted).waiting == (held.id,)
    raise raised[0]


def test_return_answers_all_recipients_with_450(smtp_sink, queue):
    options = {"guard": queue.guard, "queue": queue, "on_hold": "return"}
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, **options) as client:
        answers = client.send_message(mail())
    assert set(answers) == {MARIA, BO, "cy@north.example"}
    assert {code for code, _ in answers.values()} == {450}
    assert len(list(queue.pending())) == 1


def test_return_still_raises_where_nothing_was_kept(smtp_sink, queue, monkeypatch, caplog):
    from sendguard import StoreError

    def broken(record):
        raise StoreError("full")

    monkeypatch.setattr(queue._keeper.store, "add_hold", broken)
    options = {"guard": queue.guard, "queue": queue, "on_hold": "return"}
    client = smtp.SMTP(smtp_sink.host, smtp_sink.port, **options)
    with client, pytest.raises(MessageHeld) as error:
        client.send_message(mail())
    assert error.value.held is None
    assert "could not be kept" in caplog.text


def test_a_retry_with_the_same_key_is_not_held_twice(smtp_sink, queue):
    options = {"guard": queue.guard, "queue": queue, "context": Context(key="order 7")}
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, **options) as client:
        held_by(client)
        with pytest.raises(AlreadySent) as error:
            client.send_message(mail())
    assert {code for code, _ in error.value.recipients.values()} == {450}
    assert len(list(queue.pending())) == 1


def test_a_redelivered_task_does_not_send_twice(smtp_sink, store):
    guard = Guard(store=store)
    options = {"guard": guard, "context": Context(key="order 7")}
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, **options) as client:
        client.send_message(mail())
        with pytest.raises(AlreadySent) as error:
            client.send_message(mail())
        again = pickle.loads(pickle.dumps(error.value))
        assert isinstance(again, smtplib.SMTPRecipientsRefused)
        assert again.outcome == "sent"
        assert again.recipients[MARIA] == (
            *(550, b"5.7.1 not sent again by sendguard: state.already-sent"),
        )
        client.noop()  # the session can be used on
    assert len(smtp_sink.received) == 1


def test_what_was_used_between_judging_and_keeping_is_smtplibs_error_too(
    smtp_sink, queue, monkeypatch
):
    def used(*args, **options):
        raise AlreadySent(queue.guard.evaluate(LETTER), "sent")

    monkeypatch.setattr(HoldQueue, "hold", used)
    options = {"guard": queue.guard, "queue": queue}
    client = smtp.SMTP(smtp_sink.host, smtp_sink.port, **options)
    with client, pytest.raises(AlreadySent) as error:
        client.send_message(mail())
    assert isinstance(error.value, smtplib.SMTPException)


def test_the_guard_may_be_one_that_changes_while_the_session_lasts(smtp_sink, queue):
    guards = [Guard(), queue.guard]
    options = {"guard": lambda: guards[0], "queue": HoldQueue(queue._keeper.store)}
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, **options) as client:
        client.send_message(mail())
        del guards[0]
        assert held_by(client) is not None
        guards[0] = None
        with pytest.raises(TypeError, match="NoneType"):
            client.send_message(mail())
    with pytest.raises(TypeError, match="class Guard"):
        smtp.SMTP(guard=Guard)


def test_no_server_is_a_clean_failure(client, queue, smtp_sink):
    held = held_by(client)
    queue.approve(held.id, by="bo")
    assert queue.release(smtp.release_via("127.0.0.1", 1)).waiting == (held.id,)
    assert queue.get(held.id).history[-1].note == "SendFailed"


def test_a_refusal_of_everybody_is_a_clean_failure_and_a_cut_is_doubt(client, queue, smtp_sink):
    refused, cut = held_by(client), held_by(client)
    for held in (refused, cut):
        queue.approve(held.id, by="bo")
    send = smtp.release_via(smtp_sink.host, smtp_sink.port)

    def choose(held):
        if held.id == cut.id:
            smtp_sink.data_answer = "drop"
        else:
            smtp_sink.data_answer = "554 no"
        send(held)

    report = queue.release(choose)
    assert (report.waiting, report.in_doubt) == ((refused.id,), (cut.id,))


def test_release_via_sends_nothing_but_what_a_queue_releases(client, queue, smtp_sink):
    held = held_by(client)
    send = smtp.release_via(smtp_sink.host, smtp_sink.port)
    with pytest.raises(SendFailed, match="nothing else"):
        send(held)
    queue.approve(held.id, by="bo")

    def twice(held):
        send(held)
        with pytest.raises(SendFailed, match="nothing else"):
            send(held)

    assert queue.release(twice).sent == (held.id,)
    assert len(smtp_sink.received) == 1


def test_release_via_wants_the_bytes(queue, smtp_sink):
    from tests.holds.conftest import BY_ANN, LETTER

    held = queue.hold(LETTER, BY_ANN, queue.guard.evaluate(LETTER), approvals=1)
    queue.approve(held.id, by="bo")
    assert queue.release(smtp.release_via(smtp_sink.host, smtp_sink.port)).waiting == (held.id,)
    assert smtp_sink.received == []


def test_a_queue_without_a_guard_judges_by_the_clients(smtp_sink, store):
    guard = Guard(checks.placeholders(), store=store)
    queue = HoldQueue(store)
    options = {"guard": guard, "queue": queue, "context": Context(key="k")}
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, **options) as client:
        held = held_by(client)
        with pytest.raises(AlreadySent):
            client.send_message(mail())
    queue.approve(held.id, by="bo")
    assert queue.release(smtp.release_via(smtp_sink.host, smtp_sink.port)).sent == (held.id,)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"on_hold": "return"}, ConfigurationError),
        ({"on_hold": "drop"}, ConfigurationError),
        ({"queue": MemoryStore()}, TypeError),
    ],
)
def test_keywords_that_cannot_be_used_are_refused(options, error):
    with pytest.raises(error, match=next(iter(options))):
        smtp.SMTP(guard=Guard(), **options)
    with pytest.raises(ConfigurationError, match="security"):
        smtp.release_via("localhost", security="maybe")
