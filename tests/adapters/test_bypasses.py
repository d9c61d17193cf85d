"""Real sends past a guard are found, and those that pass it are not."""

from __future__ import annotations

import asyncio
import smtplib
import sys
import threading
from pathlib import Path

import pytest
from tests.adapters.twilio_server import Inner, Server
from twilio.rest import Client

from sendguard import Guard, Message, MessageHeld, checks
from sendguard.adapters import wrap
from sendguard.adapters.bypasses import Bypass, BypassWatch, watch_bypasses
from sendguard.adapters.smtp import SMTP
from sendguard.adapters.twilio import GuardedHttpClient
from sendguard.errors import ConfigurationError
from sendguard.guard import is_admitted

ANN = "ann@a.example"
MAIL = "From: shop@shop.example\r\nTo: ann@a.example\r\nSubject: Hello\r\n\r\nDear Ann,\r\n"
LETTER = Message.email(to=ANN, subject="Hello", text="Dear Ann,\n\nsee you.")
HERE = {"127.0.0.1": ("/Messages.json",)}


def send_bare(sink) -> None:
    with smtplib.SMTP(sink.host, sink.port) as server:
        server.sendmail("shop@shop.example", [ANN], MAIL)


def test_mail_by_smtplib_alone_is_found_with_its_place(smtp_sink):
    with watch_bypasses() as watch:
        send_bare(smtp_sink)
    (found,) = watch.found
    assert (found.by, found.file, found.function) == ("smtplib", __file__, "send_bare")
    assert str(found) == f"{__file__}:{found.line}, in send_bare: sent by smtplib without a guard"
    assert "sendmail" in Path(__file__).read_text().splitlines()[found.line - 1]


def test_each_mail_is_found_once(smtp_sink):
    with watch_bypasses() as watch, smtplib.SMTP(smtp_sink.host, smtp_sink.port) as server:
        for _ in range(3):
            server.sendmail("shop@shop.example", [ANN, "bo@b.example"], MAIL)
    assert len(watch.found) == 3


def test_a_connection_without_mail_is_no_send(smtp_sink):
    with watch_bypasses() as watch, smtplib.SMTP(smtp_sink.host, smtp_sink.port) as server:
        server.noop()
    assert watch.found == []


def test_the_guarded_class_is_no_bypass(smtp_sink):
    with watch_bypasses() as watch, SMTP(smtp_sink.host, smtp_sink.port, guard=Guard()) as server:
        server.sendmail("shop@shop.example", [ANN], MAIL)
    assert watch.found == []
    assert len(smtp_sink.received) == 1


def test_smtplib_inside_a_wrapped_function_is_no_bypass_and_after_it_is_one(smtp_sink):
    guarded = wrap(send_bare, guard=Guard(), to_message=lambda sink: LETTER)
    with watch_bypasses() as watch:
        guarded(smtp_sink)
        assert watch.found == []
        send_bare(smtp_sink)
    assert len(watch.found) == 1


def test_smtplib_inside_an_admission_is_no_bypass_until_it_is_settled(smtp_sink):
    with watch_bypasses() as watch, Guard().admit(LETTER) as admission:
        send_bare(smtp_sink)
        assert watch.found == []
        admission.sent()
        send_bare(smtp_sink)
    assert len(watch.found) == 1


def test_another_thread_has_no_leave_of_this_one(smtp_sink):
    with watch_bypasses() as watch, Guard().admit(LETTER):
        thread = threading.Thread(target=send_bare, args=(smtp_sink,))
        thread.start()
        thread.join()
    assert [bypass.by for bypass in watch.found] == ["smtplib"]


def test_leave_is_that_of_the_innermost_admission_and_then_of_the_outer_one():
    outer = Guard().admit(LETTER)
    inner = Guard().admit(LETTER)
    inner.sent()
    assert is_admitted()
    outer.sent()
    assert not is_admitted()


def test_leave_does_not_depend_on_the_order_in_which_admissions_are_settled():
    batch = [Guard().admit(LETTER) for _ in range(5)]
    for admission in batch[:-1]:
        admission.sent()
        assert is_admitted()
    batch[-1].failed()
    assert not is_admitted()


def test_a_task_has_its_own_leave():
    async def both() -> tuple[bool, bool]:
        async def other() -> bool:
            await asyncio.sleep(0)
            return is_admitted()

        task = asyncio.create_task(other())
        async with Guard().aadmit(LETTER):
            return is_admitted(), await task

    assert asyncio.run(both()) == (True, False)
    assert not is_admitted()


def test_what_is_refused_leaves_no_leave_behind():
    with pytest.raises(MessageHeld):
        Guard(checks.placeholders()).admit(LETTER.replace(text="Dear {{name}},"))
    assert not is_admitted()


def test_a_report_can_stop_the_send(smtp_sink):
    def refuse(bypass: Bypass) -> None:
        raise PermissionError(str(bypass))

    with watch_bypasses(refuse), pytest.raises(PermissionError, match="without a guard"):
        send_bare(smtp_sink)
    assert smtp_sink.received == []


def test_nobody_hears_of_anything_after_the_watch(smtp_sink):
    watch = watch_bypasses()
    with watch:
        pass
    send_bare(smtp_sink)
    assert watch.found == []
    with watch:  # it can be entered again
        send_bare(smtp_sink)
    assert len(watch.found) == 1


def test_several_watches_hear_of_the_same_and_one_is_not_entered_twice(smtp_sink):
    with watch_bypasses() as first, watch_bypasses() as second:
        send_bare(smtp_sink)
        with pytest.raises(ConfigurationError, match="entered already"):
            first.__enter__()
    assert len(first.found) == len(second.found) == 1


def test_twilio_without_the_guarded_client_is_found_and_with_it_is_not():
    server = Server()
    try:
        bare, guarded = Inner(server.address), Inner(server.address)
        with watch_bypasses(interfaces=HERE) as watch:
            for client in (GuardedHttpClient(Guard(), inner=guarded), bare):
                Client("AC" + "0" * 32, "secret", http_client=client).messages.create(
                    from_="+15005550006", to="+447700900123", body="Hello Ann"
                )
                assert len(watch.found) == (client is bare)
    finally:
        server.close()
    (found,) = watch.found
    assert (found.by, found.function) == (
        "127.0.0.1",
        "request",
    )  # of `Inner`, which is not the SDK's
    assert len(server.forms) == 2


@pytest.mark.parametrize(
    ("host", "path", "takes"),
    [
        ("api.twilio.com", "/2010-04-01/Accounts/AC1/Messages.json", True),
        ("API.Twilio.com", "/2010-04-01/Accounts/AC1/Messages.json", True),
        ("api.ie1.twilio.com", "/2010-04-01/Accounts/AC1/Messages.json", True),
        ("api.twilio.com", "/2010-04-01/Accounts/AC1/Calls.json", False),
        ("nottwilio.com", "/Messages.json", False),
        ("api.sendgrid.com", "/v3/mail/send", True),
        ("email.eu-west-1.amazonaws.com", "/v2/email/outbound-emails", True),
    ],
)
def test_interfaces_are_known_by_host_and_path(host, path, takes):
    assert BypassWatch().takes(host, path) is takes


@pytest.mark.parametrize("ends", ["/send", ("send",), ["/send"]])
def test_interfaces_are_hosts_with_tuples_of_paths(ends):
    with pytest.raises(ConfigurationError, match="give a tuple of paths"):
        watch_bypasses(interfaces={"api.x.example": ends})
    with pytest.raises(TypeError, match="report= takes a callable"):
        watch_bypasses("log")


def test_the_hook_is_installed_once_and_by_a_watch_alone(monkeypatch):
    added = []
    monkeypatch.setattr("sendguard.adapters.bypasses._installed", [])
    monkeypatch.setattr(sys, "addaudithook", added.append)
    assert added == []
    for _ in range(3):
        with watch_bypasses():
            pass
    assert len(added) == 1
