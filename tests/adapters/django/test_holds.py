"""Django's mail that the guarded backend put into a hold queue, and its way out."""

from __future__ import annotations

import email
import pickle
import smtplib
from datetime import UTC, datetime
from email.message import MIMEPart
from email.mime.image import MIMEImage

import pytest
from django.core import mail
from django.utils.translation import gettext_lazy
from tests.adapters.django.project import HAS_MAILERS, SMTP, project, written

from sendguard import AlreadySent, Context, Guard, MessageBlocked, MessageHeld
from sendguard.adapters.django import EmailBackend, release_via
from sendguard.errors import ConfigurationError, SendFailed
from sendguard.holds import HoldQueue
from sendguard.stores import MemoryStore


@pytest.fixture
def queue(guard, objector):
    store = MemoryStore()
    return HoldQueue(store, Guard(objector, store=store))


@pytest.fixture
def backend(queue, inner):
    return EmailBackend(guard=queue.guard, queue=queue, backend=inner, alias="default")


def waiting(**fields):
    return written("wait", **fields)


def approved(queue, backend, message):
    with pytest.raises(MessageHeld) as error:
        backend.send_messages([message])
    return queue.approve(error.value.held.id, by="bo").id


def image():
    """A MIME part of the kind that this Django takes."""
    if not HAS_MAILERS:
        return MIMEImage(b"GIF89a", "gif")
    part = MIMEPart()
    part.set_content(b"GIF89a", "image", "gif")
    return part


def rich():
    """A message with everything that Django's messages can have."""
    inside = written("inside", attachments=[("a.txt", "text", None)])
    message = waiting(
        cc=["cy@c.example"],
        bcc=["Dee <dee@d.example>"],
        reply_to=["desk@shop.example"],
        headers={"X-Campaign": "spring", "Message-ID": "<fixed@shop.example>"},
        body="Grüße,\n.\nFrom here on.\n",
    )
    message.attach_alternative("<p>Grüße</p>", "text/html")
    message.attach_alternative("BEGIN:VCALENDAR", "text/calendar")
    message.attach("ä.txt", "text", "text/plain")
    message.attach("data.bin", b"\x00\r\n\n\r\xff", "application/octet-stream")
    message.attach("told.eml", inside, "message/rfc822")
    message.attach(image())
    message.tags = ["order"]
    message.send_at = datetime(2030, 1, 1, tzinfo=UTC)
    message.esp_extra = object  # how django-anymail says "not given"
    message.sendguard = {"actor": "ann"}
    return message


def leaving(backend_class, message):
    """The bytes and the envelope that Django's SMTP backend hands to smtplib."""
    calls = []

    class Connection:
        def sendmail(self, *call):
            calls.append(call)

    connection = backend_class(alias="x", host="x") if HAS_MAILERS else backend_class()
    connection.connection = Connection()
    connection._send(message)
    return calls[0]


def test_a_held_message_lies_in_the_queue_and_the_error_says_where(queue, backend, inner):
    with pytest.raises(MessageHeld) as error:
        backend.send_messages([written(), waiting(), written("wait longer")])
    assert error.value.positions == (1, 2)
    assert [held.message.subject for held in error.value.queued] == ["wait", "wait longer"]
    assert error.value.held == error.value.queued[0] == queue.get(error.value.held.id)
    again = pickle.loads(pickle.dumps(error.value))
    assert (again.held, again.queued, again.sent) == (error.value.held, error.value.queued, 1)
    assert [each.subject for (each,) in inner.calls] == ["Your order"]


@pytest.mark.parametrize("make", [waiting, rich])
def test_what_was_approved_leaves_as_the_bytes_that_were_held(queue, backend, inner, make):
    from django.core.mail.backends.smtp import EmailBackend as Smtp

    message = make()
    id_ = approved(queue, backend, message)
    assert queue.release(release_via(inner)).sent == (id_,)
    ((sent,),) = inner.calls
    sender, recipients, data = leaving(Smtp, sent)
    assert data == queue.get(id_).payload.partition(b"\n")[2]
    before = leaving(Smtp, message)
    assert (sender, recipients) == before[:2]
    assert _without_chance(data) == _without_chance(before[2])
    assert sent.message().as_bytes() == data.replace(b"\r\n", b"\n")
    assert queue.release(release_via(inner)).sent == ()


def _without_chance(data):
    """A mail without what Django invents anew each time."""
    parsed = email.message_from_bytes(data)
    return [
        (part.get_content_type(), part.get_filename(), part.get_payload(decode=True))
        for part in parsed.walk()
    ] + [
        (name, value)
        for name, value in parsed.items()
        if name not in ("Date", "Message-ID", "Content-Type")
    ]


def test_backends_that_read_attributes_find_them_all(queue, backend, inner):
    message = rich()
    approved(queue, backend, message)
    queue.release(release_via(inner))
    ((sent,),) = inner.calls
    for name in ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to", "extra_headers"):
        assert getattr(sent, name) == getattr(message, name)
    for name in ("content_subtype", "encoding", "tags", "send_at"):
        assert getattr(sent, name) == getattr(message, name)
    assert [tuple(each) for each in sent.alternatives] == [tuple(a) for a in message.alternatives]
    assert [tuple(each) for each in sent.attachments[:2]] == [
        tuple(each) for each in message.attachments[:2]
    ]
    assert sent.attachments[2][1].subject == "inside"
    assert sent.attachments[3].get_payload(decode=True) == b"GIF89a"
    assert not hasattr(sent, "esp_extra")
    assert not hasattr(sent, "sendguard")


def test_lazy_texts_are_kept_as_they_read(queue, backend, inner):
    message = waiting(body=gettext_lazy("Hello"))
    message.subject = gettext_lazy("wait")
    approved(queue, backend, message)
    queue.release(release_via(inner))
    assert (inner.calls[0][0].subject, inner.calls[0][0].body) == ("wait", "Hello")


def test_a_real_server_gets_the_bytes_that_were_held(queue, smtp_sink):
    def smtp(**guarded):
        options = {"host": smtp_sink.host, "port": smtp_sink.port}
        return EmailBackend(backend=SMTP, options=options, alias="default", **guarded)

    backend = smtp(guard=queue.guard, queue=queue)
    id_ = approved(queue, backend, rich())
    assert queue.release(release_via(backend)).sent == (id_,)
    got = smtp_sink.next()
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as plain:
        payload = queue.get(id_).payload.partition(b"\n")[2]
        plain.sendmail(got.mail_from, got.rcpt_tos, payload)
    assert got == smtp_sink.next()
    assert got.rcpt_tos == ["ann@a.example", "cy@c.example", "dee@d.example"]


@pytest.mark.parametrize("name", ["console", "filebased", "locmem", "dummy"])
def test_djangos_other_backends_take_what_is_released(queue, backend, tmp_path, name, capsys):
    id_ = approved(queue, backend, rich())
    path = f"django.core.mail.backends.{name}.EmailBackend"
    options = {"file_path": str(tmp_path)} if name == "filebased" else {}
    via = EmailBackend(guard=queue.guard, backend=path, options=options, alias="default")
    assert queue.release(release_via(via)).sent == (id_,)


def test_the_projects_own_mail_is_held_and_released_by_its_settings(shop, queue):
    shop.queue = queue
    with project(guard="shop_mail.guard", queue="shop_mail.queue"):
        with pytest.raises(MessageHeld) as error:
            mail.send_mail("wait", "Hello", "shop@shop.example", ["ann@a.example"])
        queue.approve(error.value.held.id, by="bo")
        assert queue.release(release_via()).sent == (error.value.held.id,)
        if HAS_MAILERS:
            assert queue.release(release_via("default")).sent == ()
    assert [each.subject for each in mail.outbox] == ["wait"]


def test_a_queue_may_be_made_by_a_function_once_a_process(shop, queue):
    calls = []

    def make():
        calls.append(1)
        return queue

    shop.make = make
    with project(guard="shop_mail.guard", queue="shop_mail.make", on_hold="return"):
        for _ in range(2):
            assert mail.send_mail("wait", "Hi", "shop@shop.example", ["ann@a.example"]) == 0
    assert len(calls) == 1
    assert len(list(queue.pending())) == 2


def test_return_does_not_count_what_is_held_and_still_raises_for_what_is_blocked(queue, inner):
    options = {"guard": queue.guard, "queue": queue, "on_hold": "return", "alias": "default"}
    backend = EmailBackend(backend=inner, **options)
    assert backend.send_messages([written(), waiting(), written()]) == 2
    with pytest.raises(MessageBlocked) as error:
        backend.send_messages([waiting(), written("stop")])
    assert error.value.positions == (1,)
    assert len(list(queue.pending())) == 2


def test_what_cannot_be_kept_stays_with_the_caller(queue, backend, inner, caplog):
    odd = waiting()
    odd.attach("a.bin", b"x", "application/octet-stream")
    odd.merge_data = {"ann@a.example": {1, 2}}
    with pytest.raises(MessageHeld) as error:
        backend.send_messages([odd])
    assert error.value.held is None
    assert "attributes holds a set" in caplog.text
    assert list(queue.pending()) == []


def test_other_people_or_bytes_are_held_again_and_the_message_waits_on(queue, backend, inner):
    message = waiting()
    id_ = approved(queue, backend, message)
    message.attach("more.txt", "more", "text/plain")
    assert queue.release(lambda held: backend.send_messages([message])).waiting == (id_,)
    assert inner.calls == []
    assert [held.id for held in queue.pending()] == [id_]


def test_the_same_message_built_anew_is_not_the_approved_bytes(queue, backend, inner):
    message = waiting()
    id_ = approved(queue, backend, message)
    assert queue.release(lambda held: backend.send_messages([message])).waiting == (id_,)
    assert inner.calls == []


@pytest.mark.parametrize("guarded", [True, False])
def test_one_release_sends_once(queue, backend, inner, guarded):
    id_ = approved(queue, backend, waiting())
    send = release_via(backend if guarded else inner)

    def twice(held):
        send(held)
        with pytest.raises(SendFailed, match="nothing else"):
            send(held)

    assert queue.release(twice).sent == (id_,)
    assert len(inner.calls) == 1


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("answer", [RuntimeError("cut"), lambda messages: 0])
def test_a_backend_that_does_not_say_it_sent_leaves_doubt(queue, backend, inner, guarded, answer):
    id_ = approved(queue, backend, waiting())
    inner.answer = answer
    assert queue.release(release_via(backend if guarded else inner)).in_doubt == (id_,)


@pytest.mark.parametrize("guarded", [True, False])
def test_no_server_is_a_clean_failure(queue, backend, guarded):
    from django.core.mail.backends.smtp import EmailBackend as Smtp

    id_ = approved(queue, backend, waiting())
    alias = {"alias": "default"} if HAS_MAILERS else {}
    via = Smtp(host="127.0.0.1", port=1, timeout=5, **alias)
    if guarded:
        via = EmailBackend(guard=queue.guard, backend=via, alias="default")
    assert queue.release(release_via(via)).waiting == (id_,)


def test_what_was_held_for_real_people_never_leaves_by_a_rerouting_backend(queue, backend, inner):
    options = {"guard": queue.guard, "backend": inner, "alias": "default"}
    staging = EmailBackend(reroute="qa@shop.example", **options)
    id_ = approved(queue, backend, waiting())
    assert queue.release(release_via(staging)).waiting == (id_,)
    assert inner.calls == []


def test_a_rerouted_message_leaves_as_it_was_rerouted(queue, inner):
    options = {"guard": queue.guard, "queue": queue, "backend": inner, "alias": "default"}
    staging = EmailBackend(reroute="QA <qa@shop.example>", **options)
    id_ = approved(queue, staging, waiting())
    assert queue.release(release_via(staging)).sent == (id_,)
    ((sent,),) = inner.calls
    assert sent.recipients() == ["QA <qa@shop.example>"]
    assert b"X-Original-To: ann@a.example" in sent.message().as_bytes()


def test_a_redelivered_task_does_not_send_twice(inner, objector):
    guard = Guard(objector, store=MemoryStore())
    backend = EmailBackend(guard=guard, backend=inner, alias="default")

    def task():
        message = written()
        message.sendguard = Context(key="order 7")
        return backend.send_messages([message])

    assert task() == 1
    with pytest.raises(AlreadySent) as error:
        task()
    assert error.value.outcome == "sent"
    assert pickle.loads(pickle.dumps(error.value)).outcome == "sent"
    assert len(inner.calls) == 1
    inner.answer = ConnectionResetError()
    other = written()
    other.sendguard = Context(key="order 8")
    for _ in range(2):
        with pytest.raises((ConnectionResetError, AlreadySent)) as error:
            backend.send_messages([other])
    assert error.value.outcome == "unknown"
    assert len(inner.calls) == 2


def test_sent_before_is_said_only_where_nothing_worse_is(queue, inner):
    options = {"guard": queue.guard, "queue": queue, "backend": inner, "alias": "default"}
    backend = EmailBackend(**options)
    order = written()
    order.sendguard = Context(key="order 7")
    backend.send_messages([order])
    with pytest.raises(MessageHeld) as error:
        backend.send_messages([order, waiting()])
    assert error.value.decision is error.value.decisions[1]
    assert error.value.queued[0] is None
    with pytest.raises(MessageBlocked) as error:
        backend.send_messages([order, waiting(), written("stop")])
    assert error.value.decision is error.value.decisions[2]


def test_a_policy_file_is_the_guard(tmp_path, inner):
    path = tmp_path / "shop.toml"
    path.write_text('[[checks]]\ncheck = "placeholders"\n')
    for given in (path, str(path)):
        backend = EmailBackend(guard=given, backend=inner, alias="default")
        with pytest.raises(MessageHeld):
            backend.send_messages([written(body="Dear {{name}}")])


def test_a_policy_file_is_followed_where_that_is_asked_for(tmp_path, inner):
    from sendguard.guard import GuardFile

    path = tmp_path / "shop.toml"
    path.write_text("")
    seconds = [0.0]
    guard = GuardFile(path, timer=lambda: seconds[0])
    backend = EmailBackend(guard=guard, backend=inner, alias="default")
    assert backend.send_messages([written(body="Dear {{name}}")]) == 1
    path.write_text('[[checks]]\ncheck = "placeholders"\n')
    seconds[0] = 2.0
    with pytest.raises(MessageHeld):
        backend.send_messages([written(body="Dear {{name}}")])


def test_release_via_takes_a_connection_or_a_mailer(inner):
    with pytest.raises(ConfigurationError, match="is no connection"):
        release_via(7)
    if not HAS_MAILERS:
        with pytest.raises(ConfigurationError, match="alias of MAILERS"):
            release_via("default")
