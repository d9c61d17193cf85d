"""When a check applies: each condition says yes and no, and composes."""

from __future__ import annotations

import pytest

from sendguard import (
    Action,
    Actor,
    Attachment,
    Context,
    Finding,
    Guard,
    Message,
    checks,
    conditions,
    rule,
)
from sendguard.errors import ConfigurationError
from sendguard.matching import MemoryDirectory
from sendguard.stores import MemoryStore

PLAIN = Message.email(to=["ann@a.example"], subject="s", text="t")


@rule("test.found")
def found(message, context):
    return Finding(code="test.found", action=Action.WARN, message="It applies.")


def holds(condition, message=PLAIN, context=None, guard=()) -> bool:
    judge = Guard(found.when(condition), internal_domains=guard)
    return [f.code for f in judge.evaluate(message, context).findings] == ["test.found"]


CONTEXTS = {
    "purpose": (conditions.purpose("marketing", "internal"), Context(purpose="internal")),
    "environment": (conditions.environment("staging"), Context(environment="staging")),
    "campaign": (conditions.campaign("spring-*"), Context(campaign="spring-2026")),
    "customer state": (conditions.customer_state("bereaved"), Context(customer_state="bereaved")),
    "language": (conditions.language("de"), Context(language="de-AT")),
    "role": (conditions.actor_role("agent"), Context(actor=Actor("u-1", roles=["x", "agent"]))),
    "extra": (conditions.extra("tier", 2), Context(extra={"tier": 2})),
    "thread": (conditions.is_reply(), Context(thread=[PLAIN])),
}


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_condition_on_the_context_holds_there_and_nowhere_else(name):
    condition, context = CONTEXTS[name]
    assert holds(condition, context=context)
    assert not holds(condition)
    assert not holds(~condition, context=context)
    assert holds(~condition)


def test_no_environment_is_production():
    assert holds(conditions.environment("production"))


def test_a_language_is_no_prefix_of_another():
    assert not holds(conditions.language("de"), context=Context(language="den"))


MESSAGES = {
    "channel": (conditions.channel("sms", "chat"), Message.sms(to="+447400123456", text="t")),
    "template": (conditions.template("order-*"), PLAIN.replace(template="order-sent")),
    "reply": (conditions.is_reply(), PLAIN.replace(headers=(("in-reply-to", "<1@a.example>"),))),
    "files": (conditions.has_attachments(), PLAIN.replace(attachments=(Attachment("a.pdf"),))),
    "many": (
        conditions.recipients_at_least(2),
        Message.email(to=["ann@a.example", "bob@b.example"]),
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_condition_on_the_message_holds_there_and_nowhere_else(name):
    condition, message = MESSAGES[name]
    assert holds(condition, message)
    assert not holds(condition)


def test_those_about_recipients_say_any_or_all():
    both = Message.email(to=["ann@mail.a.example"], bcc=["bob@b.example"])
    inside = Message.email(to=["ann@a.example"])
    nobody = Message.email()
    assert holds(conditions.any_external(), both, guard=["a.example"])
    assert not holds(conditions.all_internal(), both, guard=["a.example"])
    assert not holds(conditions.any_external(), inside, guard=["a.example"])
    assert holds(conditions.all_internal(), inside, guard=["a.example"])
    assert holds(conditions.any_domain("A.example"), both)
    assert not holds(conditions.all_domain("a.example"), both)
    assert holds(conditions.all_domain("a.example", "b.example"), both)
    assert not holds(conditions.any_domain("xa.example"), both)
    assert not holds(conditions.any_external(), nobody)
    assert holds(conditions.all_internal(), nobody)


def test_the_internal_domains_are_those_of_guard_and_context():
    both = Message.email(to=["ann@a.example", "bob@b.example"])
    context = Context(internal_domains=["b.example"])
    assert holds(conditions.all_internal(), both, context, guard=["a.example"])


def test_conditions_compose_and_show_it():
    reply = conditions.is_reply()
    mail = conditions.channel("email")
    assert holds(mail | reply)
    assert not holds(mail & reply)
    assert holds(mail & ~reply)
    assert repr((mail | reply) & ~(mail & reply)) == (
        "(channel('email') | is_reply()) & ~(channel('email') & is_reply())"
    )
    with pytest.raises(TypeError):
        mail & (lambda message, context: True)


def test_a_condition_that_cannot_hold_is_refused_when_it_is_built():
    with pytest.raises(ConfigurationError, match="needs at least one value"):
        conditions.template()
    with pytest.raises(ConfigurationError, match="chat, email, sms"):
        conditions.channel("fax")
    with pytest.raises(TypeError, match="takes texts, not int"):
        conditions.campaign(5)
    with pytest.raises(ConfigurationError, match="from 1 up"):
        conditions.recipients_at_least(0)
    with pytest.raises(TypeError, match="callable"):
        conditions.satisfies("yes")


def test_a_resource_is_there_when_the_guard_was_given_it():
    given = {
        "directory": MemoryDirectory(()),
        "store": MemoryStore(),
        "suppression": frozenset(),
    }
    for name in given:
        guard = Guard(found.when(conditions.has_resource(name)), **{name: given[name]})
        assert guard.evaluate(PLAIN).findings
        for other in given.keys() - {name}:
            silent = Guard(found.when(conditions.has_resource(other)), **{name: given[name]})
            assert not silent.evaluate(PLAIN).findings
    both = conditions.has_resource("directory", "store")
    assert Guard(found.when(both), store=MemoryStore()).evaluate(PLAIN).findings
    with pytest.raises(ConfigurationError, match="use one of directory, store, suppression"):
        conditions.has_resource("people")


def test_a_check_that_counts_waits_for_a_store():
    check = checks.duplicate(within="1h").when(conditions.has_resource("store"))
    assert Guard(check).evaluate(PLAIN).findings == ()
    guard = Guard(check, store=MemoryStore())
    with guard.admit(PLAIN):
        pass
    assert guard.evaluate(PLAIN).action is Action.HOLD
