"""Who may send what, to how many, and how far."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard import (
    Action,
    Actor,
    ConfigurationError,
    Context,
    Guard,
    Message,
    MessageBlocked,
    MessageHeld,
    Override,
    checks,
)
from sendguard.checks import Grant
from sendguard.matching import SuppressionList
from sendguard.policy import loads

SUPPORT = Grant(actor="role:support", purposes=["transactional"], channels=["email"], recipients=2)
NEWS = Grant(actor="newsletter*", purposes=["marketing"])
HOUSE = Grant(actor="*", purposes=["internal"], domains=["shop.example"])
RULES = [SUPPORT, NEWS, HOUSE]
ANN = Actor("ann", roles=["Support"])


def mail(*to: str) -> Message:
    return Message.email(sender="shop@shop.example", to=to or ["m@north.example"], text="Hello.")


def judged(actor: Actor | str | None, purpose: str | None, message: Message, **options) -> dict:
    guard = Guard(checks.authority(RULES, **options))
    decision = guard.evaluate(message, Context(actor=actor, purpose=purpose))
    return {finding.code: finding.action for finding in decision.findings}


@pytest.mark.parametrize(
    ("actor", "purpose", "message"),
    [
        (ANN, "transactional", mail()),
        (ANN, "transactional", mail("a@x.example", "b@x.example")),
        (Actor("ANN", roles=["SUPPORT"]), "transactional", mail()),
        ("newsletter-3", "marketing", mail(*(f"p{n}@x.example" for n in range(50)))),
        ("Newsletter", "marketing", mail()),
        ("tom", "internal", mail("a@shop.example", "b@eu.shop.example")),
    ],
)
def test_what_was_granted_passes(actor, purpose, message):
    assert judged(actor, purpose, message) == {}


@pytest.mark.parametrize(
    ("actor", "purpose", "message"),
    [
        (ANN, "marketing", mail()),
        (ANN, None, mail()),
        (ANN, "transactional", Message.sms(sender="shop", to="+442079460958", text="Hello.")),
        ("ann", "transactional", mail()),
        ("tom", "marketing", mail()),
        ("support", "transactional", mail()),
        ("role:support", "transactional", mail()),
    ],
)
def test_what_nobody_granted_is_blocked(actor, purpose, message):
    assert judged(actor, purpose, message) == {"authority.denied": Action.BLOCK}


def test_more_recipients_than_usual_need_a_second_person():
    three = mail("a@x.example", "b@x.example", "c@x.example")
    assert judged(ANN, "transactional", three) == {"authority.reach": Action.HOLD}


def test_other_domains_than_usual_need_a_second_person():
    for stranger in ("m@north.example", "m@shop.example.north.example", "m@notshop.example"):
        there = mail("a@shop.example", stranger)
        assert judged("tom", "internal", there) == {"authority.reach": Action.HOLD}


def test_one_of_several_rules_must_cover_the_whole_message():
    near = Grant(actor="ann", domains=["shop.example"])
    few = Grant(actor="ann", recipients=1)
    guard = Guard(checks.authority([near, few]))
    ann = Context(actor="ann")
    assert guard.evaluate(mail("a@shop.example", "b@shop.example"), ann).findings == ()
    assert guard.evaluate(mail("a@x.example"), ann).findings == ()
    assert not guard.evaluate(mail("a@shop.example", "b@x.example"), ann).allowed


@pytest.mark.parametrize("actor", [None, "", "  "])
def test_who_is_not_named_is_held(actor):
    assert judged(actor, "internal", mail("a@shop.example")) == {
        "authority.unknown-actor": Action.HOLD
    }


class TestRevoked:
    @pytest.mark.parametrize("spelling", ["tom", "Tom", " TOM "])
    def test_whoever_was_revoked_may_send_nothing(self, spelling):
        found = judged(spelling, "internal", mail("a@shop.example"), revoked={"tom"})
        assert found == {"authority.revoked": Action.BLOCK}

    def test_he_is_stopped_at_his_next_message(self):
        revoked: set[str] = set()
        guard = Guard(checks.authority(RULES, revoked=revoked))
        context = Context(actor="tom", purpose="internal")
        guard.admit(mail("a@shop.example"), context).sent()
        revoked.add("tom")
        with pytest.raises(MessageBlocked):
            guard.admit(mail("a@shop.example"), context)

    def test_a_file_that_another_process_writes_to_stops_him(self, tmp_path):
        path = tmp_path / "revoked.list"
        SuppressionList.build(path, ["eve"])
        guard = Guard(checks.authority(RULES, revoked=SuppressionList.open(path)))
        context = Context(actor="tom", purpose="internal")
        assert guard.evaluate(mail("a@shop.example"), context).allowed
        SuppressionList.open(path).add("tom")
        assert not guard.evaluate(mail("a@shop.example"), context).allowed

    def test_one_that_cannot_be_asked_holds(self):
        class Down:
            def __contains__(self, _: object) -> bool:
                raise OSError

        found = judged("tom", "internal", mail("a@shop.example"), revoked=Down())
        assert found == {"guard.check-failed": Action.HOLD}


def test_nobody_overrides_it_by_his_own_word():
    guard = Guard(checks.authority(RULES))
    three = mail("a@x.example", "b@x.example", "c@x.example")
    context = Context(actor=ANN, purpose="transactional")
    override = Override("authority.*", by="ann", reason="I want to")
    with pytest.raises(MessageHeld):
        guard.admit(three, context, override=override)
    owners = Guard(checks.authority(RULES), overridable=["authority.reach"])
    owners.admit(three, context, override=override).sent()


@given(
    st.lists(
        st.sampled_from(["a@shop.example", "b@x.example", "c@eu.shop.example", "+44207946"]),
        max_size=4,
    ),
    st.sampled_from(["a@shop.example", "d@y.example"]),
    st.sampled_from(["tom", "ann", "newsletter1", ANN]),
    st.sampled_from(["transactional", "marketing", "internal", None]),
)
def test_a_recipient_more_never_loosens_it(to, more, actor, purpose):
    guard = Guard(checks.authority(RULES))
    context = Context(actor=actor, purpose=purpose)
    fewer = guard.evaluate(Message.email(to=to, text="Hello."), context)
    assert (
        guard.evaluate(Message.email(to=[*to, more], text="Hello."), context).action >= fewer.action
    )


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda: checks.authority([]), ConfigurationError, "empty"),
        (lambda: checks.authority(["ann"]), TypeError, "Grants"),
        (lambda: checks.authority(RULES, revoked="tom"), TypeError, "SuppressionList"),
        (lambda: Grant(actor=""), ConfigurationError, "role:name"),
        (lambda: Grant(actor="role: "), ConfigurationError, "role:name"),
        (lambda: Grant(actor="a*b"), ConfigurationError, "beginning"),
        (lambda: Grant(actor="a", purposes="sale"), ConfigurationError, "transactional"),
        (lambda: Grant(actor="a", channels=["fax"]), ConfigurationError, "sms"),
        (lambda: Grant(actor="a", recipients=0), ConfigurationError, "1 or more"),
        (lambda: Grant(actor="a", recipients=True), TypeError, "int"),
        (lambda: Grant(actor="a", domains=["no domain"]), ConfigurationError, "no domain"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_built(build, error, words):
    with pytest.raises(error, match=words):
        build()


class TestInAPolicyFile:
    FILE = """
    [[checks]]
    check = "authority"
    revoked = ["tom"]
    rules = [
      {actor = "role:support", purposes = ["transactional"], channels = ["email"], recipients = 2},
      {actor = "newsletter*", purposes = ["marketing"]},
      {actor = "*", purposes = ["internal"], domains = ["shop.example"]},
    ]
    """

    def test_it_is_read_as_it_is_built(self):
        assert loads(self.FILE).checks == (checks.authority(RULES, revoked=["tom"]),)

    def test_the_revoked_may_lie_in_a_file(self, tmp_path):
        path = tmp_path / "revoked.list"
        SuppressionList.build(path, ["tom"])
        text = self.FILE.replace('["tom"]', f'"suppression:{path}"')
        guard = Guard.from_policy(loads(text))
        context = Context(actor="tom", purpose="internal")
        assert guard.evaluate(mail("a@shop.example"), context).action is Action.BLOCK
        assert f"suppression:{path}" in guard.to_toml()

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            (
                'actors = "ann"',
                r"checks\[1\]\.rules\[1\]: unknown key 'actors'; did you mean 'actor'",
            ),
            ("actor = 3", r"checks\[1\]\.rules\[1\]\.actor: expected a text, got 3"),
            ('actor = "ann", purposes = ["sale"]', r"purposes"),
            ('purposes = ["internal"]', r"rules\[1\]: .*actor"),
            ('actor = "ann", recipients = 0', r"rules\[1\]: Grant.recipients is 0"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_place(self, wrong, words):
        with pytest.raises(ConfigurationError, match=words):
            loads(f'[[checks]]\ncheck = "authority"\nrules = [{{{wrong}}}]')
