"""The guard before Django's own backends, with a real SMTP server behind."""

from __future__ import annotations

import contextlib
import io
import smtplib
import socket

import pytest
from django.core import mail
from tests.adapters.django.project import LOCMEM, SMTP, written

from sendguard import MessageBlocked, MessageHeld
from sendguard.adapters.django import EmailBackend

PATH = "django.core.mail.backends.{}.EmailBackend"


@pytest.fixture
def smtp_backend(guard, smtp_sink):
    return smtp_to(smtp_sink.port, guard)


def smtp_to(port, guard, **options):
    return EmailBackend(
        alias="default",  # as Django 6.1 builds it; 5.2 passes over it
        guard=guard,
        backend=SMTP,
        options={"host": "127.0.0.1", "port": port, "timeout": 30, **options},
    )


def test_locmem_keeps_what_the_guard_lets_pass(guard):
    backend = EmailBackend(guard=guard, backend=LOCMEM, alias="default")
    with pytest.raises(MessageHeld):
        backend.send_messages([written(), written("wait")])
    assert [each.subject for each in mail.outbox] == ["Your order"]


def test_files_hold_what_the_guard_lets_pass(guard, tmp_path):
    backend = EmailBackend(
        guard=guard,
        alias="default",
        backend=PATH.format("filebased"),
        options={"file_path": str(tmp_path)},
    )
    with backend, pytest.raises(MessageBlocked):
        backend.send_messages([written("One"), written("stop"), written("Two")])
    (log,) = tmp_path.iterdir()
    text = log.read_text()
    assert text.count("Subject: ") == 2
    assert "stop" not in text


def test_the_console_shows_what_the_guard_lets_pass(guard):
    stream = io.StringIO()
    backend = EmailBackend(
        guard=guard,
        alias="default",
        backend=PATH.format("console"),
        options={"stream": stream},
    )
    with pytest.raises(MessageBlocked):
        backend.send_messages([written("One"), written("stop")])
    assert stream.getvalue().count("Subject: ") == 1


def test_the_dummy_counts_what_the_guard_lets_pass(guard):
    backend = EmailBackend(
        guard=guard, alias="default", backend=PATH.format("dummy"), fail_silently=True
    )
    assert backend.send_messages([written(), written("stop"), written()]) == 2


def test_smtp_sends_what_the_guard_lets_pass_over_one_connection(smtp_backend, smtp_sink, recorder):
    with smtp_backend as connection:
        session = connection.connection  # the inner backend's
        with pytest.raises(MessageBlocked):
            connection.send_messages([written(bcc=["cy@c.example"]), written("stop")])
        assert connection.send_messages([written("Later")]) == 1
        assert connection.connection is session
    assert connection.connection is None
    first, later = smtp_sink.received
    assert first.rcpt_tos == ["ann@a.example", "cy@c.example"]
    assert b"cy@c.example" not in first.data
    assert b"Later" in later.data
    assert recorder.kinds == ["admitted", "blocked", "sent", "admitted", "sent"]


def test_the_judged_recipients_are_those_of_the_envelope(guard, smtp_sink, recorder):
    backend = smtp_to(smtp_sink.port, guard)
    backend.send_messages(
        [written(to="Ann <ann@a.example>", cc=["bo@b.example"], bcc=["Cy <cy@bücher.example>"])]
    )
    judged = recorder.events[0].message
    assert [each.address for each in judged.recipients] == [
        "ann@a.example",
        "bo@b.example",
        "cy@bücher.example",
    ]
    (received,) = smtp_sink.received
    assert received.rcpt_tos == ["ann@a.example", "bo@b.example", "cy@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("change", "error", "outcomes"),
    [
        ({"mail_answer": "550 no"}, smtplib.SMTPSenderRefused, ["failed", "unknown"]),
        (
            {"answers": {"ann@a.example": "550 no"}},
            smtplib.SMTPRecipientsRefused,
            ["failed", "unknown"],
        ),
        ({"data_answer": "554 no"}, smtplib.SMTPDataError, ["failed", "unknown"]),
        ({"data_answer": "drop"}, smtplib.SMTPServerDisconnected, ["unknown", "unknown"]),
    ],
)
def test_what_the_server_refused_has_failed_where_it_can_be_told(
    guard, smtp_sink, recorder, change, error, outcomes
):
    for name, value in change.items():
        setattr(smtp_sink, name, value)
    for number, outcome in enumerate(outcomes, 1):
        with pytest.raises(error):
            smtp_to(smtp_sink.port, guard).send_messages([written() for _ in range(number)])
        assert recorder.kinds[-number:] == [outcome] * number


def test_nothing_has_left_where_no_connection_could_be_made(guard, recorder):
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        smtp_to(port, guard).send_messages([written(), written()])
    assert recorder.kinds[-2:] == ["failed", "failed"]


def test_nothing_has_left_where_the_login_failed(guard, smtp_sink, recorder):
    backend = smtp_to(smtp_sink.port, guard, username="ann", password="secret")
    with pytest.raises(smtplib.SMTPException):
        backend.send_messages([written(), written()])
    backend.close()  # Django keeps the half-open connection
    assert recorder.kinds[-2:] == ["failed", "failed"]


def test_a_message_that_cannot_be_written_has_failed(guard, smtp_sink, recorder):
    backend = smtp_to(smtp_sink.port, guard)
    with pytest.raises(ValueError, match=r"(?i)newline|linefeed"):
        backend.send_messages([written("a\nb")])
    assert recorder.kinds[-1] == "failed"
    with pytest.raises(ValueError, match=r"(?i)newline|linefeed"):
        backend.send_messages([written(), written("a\nb")])
    assert recorder.kinds[-2:] == ["unknown", "unknown"]
    assert len(smtp_sink.received) == 1


def test_a_failure_that_smtp_keeps_silent_is_an_unknown_outcome(guard, smtp_sink, recorder):
    smtp_sink.answers["ann@a.example"] = "550 no"
    backend = smtp_to(smtp_sink.port, guard, fail_silently=True)
    assert backend.send_messages([written(), written(to="bo@b.example")]) == 1
    assert recorder.kinds[-2:] == ["unknown", "unknown"]


class Careful(mail.backends.smtp.EmailBackend):
    """A subclass, of which nobody knows what it does with a message before it raises."""


def test_a_subclass_of_the_smtp_backend_is_not_known(guard, smtp_sink, recorder):
    smtp_sink.data_answer = "554 no"
    backend = EmailBackend(
        alias="default",
        guard=guard,
        backend=f"{__name__}.Careful",
        options={"host": "127.0.0.1", "port": smtp_sink.port},
    )
    with pytest.raises(smtplib.SMTPDataError):
        backend.send_messages([written()])
    assert recorder.kinds[-1] == "unknown"
