from __future__ import annotations

import copy
import logging
import pickle
import smtplib
import socket
import ssl
import threading
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sendguard
from sendguard import Context, Guard, Message, MessageBlocked, MessageHeld, rule
from sendguard.adapters import smtp
from sendguard.errors import ConfigurationError
from sendguard.guard import LoggingObserver

SHOP = "shop@shop.example"
MARIA = "maria@north.example"
BO = "bo@north.example"


def mail(text="Your order is on its way.", *, subject="Your order", to=MARIA, **headers):
    message = EmailMessage()
    message["From"] = SHOP
    message["To"] = to
    message["Subject"] = subject
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    return message


@pytest.fixture
def session(smtp_sink, guard):
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=guard) as client:
        yield client


def client_of(sink, guard, **options):
    return smtp.SMTP(sink.host, sink.port, guard=guard, **options)


def told(sink, command="RCPT"):
    """The paths of these commands, as the server read them; newer Pythons write ``to:`` small."""
    lines = [line for line in sink.commands if line.startswith(command)]
    return [line.partition(":")[2].partition(" size=")[0] for line in lines]


# --- nothing to object ---


def test_a_mail_without_findings_arrives_as_smtplib_would_send_it(smtp_sink, session, recorder):
    message = mail(Cc=BO, Bcc="cy@north.example")
    assert session.send_message(message) == {}
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as plain:
        assert plain.send_message(message) == {}
    guarded, unguarded = smtp_sink.received
    assert guarded == unguarded
    assert recorder.kinds == ["admitted", "sent"]


@pytest.mark.parametrize(
    "text", ["a\nb", "a\r\nb", "a\rb", ".\n..\n.x\n", "", "x\n", "Subject: x\n\n\r\n.\r\n."]
)
def test_a_str_gets_the_line_breaks_that_smtplib_gives_it(smtp_sink, session, text):
    text = f"Subject: Hi\n\n{text}"
    session.sendmail(SHOP, MARIA, text)
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as plain:
        plain.sendmail(SHOP, MARIA, text)
    assert smtp_sink.received[0] == smtp_sink.received[1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(st.sampled_from("ab.\r\n:"), max_size=30))
def test_what_is_judged_is_what_is_sent(monkeypatch, text):
    sent = []
    judged = []
    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "sendmail", lambda self, f, t, msg, *o: sent.append(msg) or {})
        patch.setattr(
            Message, "from_email", lambda data, env: judged.append(data) or Message.email()
        )
        for msg in (text, text.encode(), bytearray(text.encode())):
            smtp.SMTP(guard=Guard()).sendmail(SHOP, [MARIA], msg)
    assert sent == judged
    assert [type(each) for each in sent] == [bytes] * 3
    assert sent[0] == smtplib._fix_eols(text).encode()
    assert sent[1] == text.encode()


def test_bytes_pass_as_they_are(smtp_sink, session):
    data = b"Subject: Hi\r\n\r\nbare\nline \xff\r\n"
    session.sendmail(SHOP, [MARIA], data)
    assert smtp_sink.received[0].data == data


def test_a_changing_buffer_and_a_one_time_iterable_are_read_once(smtp_sink, recorder):
    data = bytearray(b"Subject: Hi\r\n\r\nfine\r\n")

    @rule("test.race")
    def change(message, context):
        data[:] = b"Subject: Hi\r\n\r\nevil\r\n"

    with client_of(smtp_sink, Guard(change, observers=[recorder])) as client:
        client.sendmail(SHOP, (each for each in [MARIA, BO]), data)
    assert smtp_sink.received[0].data == b"Subject: Hi\r\n\r\nfine\r\n"
    assert smtp_sink.received[0].rcpt_tos == [MARIA, BO]
    assert len(recorder.events[0].message.recipients) == 2


def test_one_send_is_one_admission_with_the_envelope_as_recipients(session, recorder):
    session.send_message(mail(to=f"Maria <{MARIA}>", Cc=BO), to_addrs=[MARIA, "cy@north.example"])
    message = recorder.events[0].message
    assert recorder.kinds == ["admitted", "sent"]
    assert [(r.address, r.name, r.role) for r in message.recipients] == [
        (MARIA, "Maria", "to"),
        ("cy@north.example", "", "bcc"),
    ]
    assert [r.address for r in message.shown] == [BO]
    assert message.envelope.sender == SHOP


def test_international_mail_goes_through(smtp_sink, session, recorder):
    session.send_message(mail(to="jürgen@müller.example"))
    assert smtp_sink.received[0].rcpt_tos == ["jürgen@müller.example"]
    assert recorder.events[0].message.recipients[0].address == "jürgen@müller.example"


def test_a_bounce_has_the_null_path(smtp_sink, session, recorder):
    for null in ("", "<>"):
        session.sendmail(null, [MARIA], b"Subject: Returned\r\n\r\nSorry.\r\n")
    assert recorder.kinds == ["admitted", "sent"] * 2
    assert {event.message.envelope.sender for event in recorder.events} == {""}
    assert told(smtp_sink, "MAIL") == ["<>"] * 2


# --- block and hold ---


def test_a_blocked_mail_does_not_leave_and_the_session_can_be_used_again(
    smtp_sink, session, recorder
):
    with pytest.raises(MessageBlocked) as refusal:
        session.send_message(mail("stop", Cc=BO))
    assert isinstance(refusal.value, smtplib.SMTPRecipientsRefused)
    assert refusal.value.decision.action is sendguard.Action.BLOCK
    assert refusal.value.__cause__ is None  # the guard's own error would say nothing more
    assert refusal.value.__suppress_context__
    answer = (550, b"5.7.1 blocked by sendguard: test.stop")
    assert refusal.value.recipients == {MARIA: answer, BO: answer}
    assert smtp_sink.commands == []
    session.send_message(mail())
    assert len(smtp_sink.received) == 1
    assert recorder.kinds == ["blocked", "admitted", "sent"]


def test_a_held_mail_does_not_leave_and_says_so_with_a_transient_reply(smtp_sink, session):
    with pytest.raises(MessageHeld) as refusal:
        session.send_message(mail("wait"))
    assert isinstance(refusal.value, smtplib.SMTPRecipientsRefused)
    assert refusal.value.held is None
    assert refusal.value.recipients == {MARIA: (450, b"4.7.1 held by sendguard: test.wait")}
    assert smtp_sink.received == []


def test_handlers_for_smtplib_catch_a_refusal(session):
    for kind in (smtplib.SMTPException, OSError, sendguard.SendGuardError):
        with pytest.raises(kind):
            session.send_message(mail("stop"))


@pytest.mark.parametrize("word", ["stop", "wait"])
@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
def test_a_refusal_survives_pickling_and_copying(session, word, copied):
    with pytest.raises(sendguard.MessageNotSent) as refusal:
        session.send_message(mail(word))
    refusal.value.add_note("seen by the outbox")
    again = copied(refusal.value)
    assert type(again) is type(refusal.value)
    assert again.decision == refusal.value.decision
    assert again.recipients == refusal.value.recipients
    assert again.args == (again.decision,)
    assert str(again) == str(refusal.value)
    assert getattr(again, "held", None) is None
    assert again.__notes__ == ["seen by the outbox"]


def test_one_refused_recipient_refuses_the_mail_for_all_unless_told_otherwise(smtp_sink, session):
    with pytest.raises(MessageBlocked) as refusal:
        session.sendmail(SHOP, [MARIA, "mallory@evil.example"], b"Subject: Hi\r\n\r\nHi\r\n")
    assert set(refusal.value.recipients) == {MARIA, "mallory@evil.example"}
    assert smtp_sink.received == []


def test_observe_mode_lets_everything_pass(smtp_sink, recorder):
    @rule("test.all")
    def objects(message, context):
        return sendguard.Finding(code="test.all", action=sendguard.Action.BLOCK, message="No.")

    watching = Guard(objects, mode="observe", observers=[recorder])
    with client_of(smtp_sink, watching, partial=True) as client:
        assert client.send_message(mail("stop")) == {}
        assert client.sendmail(SHOP, [MARIA, "<bo@north.example"], b"") == {}
    assert len(smtp_sink.received) == 2
    assert recorder.kinds == ["admitted", "sent"] * 2
    assert {"test.all", "guard.unreadable"} == {
        finding.code for event in recorder.events for finding in event.decision.findings
    }


# --- partial sends ---


def test_a_partial_send_leaves_out_the_refused_and_answers_for_them(smtp_sink, guard, recorder):
    with client_of(smtp_sink, guard, partial=True) as client:
        refused = client.sendmail(
            SHOP,
            [MARIA, "Mallory <mallory@evil.example>", "ivan@evil.example", BO],
            b"Subject: Hi\r\n\r\nHi\r\n",
        )
    assert refused == {
        "Mallory <mallory@evil.example>": (550, b"5.7.1 blocked by sendguard: test.mallory"),
        "ivan@evil.example": (450, b"4.7.1 held by sendguard: test.ivan"),
    }
    assert smtp_sink.received[0].rcpt_tos == [MARIA, BO]
    assert recorder.kinds == ["admitted", "sent"]
    assert not recorder.events[1].refused


def test_a_partial_send_to_nobody_is_a_refusal(smtp_sink, guard):
    with client_of(smtp_sink, guard, partial=True) as client:
        with pytest.raises(MessageBlocked):
            client.sendmail(SHOP, "mallory@evil.example", b"Subject: Hi\r\n\r\nHi\r\n")
        with pytest.raises(MessageBlocked):
            client.send_message(mail("stop"))
    assert smtp_sink.received == []


def test_refusals_of_guard_and_server_are_told_together(smtp_sink, guard, recorder):
    smtp_sink.answers = {MARIA: "550 gone", BO: "550 gone"}
    with client_of(smtp_sink, guard, partial=True) as client:
        both = client.sendmail(
            SHOP, [MARIA, "cy@north.example", "ivan@evil.example"], b"Subject: Hi\r\n\r\nHi\r\n"
        )
        assert both == {
            MARIA: (550, b"gone"),
            "ivan@evil.example": (450, b"4.7.1 held by sendguard: test.ivan"),
        }
        assert dict(recorder.events[1].refused) == {MARIA: (550, b"gone")}
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            client.sendmail(SHOP, [BO, "ivan@evil.example"], b"Subject: Hi\r\n\r\nHi\r\n")
    assert set(refusal.value.recipients) == {BO, "ivan@evil.example"}
    assert recorder.kinds == ["admitted", "sent", "admitted", "failed"]


# --- what the transport says ---


def test_a_recipient_whom_the_server_refuses_is_told_to_caller_and_record(
    smtp_sink, session, recorder
):
    smtp_sink.answers = {BO: "550 gone"}
    assert session.sendmail(SHOP, [MARIA, f"Bo <{BO}>"], b"Subject: Hi\r\n\r\nHi\r\n") == {
        f"Bo <{BO}>": (550, b"gone")
    }
    assert recorder.kinds == ["admitted", "sent"]
    assert dict(recorder.events[1].refused) == {BO: (550, b"gone")}


@pytest.mark.parametrize(
    ("answers", "error", "outcome"),
    [
        ({"answers": {MARIA: "550 gone"}}, smtplib.SMTPRecipientsRefused, "failed"),
        ({"answers": {MARIA: "421 bye"}}, smtplib.SMTPRecipientsRefused, "failed"),
        ({"answers": {MARIA: "drop"}}, smtplib.SMTPServerDisconnected, "failed"),
        ({"mail_answer": "550 not you"}, smtplib.SMTPSenderRefused, "failed"),
        ({"mail_answer": "drop"}, smtplib.SMTPServerDisconnected, "failed"),
        ({"data_answer": "554 no"}, smtplib.SMTPDataError, "failed"),
        ({"data_answer": "451 later"}, smtplib.SMTPDataError, "failed"),
        ({"data_answer": "299 who knows"}, smtplib.SMTPDataError, "unknown"),
        ({"data_answer": "drop"}, smtplib.SMTPServerDisconnected, "unknown"),
    ],
)
def test_each_failure_is_the_error_of_smtplib_and_is_settled_as_it_is_known(
    smtp_sink, session, recorder, answers, error, outcome
):
    for name, answer in answers.items():
        setattr(smtp_sink, name, answer)
    with pytest.raises(error) as failure:
        session.send_message(mail())
    assert type(failure.value) is error
    assert recorder.kinds == ["admitted", outcome]


def test_a_session_that_sent_before_still_knows_that_data_has_not_begun(
    smtp_sink, session, recorder
):
    session.send_message(mail())
    smtp_sink.answers = {MARIA: "drop"}
    with pytest.raises(smtplib.SMTPServerDisconnected):
        session.send_message(mail())
    assert recorder.kinds == ["admitted", "sent", "admitted", "failed"]


def test_a_client_that_is_not_connected_fails_cleanly(guard, recorder):
    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtp.SMTP(guard=guard).sendmail(SHOP, MARIA, "Subject: Hi\n\nHi\n")
    assert recorder.kinds == ["admitted", "failed"]


def silent_after(*answers):
    """A server that gives these answers, one a line, then listens and says no more."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with server, server.accept()[0] as peer, peer.makefile("rb") as lines:
            peer.sendall(b"220 here\r\n")
            for answer in answers:
                lines.readline()
                peer.sendall(answer)
            lines.read()

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([b"250 hi\r\n", b"250 ok\r\n"], "failed"),
        ([b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"], "unknown"),
    ],
)
def test_a_time_out_is_unknown_once_the_data_has_begun(guard, recorder, answers, outcome):
    host, port = silent_after(*answers)
    client = smtp.SMTP(host, port, timeout=0.2, guard=guard)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        client.send_message(mail())
    assert recorder.kinds == ["admitted", outcome]


# --- addresses ---

HOSTILE = [
    "user@good.example(x)evil.example",
    "alice@example.org(<bob@example.net>",
    "maria@north.example\r\nRCPT TO:<evil@evil.example>",
    "maria@north.example\nevil@evil.example",
    "maria@north.example\0",
    "maria@north.example, evil@evil.example",
    "maria@north.example;evil@evil.example",
    "maria@north.example evil@evil.example",
    "maria@north.example>evil@evil.example",
    "<maria@north.example> <evil@evil.example>",
    "<maria@north.example",
    "<@relay.example:maria@north.example>",
    "@relay.example:maria@north.example",
    "maria@north.example@evil.example",
    "mar ia@north.example",
    "(comment)maria@north.example",
    "maria@north.example (Maria)",
    "team: maria@north.example;",
    "",
    "<>",
    "Maria <>",
    '"unclosed@north.example',
    '"a\\b"@north.example',
    "(" * 5_000,
    "x" * 5_000 + "@north.example",
    "\ud800@north.example",
]
PLAIN = [
    (MARIA, MARIA),
    (f"<{MARIA}>", MARIA),
    (f"  {MARIA} ", MARIA),
    (f"Maria <{MARIA}>", MARIA),
    (f'"Lopez, Maria" <{MARIA}>', MARIA),
    ('"a@good.example x"@other.example', '"a@good.example x"@other.example'),
    ("maria@[192.0.2.1]", "maria@[192.0.2.1]"),
    ("postmaster", "postmaster"),
    ("maria%evil.example@north.example", "maria%evil.example@north.example"),
]


@pytest.mark.parametrize("address", HOSTILE, ids=lambda address: repr(address[:50]))
def test_an_address_that_can_be_read_in_two_ways_is_held(smtp_sink, recorder, address):
    with client_of(smtp_sink, Guard(observers=[recorder]), partial=True) as client:
        with pytest.raises(MessageHeld) as refusal:
            client.sendmail(SHOP, [MARIA, address], b"Subject: Hi\r\n\r\nHi\r\n")
        assert [finding.code for finding in refusal.value.decision.findings] == ["guard.unreadable"]
        if address not in ("", "<>"):
            with pytest.raises(MessageHeld):
                client.sendmail(address, [MARIA], b"Subject: Hi\r\n\r\nHi\r\n")
    assert smtp_sink.commands == []


@pytest.mark.parametrize(("address", "read"), PLAIN)
def test_a_plain_address_is_judged_as_the_server_is_told(
    smtp_sink, session, recorder, address, read
):
    session.sendmail(address, [address], b"Subject: Hi\r\n\r\nHi\r\n")
    assert told(smtp_sink) == [f"<{read}>"]
    assert told(smtp_sink, "MAIL") == [f"<{read}>"]
    message = recorder.events[0].message
    assert [r.address for r in message.recipients] == [read]
    assert message.envelope.sender == read


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["a", "b.example", "@", "<", ">", "(", ")", ",", ";", ":", '"', "\\", " "])
        | st.characters(),
        max_size=9,
    ).map("".join)
)
def test_what_is_let_through_is_what_the_server_would_be_told(monkeypatch, text):
    commands = []

    def putcmd(self, command, args=""):
        commands.append(args)

    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "putcmd", putcmd)
        patch.setattr(smtplib.SMTP, "getreply", lambda self: (250, b""))
        patch.setattr(smtplib.SMTP, "data", lambda self, msg: (250, b""))
        patch.setattr(smtplib.SMTP, "ehlo_or_helo_if_needed", lambda self: None)
        events = LastAdmitted()
        client = smtp.SMTP(guard=Guard(observers=[events]))
        try:
            client.sendmail("", [text], b"Subject: Hi\r\n\r\nHi\r\n")
        except MessageHeld:
            assert commands == []
            return
    address = events.message.recipients[0].address
    assert commands[1].partition(":")[2] == f"<{address}>"
    assert not set(address) & set("\r\n\0")


class LastAdmitted:
    def notify(self, event):
        self.message = event.message


@pytest.mark.parametrize("one", [MARIA, f"Maria <{MARIA}>"])
def test_a_str_is_one_recipient(smtp_sink, session, recorder, one):
    session.sendmail(SHOP, one, b"Subject: Hi\r\n\r\nHi\r\n")
    assert smtp_sink.received[0].rcpt_tos == [MARIA]
    assert [r.address for r in recorder.events[0].message.recipients] == [MARIA]


def test_a_recipient_twice_is_told_twice_as_smtplib_does(smtp_sink, session):
    session.sendmail(SHOP, [MARIA, MARIA], b"Subject: Hi\r\n\r\nHi\r\n")
    assert told(smtp_sink) == [f"<{MARIA}>"] * 2


def test_no_recipient_is_what_smtplib_makes_of_it(smtp_sink, session, recorder):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        session.sendmail(SHOP, [], b"Subject: Hi\r\n\r\nHi\r\n")
    assert refusal.value.recipients == {}
    assert smtp_sink.received == []
    assert recorder.kinds == ["admitted", "failed"]


@pytest.mark.parametrize("to", [[("Maria", MARIA)], [[MARIA]], [None], [b"m@x.example"], None, 7])
def test_recipients_of_another_type_are_refused_before_anything_is_said(smtp_sink, session, to):
    with pytest.raises(TypeError, match="to_addrs"):
        session.sendmail(SHOP, to, b"Subject: Hi\r\n\r\nHi\r\n")
    assert smtp_sink.commands == []


@pytest.mark.parametrize("msg", [7, None, EmailMessage(), ["x"]])
def test_a_mail_of_another_type_is_refused_before_anything_is_said(smtp_sink, session, msg):
    with pytest.raises(TypeError, match="msg"):
        session.sendmail(SHOP, MARIA, msg)
    assert smtp_sink.commands == []


# --- context ---


@pytest.fixture
def seen():
    return []


@pytest.fixture
def noting(seen):
    @rule("test.note")
    def note(message, context):
        seen.append((context.customer, context.purpose))

    return Guard(note)


def test_the_context_is_a_value_a_function_of_the_message_or_around_the_send(
    smtp_sink, noting, seen
):
    for source in (
        Context(customer="north", purpose="internal"),
        lambda message: Context(customer=message.recipients[0].address.split("@")[0]),
        lambda message: None,
        None,
    ):
        with client_of(smtp_sink, noting, context=source) as client:
            client.send_message(mail())
            with sendguard.context(purpose="transactional"):
                client.send_message(mail())
    assert seen == [
        ("north", "internal"),
        ("north", "transactional"),
        ("maria", None),
        ("maria", "transactional"),
        (None, None),
        (None, "transactional"),
        (None, None),
        (None, "transactional"),
    ]


# --- rerouting ---

ORIGINALS = (
    b"From: shop@shop.example\r\n"
    b"To: =?utf-8?q?Mar=C3=ADa?= <maria@north.example>,\r\n ann@north.example\r\n"
    b"cc : bo@north.example\r\n"
    b"Reply-To: to@shop.example\r\n"
    b"Subject: Hi\r\n\r\n"
    b"To: not a header\r\n"
)


def test_rerouted_mail_goes_to_nobody_else_and_says_whom_it_was_for(smtp_sink, guard, recorder):
    everybody = [MARIA, "ann@north.example", BO, "cy@north.example", "mallory@evil.example"]
    with client_of(smtp_sink, guard, reroute="QA <qa@shop.example>") as client:
        assert client.sendmail(SHOP, everybody, ORIGINALS) == {}
    assert told(smtp_sink) == ["<qa@shop.example>"]
    assert smtp_sink.received[0].data == (
        b"To: qa@shop.example\r\n"
        b"X-Original-Bcc: cy@north.example,\r\n mallory@evil.example\r\n"
        b"From: shop@shop.example\r\n"
        b"X-Original-To: =?utf-8?q?Mar=C3=ADa?= <maria@north.example>,\r\n ann@north.example\r\n"
        b"X-Original-cc : bo@north.example\r\n"
        b"Reply-To: to@shop.example\r\n"
        b"Subject: Hi\r\n\r\n"
        b"To: not a header\r\n"
    )
    message = recorder.events[0].message
    assert [(r.address, r.role) for r in message.recipients] == [("qa@shop.example", "to")]
    assert message.shown == ()


def test_rerouting_keeps_the_roles_and_a_function_leaves_people_out(smtp_sink, guard, recorder):
    def to(recipient):
        return {MARIA: "qa@shop.example", BO: "dev@shop.example"}.get(recipient.address)

    with client_of(smtp_sink, guard, reroute=to) as client:
        client.send_message(mail(Cc=BO, Bcc="cy@north.example"))
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            client.send_message(mail(to="ann@north.example"))
    assert refusal.value.recipients == {}
    assert smtp_sink.received[0].rcpt_tos == ["qa@shop.example", "dev@shop.example"]
    assert [(r.address, r.role) for r in recorder.events[0].message.recipients] == [
        ("qa@shop.example", "to"),
        ("dev@shop.example", "cc"),
    ]
    assert len(smtp_sink.received) == 1


@pytest.mark.parametrize(
    ("data", "rewritten"),
    [
        (b"", b"To: q@shop.example\r\n"),
        (b"\r\nTo: body", b"To: q@shop.example\r\n\r\nTo: body"),
        (b"To: m@x.example", b"To: q@shop.example\r\nX-Original-To: m@x.example"),
        (
            b"TO:a\nbcc:b\n\nTo: body",
            b"To: q@shop.example\r\nX-Original-TO:a\nX-Original-bcc:b\n\nTo: body",
        ),
        (
            b"Resent-To: a\rCc: b\r\rTo: body",
            b"To: q@shop.example\r\nX-Original-Resent-To: a\rX-Original-Cc: b\r\rTo: body",
        ),
        (b"Tot: a\r\nX-To: b\r\n", b"To: q@shop.example\r\nTot: a\r\nX-To: b\r\n"),
    ],
)
def test_only_fields_of_addressees_are_renamed(data, rewritten):
    from sendguard.adapters._smtp_mail import _readdressed

    assert _readdressed(data, (), (sendguard.Recipient("q@shop.example"),)) == rewritten


def test_a_doubtful_original_matters_no_more_once_it_is_rerouted(smtp_sink, guard):
    with client_of(smtp_sink, guard, reroute="qa@shop.example") as client:
        client.sendmail(SHOP, ["maria@north.example\r\nX: y"], b"Subject: Hi\r\n\r\nHi\r\n")
    assert told(smtp_sink) == ["<qa@shop.example>"]
    assert b"\r\nX: y" not in smtp_sink.received[0].data


# --- options ---


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({}, TypeError),
        ({"guard": None}, TypeError),
        ({"guard": Guard(), "context": "north"}, TypeError),
        ({"guard": Guard(), "partial": "yes"}, TypeError),
        ({"guard": Guard(), "reroute": "nobody"}, ConfigurationError),
        ({"guard": Guard(), "reroute": 7}, TypeError),
    ],
)
@pytest.mark.parametrize("client", [smtp.SMTP, smtp.SMTP_SSL, smtp.LMTP])
def test_a_wrong_option_is_refused_before_anything_is_connected(client, options, error):
    with pytest.raises(error):
        client(**options)


# --- the other clients ---


def test_lmtp_is_guarded_too(lmtp_sink, guard, recorder):
    with smtp.LMTP(lmtp_sink.host, lmtp_sink.port, guard=guard) as client:
        client.send_message(mail())
        with pytest.raises(MessageBlocked):
            client.send_message(mail("stop"))
    assert len(lmtp_sink.received) == 1
    assert recorder.kinds == ["admitted", "sent", "blocked"]


def test_an_lmtp_refusal_after_data_is_certain_for_a_single_recipient_only(
    lmtp_sink, guard, recorder
):
    lmtp_sink.data_answer = "552 full"
    for people in ([MARIA], [MARIA, BO]):
        with (
            smtp.LMTP(lmtp_sink.host, lmtp_sink.port, guard=guard) as client,
            pytest.raises(smtplib.SMTPDataError),
        ):
            client.sendmail(SHOP, people, b"Subject: Hi\r\n\r\nHi\r\n")
    assert recorder.kinds == ["admitted", "failed", "admitted", "unknown"]


@pytest.mark.parametrize("spelling", ["context", "ssl_context"])
def test_mail_over_tls_is_guarded_and_the_server_is_still_verified(
    smtps_sink, guard, recorder, spelling
):
    trusting = ssl.create_default_context(cadata=smtps_sink.certificate)
    where = (smtps_sink.host, smtps_sink.port)
    with smtp.SMTP_SSL(*where, guard=guard, **{spelling: trusting}) as client:
        client.send_message(mail())
        with pytest.raises(MessageBlocked):
            client.send_message(mail("stop"))
    with pytest.raises(ssl.SSLCertVerificationError):
        smtp.SMTP_SSL(*where, guard=guard, **{spelling: ssl.create_default_context()})
    assert len(smtps_sink.received) == 1
    assert recorder.kinds == ["admitted", "sent", "blocked"]


@pytest.mark.parametrize("spelling", ["context", "ssl_context"])
def test_ssl_takes_the_context_of_smtplib_beside_that_of_the_guard(guard, spelling, monkeypatch):
    wanted = ssl.create_default_context()
    client = smtp.SMTP_SSL(guard=guard, **{spelling: wanted})
    assert client.context is wanted
    facts = Context(customer="north")
    both = smtp.SMTP_SSL(guard=guard, context=facts, ssl_context=wanted)
    assert both.context is wanted
    assert both._context_source is facts
    with pytest.raises(ConfigurationError, match="ssl_context"):
        smtp.SMTP_SSL(guard=guard, context=wanted, ssl_context=wanted)


def test_starttls_and_login_are_those_of_smtplib():
    changed = {
        name
        for client in (smtp.SMTP, smtp.SMTP_SSL, smtp.LMTP)
        for name in dir(client)
        if not name.startswith("_")
        and getattr(client, name) is not getattr(smtplib.SMTP, name, None)
        and getattr(client, name) is not getattr(client.__mro__[2], name, None)
    }
    assert changed == {"data", "send_message", "sendmail"}


# --- what is written ---


def test_nothing_of_a_mail_is_in_a_refusal_or_in_the_log(smtp_sink, objector, caplog):
    canary = "canary7f3a"
    message = mail(
        f"stop {canary}", subject=f"{canary}", to=f"{canary} <{canary}@north.example>", X=canary
    )
    message.add_attachment(canary.encode(), maintype="text", subtype="x", filename=f"{canary}.txt")
    caplog.set_level(logging.DEBUG)
    logged = Guard(objector, observers=[LoggingObserver()])
    with client_of(smtp_sink, logged) as client:
        for to in (None, [f"{canary}(@x.example"]):
            with pytest.raises(sendguard.MessageNotSent) as refusal:
                client.send_message(message, to_addrs=to)
            assert canary not in str(refusal.value)
            assert canary not in repr(refusal.value)
            assert canary not in repr(vars(refusal.value)["decision"])
            assert canary.encode() not in b"".join(a[1] for a in refusal.value.recipients.values())
    assert "test.stop" in caplog.text
    assert canary not in caplog.text
