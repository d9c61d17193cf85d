from __future__ import annotations

import copy
import pickle

import pytest
from django.core import mail
from django.core.mail import EmailMessage, send_mail, send_mass_mail
from django.test import override_settings
from tests.adapters.django.project import GUARDED, HAS_MAILERS, LOCMEM, Inner, project, written

import sendguard
from sendguard import Context, Guard, MessageBlocked, MessageHeld, MessageNotSent, rule
from sendguard.adapters.django import EmailBackend
from sendguard.errors import ConfigurationError
from sendguard.guard import LoggingObserver


@pytest.fixture
def backend(guard, inner):
    return EmailBackend(guard=guard, backend=inner)


# --- nothing to object ---


def test_messages_without_findings_reach_the_inner_backend_as_they_are(backend, inner, recorder):
    messages = [written(), written(cc=["bo@b.example"], bcc=["cy@c.example"])]
    assert backend.send_messages(messages) == 2
    (call,) = inner.calls
    assert all(sent is given for sent, given in zip(call, messages, strict=True))
    assert recorder.kinds == ["admitted", "admitted", "sent", "sent"]


@pytest.mark.parametrize("answer", [None, 0, 7, ["queued"]])
def test_the_answer_of_the_inner_backend_is_the_answer(backend, inner, recorder, answer):
    inner.answer = lambda messages: answer
    assert backend.send_messages([written(), written()]) is answer
    assert recorder.kinds[-2:] == ["unknown", "unknown"]


def test_an_error_of_the_inner_backend_is_the_error(backend, inner, recorder):
    inner.answer = RuntimeError("out of paper")
    with pytest.raises(RuntimeError, match=r"^out of paper$") as caught:
        backend.send_messages([written(), written()])
    assert caught.value is inner.answer
    assert not hasattr(caught.value, "__notes__")
    assert recorder.kinds[-2:] == ["unknown", "unknown"]


def test_an_interrupted_send_has_an_unknown_outcome(backend, inner, recorder):
    inner.answer = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        backend.send_messages([written()])
    assert recorder.kinds == ["admitted", "unknown"]


def test_no_messages_are_no_send(backend, inner, recorder):
    assert backend.send_messages([]) == 0
    assert backend.send_messages(iter(())) == 0
    assert recorder.kinds == []


def test_an_iterator_is_read_once(backend, inner):
    assert backend.send_messages(iter([written(), written()])) == 2


def test_a_message_to_nobody_certainly_reached_nobody(backend, inner, recorder):
    inner.answer = lambda messages: 1  # as Django's SMTP backend, which leaves it out
    empty = written()
    empty.to = []
    assert backend.send_messages([empty, written()]) == 1
    assert recorder.kinds[-2:] == ["failed", "sent"]


def test_open_close_and_the_context_manager_are_the_inner_ones(backend, inner):
    assert backend.open() == "opened"
    assert backend.close() == "closed"
    with backend as connection:
        assert connection is backend
    assert inner.log == ["open", "close", "open", "close"]


def test_other_attributes_are_those_of_the_inner_backend(backend, inner):
    assert backend.calls is inner.calls
    assert backend.fail_silently is False
    with pytest.raises(AttributeError, match="no_such_thing"):
        backend.no_such_thing  # noqa: B018  (the look-up is the test)


def test_djangos_error_for_an_injected_header_is_djangos():
    guard = Guard()
    backend = EmailBackend(guard=guard, backend=LOCMEM)
    with pytest.raises(ValueError, match=r"(?i)newline|linefeed") as caught:
        backend.send_messages([written("Order\nBcc: mallory@m.example")])
    assert not isinstance(caught.value, sendguard.SendGuardError)
    assert mail.outbox == []


# --- block and hold ---


def test_a_blocked_message_does_not_leave(backend, inner, recorder):
    with pytest.raises(MessageBlocked) as caught:
        backend.send_messages([written("stop")])
    assert inner.calls == []
    assert recorder.kinds == ["blocked"]
    assert [f.code for f in caught.value.decision.findings] == ["test.stop"]
    assert not isinstance(caught.value, OSError)


def test_a_held_message_does_not_leave(backend, inner, recorder):
    with pytest.raises(MessageHeld) as caught:
        backend.send_messages([written("wait")])
    assert inner.calls == []
    assert recorder.kinds == ["held"]
    assert caught.value.held is None
    assert not isinstance(caught.value, MessageBlocked)


def test_one_bad_message_does_not_take_the_rest_with_it(backend, inner, recorder):
    messages = [written("a"), written("wait"), written("b"), written("stop"), written("wait")]
    with pytest.raises(MessageBlocked) as caught:
        backend.send_messages(messages)
    assert [[each.subject for each in call] for call in inner.calls] == [["a", "b"]]
    refusal = caught.value
    assert refusal.positions == (1, 3, 4)
    assert [d.findings[0].code for d in refusal.decisions] == [
        "test.wait",
        "test.stop",
        "test.wait",
    ]
    assert refusal.decision is refusal.decisions[1]
    assert (refusal.total, refusal.sent) == (5, 2)
    assert "3 of 5 messages were not sent" in str(refusal)
    assert recorder.kinds == ["admitted", "held", "admitted", "blocked", "held", "sent", "sent"]


def test_everything_is_judged_before_anything_is_sent(inner):
    order = []
    guard = Guard(rule("test.order")(lambda message, context: order.append(message.subject)))
    inner.answer = lambda messages: order.append("sent") or len(messages)
    EmailBackend(guard=guard, backend=inner).send_messages([written("a"), written("b")])
    assert order == ["a", "b", "sent"]


def test_only_held_messages_are_held(backend):
    with pytest.raises(MessageHeld) as caught:
        backend.send_messages([written(), written("wait")])
    assert caught.value.positions == (1,)


def test_failing_silently_swallows_the_refusal_but_not_the_record(guard, inner, recorder):
    backend = EmailBackend(fail_silently=True, guard=guard, backend=inner)
    assert backend.send_messages([written("stop")]) == 0
    assert backend.send_messages([written("wait"), written()]) == 1
    assert recorder.kinds == ["blocked", "held", "admitted", "sent"]


def test_a_failure_of_the_inner_backend_is_noted_beside_a_refusal(backend, inner):
    inner.answer = RuntimeError("out of paper")
    with pytest.raises(RuntimeError) as caught:
        backend.send_messages([written("stop"), written(), written("wait")])
    assert caught.value.__notes__ == ["sendguard had kept back 2 other messages of the same call"]


def test_the_backend_stays_usable_after_a_refusal(backend, inner):
    with pytest.raises(MessageBlocked):
        backend.send_messages([written("stop")])
    assert backend.send_messages([written()]) == 1


def test_a_guard_that_observes_stops_nothing(objector, recorder, inner):
    guard = Guard(objector, observers=[recorder], mode="observe")
    backend = EmailBackend(guard=guard, backend=inner, partial=True)
    messages = [written("stop"), written("wait"), written(to="mallory@m.example")]
    assert backend.send_messages(messages) == 3
    assert inner.calls == [messages]
    assert recorder.kinds == ["admitted"] * 3 + ["sent"] * 3


# --- partial ---


def test_by_default_one_refused_recipient_refuses_the_whole_message(backend, inner):
    with pytest.raises(MessageBlocked):
        backend.send_messages([written(cc=["mallory@m.example"])])
    assert inner.calls == []


def test_a_partial_send_leaves_refused_recipients_out(guard, inner, recorder):
    backend = EmailBackend(guard=guard, backend=inner, partial=True)
    message = written(
        to="Ann <ann@a.example>",
        cc=["Mallory <mallory@m.example>"],
        bcc=["ivan@i.example", "cy@c.example"],
    )
    assert backend.send_messages([message]) == 1
    ((sent,),) = inner.calls
    assert sent.recipients() == ["Ann <ann@a.example>", "cy@c.example"]
    assert b"mallory" not in sent.message().as_bytes()
    assert message.cc == ["Mallory <mallory@m.example>"]
    assert message.bcc == ["ivan@i.example", "cy@c.example"]
    assert recorder.kinds == ["admitted", "sent"]


def test_a_partial_send_to_nobody_is_a_refusal(guard, inner):
    backend = EmailBackend(guard=guard, backend=inner, partial=True)
    with pytest.raises(MessageBlocked):
        backend.send_messages([written(to="mallory@m.example")])


class Stubborn(EmailMessage):
    """Sends to whom it likes, whatever is in its to, cc and bcc."""

    def recipients(self):
        return ["ann@a.example", "mallory@m.example"]


def test_a_message_that_computes_its_recipients_cannot_be_narrowed_or_rerouted(
    guard, inner, recorder
):
    message = Stubborn("Hi", "Hello", "shop@shop.example")
    for options in ({"partial": True}, {"reroute": "qa@shop.example"}):
        backend = EmailBackend(guard=guard, backend=inner, **options)
        with pytest.raises(ConfigurationError, match=r"Stubborn\.recipients\(\)"):
            backend.send_messages([written(), message])
    assert inner.calls == []
    assert recorder.kinds == ["admitted", "admitted", "failed", "failed", "admitted", "failed"]


# --- rerouting ---


def test_rerouted_mail_goes_to_the_given_address_alone(guard, inner, recorder):
    backend = EmailBackend(guard=guard, backend=inner, reroute="QA <qa@shop.example>")
    message = written(
        to="Ann <ann@a.example>",
        cc=["mallory@m.example"],
        bcc=["cy@c.example"],
        headers={"To": "all@a.example", "X-Kind": "order"},
    )
    assert backend.send_messages([message]) == 1
    ((sent,),) = inner.calls
    assert sent.recipients() == ["QA <qa@shop.example>"]
    wire = sent.message()
    assert wire["X-Original-Cc"] == "mallory@m.example"
    assert "cy@c.example" in wire["X-Original-Bcc"]
    assert "ann@a.example" in wire["X-Original-Bcc"]  # the author's To names only the list
    assert wire["X-Kind"] == "order"
    assert wire["X-Original-To"] == "all@a.example"
    assert wire["To"] is None
    assert wire["Cc"] == "QA <qa@shop.example>"
    assert message.recipients() == ["Ann <ann@a.example>", "mallory@m.example", "cy@c.example"]
    assert message.extra_headers == {"To": "all@a.example", "X-Kind": "order"}
    assert [r.address for r in recorder.events[0].message.recipients] == ["qa@shop.example"]


def test_a_function_reroutes_each_recipient_in_his_role(guard, inner):
    def stage(recipient):
        return None if recipient.role == "bcc" else f"{recipient.role}@qa.example"

    backend = EmailBackend(guard=guard, backend=inner, reroute=stage)
    backend.send_messages([written(cc=["bo@b.example"], bcc=["cy@c.example"])])
    ((sent,),) = inner.calls
    assert (sent.to, sent.cc, sent.bcc) == (["to@qa.example"], ["cc@qa.example"], [])
    assert sent.message()["X-Original-To"] == "ann@a.example"


def test_mail_that_is_rerouted_to_nobody_is_not_sent(guard, inner, recorder):
    backend = EmailBackend(guard=guard, backend=inner, reroute=lambda recipient: None)
    assert backend.send_messages([written()]) == 0
    assert inner.calls == []
    assert recorder.kinds == []


def test_an_injected_address_does_not_become_a_header_when_rerouted(inner):
    backend = EmailBackend(guard=Guard(), backend=inner, reroute="qa@shop.example")
    message = written(cc=['"x\r\nBcc: mallory@m.example\r\n" <y@b.example>'])
    backend.send_messages([message])
    ((sent,),) = inner.calls
    assert sent.recipients() == ["qa@shop.example"]
    assert b"\nBcc:" not in sent.message().as_bytes()


# --- context ---


def judged_context(recorder):
    return recorder.events[-1].context


def test_the_context_is_a_value_or_a_function_of_the_message(guard, inner, recorder):
    EmailBackend(
        guard=guard, backend=inner, context=Context(purpose="transactional", customer="north")
    ).send_messages([written()])
    assert judged_context(recorder).customer == "north"

    def by_subject(message):
        return Context(campaign=message.subject)

    EmailBackend(guard=guard, backend=inner, context=by_subject).send_messages([written("spring")])
    assert judged_context(recorder).campaign == "spring"


def test_the_surrounding_context_counts(backend, recorder):
    with sendguard.context(customer="south"):
        backend.send_messages([written()])
    assert judged_context(recorder).customer == "south"


@pytest.mark.parametrize("own", [Context(customer="west"), {"customer": "west"}])
def test_what_the_message_carries_wins(guard, inner, recorder, own):
    fixed = Context(customer="north", purpose="marketing")
    message = written()
    message.sendguard = own
    with sendguard.context(customer="south"):
        EmailBackend(guard=guard, backend=inner, context=fixed).send_messages([message])
    assert judged_context(recorder).customer == "west"
    assert judged_context(recorder).purpose == "marketing"


@pytest.mark.parametrize(
    ("own", "said"), [({"custommer": "x"}, "custommer"), ("north", "mapping"), ({"key": 3}, "key")]
)
def test_a_context_that_is_none_is_an_error_before_anything_is_sent(
    backend, inner, recorder, own, said
):
    message = written()
    message.sendguard = own
    with pytest.raises(ConfigurationError, match=said):
        backend.send_messages([written(), message])
    assert inner.calls == []
    assert recorder.kinds == ["admitted", "failed"]


def test_a_failing_context_function_sends_nothing(guard, inner, recorder):
    def look_up(message):
        return {"a": Context()}[message.subject]

    backend = EmailBackend(guard=guard, backend=inner, context=look_up)
    with pytest.raises(KeyError):
        backend.send_messages([written("a"), written("b")])
    assert inner.calls == []
    assert recorder.kinds == ["admitted", "failed"]


# --- copies ---


def test_a_copied_message_that_holds_its_connection_keeps_the_guard(guard, recorder):
    backend = EmailBackend(guard=guard, backend=LOCMEM, alias="default")
    message = written()
    vars(message)["_connection" if HAS_MAILERS else "connection"] = backend
    backend.send_messages([message])  # locmem copies it deeply
    (kept,) = mail.outbox
    copied = vars(kept)["_connection" if HAS_MAILERS else "connection"]
    assert copied is not backend
    assert copied._inner is not backend._inner
    with pytest.raises(MessageBlocked):
        copied.send_messages([written("stop")])
    assert recorder.kinds == ["admitted", "sent", "blocked"]  # the one guard heard of both


def test_a_pickled_backend_finds_its_guard_by_its_path(shop, recorder):
    backend = EmailBackend(
        fail_silently=True,
        guard="shop_mail.guard",
        alias="default",
        backend=LOCMEM,
    )
    again = pickle.loads(pickle.dumps(backend))
    assert again.fail_silently is True
    assert again.send_messages([written("stop"), written()]) == 1
    assert recorder.kinds == ["blocked", "admitted", "sent"]


def test_an_object_without_attributes_yet_says_so():
    bare = EmailBackend.__new__(EmailBackend)
    for name in ("fail_silently", "_inner", "__setstate_of_another_kind__"):
        with pytest.raises(AttributeError):
            getattr(bare, name)


@pytest.mark.parametrize("subjects", [("stop",), ("wait",), ("stop", "fine", "wait")])
def test_a_refusal_survives_pickling_and_copying(backend, subjects):
    with pytest.raises(MessageNotSent) as caught:
        backend.send_messages([written(subject) for subject in subjects])
    for again in (
        pickle.loads(pickle.dumps(caught.value)),
        copy.copy(caught.value),
        copy.deepcopy(caught.value),
    ):
        assert type(again) is type(caught.value)
        assert str(again) == str(caught.value)
        for name in ("decision", "decisions", "positions", "total", "sent"):
            assert getattr(again, name) == getattr(caught.value, name)


# --- nothing leaks ---


def test_neither_exceptions_nor_logs_show_what_the_message_holds(objector, inner, caplog):
    caplog.set_level("DEBUG")
    guard = Guard(objector, observers=[LoggingObserver()])
    backend = EmailBackend(guard=guard, backend=inner)
    canary = "c4n4ry"

    def full(subject):
        message = written(
            f"{subject} {canary}",
            to=f"{canary} <{canary}@a.example>",
            body=canary,
            cc=[f"{canary}.cc@a.example"],
            bcc=[f"mallory@{canary}.example", f"{canary}.bcc@a.example"],
            reply_to=[f"{canary}@r.example"],
            headers={f"X-{canary}": canary},
            attachments=[(f"{canary}.txt", canary, "text/plain")],
        )
        message.attach_alternative(f"<p>{canary}</p>", "text/html")
        message.sendguard = {"customer": canary, "key": canary}
        return message

    with pytest.raises(MessageBlocked) as caught:
        backend.send_messages([full("wait"), full("stop")])
    shown = f"{caught.value}{caught.value!r}{caught.value.args}{backend!r}{caplog.text}"
    # A masked address shows its domain; that is told of everywhere.
    assert canary not in shown.replace(f"@{canary}.example", "")
    assert len(caplog.records) == 2


# --- through Django's own functions ---


def test_djangos_functions_go_through_the_guard(shop, recorder):
    with project(guard="shop_mail.guard"):
        assert send_mail("Hi", "Hello", "shop@shop.example", ["ann@a.example"]) == 1
        with pytest.raises(MessageBlocked):
            written("stop").send()
        with pytest.raises(MessageHeld) as caught:
            send_mass_mail([("wait", "", None, ["a@a.example"]), ("Hi", "", None, ["b@b.example"])])
    assert caught.value.positions == (0,)
    assert [each.subject for each in mail.outbox] == ["Hi", "Hi"]


@pytest.mark.skipif(HAS_MAILERS, reason="Django 6.1 deprecates these arguments")
def test_what_callers_give_a_connection_reaches_the_inner_backend(shop):
    path = f"{Inner.__module__}.Inner"
    with project(guard="shop_mail.guard", backend=path):
        connection = mail.get_connection(fail_silently=True, username="ann", password="secret")
        assert connection.kwargs == {
            "fail_silently": True,
            "username": "ann",
            "password": "secret",
        }
        assert written("stop", connection=connection).send() == 0


@pytest.mark.skipif(not HAS_MAILERS, reason="needs the mailers of Django 6.1")
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_what_callers_give_a_connection_reaches_the_inner_mailer(shop):
    path = f"{Inner.__module__}.Inner"
    for options in ({"backend": path, "options": {"host": "h"}}, {"mailer": "out"}):
        mailers = {
            "default": {
                "BACKEND": GUARDED,
                "OPTIONS": {"guard": "shop_mail.guard", **options},
            },
            "out": {"BACKEND": path, "OPTIONS": {"host": "h"}},
        }
        with override_settings(MAILERS=mailers):
            connection = mail.get_connection(fail_silently=True, username="ann")
            assert connection.kwargs == {
                "alias": "out" if "mailer" in options else "default",
                "host": "h",
                "username": "ann",
                "fail_silently": True,
                "_ignore_unknown_kwargs": {"username", "fail_silently"},
            }
            assert connection.send_messages([written("stop")]) == 0
