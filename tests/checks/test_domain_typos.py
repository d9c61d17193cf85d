from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import messages
from tests.text.sample_mail import sample_analyses

from sendguard import Guard, Message, checks
from sendguard.canonical._freemail import _FREEMAIL
from sendguard.checks._mail_domains import mail_domains

GUARD = Guard(checks.domain_typos())


def found(address: str, guard: Guard = GUARD):
    message = Message.email(to=[address], subject="Hello", text="Hi")
    return [(f.code, f.action.name) for f in guard.evaluate(message).findings]


@pytest.mark.parametrize(
    "domain",
    [
        "gmial.com", "gmal.com", "GMAIL.CON", "gmail.cmo", "gmail.co", "gamil.com", "gmai.com",
        "googlemail.con", "hotmial.com", "hotmal.com", "homail.com", "hotmail.con", "hotmail.vom",
        "outlok.com", "outlook.cmo", "yaho.com", "yahooo.com", "yahoo.xom", "iclod.com",
        "icloud.con", "comcast.ner", "gmx.dee", "wbe.de", "oragne.fr", "wandoo.fr", "libeor.it",
        "libero.itt", "t-onlin.de", "btinterent.com", "hotmial.co.uk", "aol.con", "web.ded",
    ],
)  # fmt: skip
def test_slips_that_are_known_are_held(domain):
    assert found(f"maria@{domain}") == [("address.domain-typo", "HOLD")]


@pytest.mark.parametrize(
    "domain",
    [
        "hotmaiz.com",
        "outloock.com",
        "wanadoa.fr",
        "googlemaul.com",
        "protonmaik.com",
        "hotrmail.com",
    ],
)
def test_any_other_single_slip_in_the_largest_providers_is_a_warning(domain):
    assert found(f"maria@{domain}") == [("address.domain-typo", "WARN")]


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com", "googlemail.com", "mail.com", "ymail.com", "email.com", "gmx.net", "gmx.de",
        "gmx.at", "gmx.com", "hotmail.co.uk", "hotmail.nl", "hotmail.be", "live.nl", "live.com",
        "yahoo.co.jp", "yahoo.co.in", "yahoo.ie", "yahoo.co", "proton.me", "protonmail.ch", "pm.me",
        "company.ai", "me.com", "mac.com", "web.de", "wp.pl", "qq.com", "sky.com", "me.uk",
        "orange.fr", "orange.com", "free.fr", "sfr.fr", "libero.it", "email.it", "tim.it", "iol.it",
        "outlook.de", "outlook.co.th", "outlook.jp", "icloud.com", "t-online.de", "online.de",
        "shop.example", "gail.com", "mail.shop.example", "hotelmail.com", "cloud.com", "aol.com",
        "ail.com", "web.com", "webde.com", "gmx-shop.de", "yandex.ru", "ya.ru", "duck.com", "hey.com",
        "xn--bcher-kva.example", "gmail.com.shop.example", "localhost", "con", "example.con",
    ],
)  # fmt: skip
def test_a_domain_that_exists_is_never_corrected(domain):
    assert found(f"maria@{domain}") == []


def test_no_domain_of_a_provider_stands_among_the_slips_or_is_near_enough_to_be_one():
    table = mail_domains()
    assert not set(table.typos) & (table.real | _FREEMAIL)
    for domain in table.real | _FREEMAIL:
        assert found(f"maria@{domain}") == [], domain


def test_every_slip_in_the_table_is_held_and_meant_for_a_real_domain():
    table = mail_domains()
    assert len(table.typos) > 150
    for typo, meant in table.typos.items():
        assert meant in table.real
        if "." in typo:
            assert found(f"maria@{typo}") == [("address.domain-typo", "HOLD")], typo


def test_the_finding_names_both_domains_and_not_the_person():
    message = Message.email(to=["maria.lopez@gmial.com", "b@shop.example"], subject="s", text="t")
    (finding,) = GUARD.evaluate(message).findings
    assert "gmial.com" in finding.message
    assert "gmail.com" in finding.message
    assert finding.suggestion == "Write gmail.com, if that is what is meant."
    assert "lopez" not in finding.message
    assert finding.recipient == "maria.lopez@gmial.com"


def test_the_organisations_own_domain_is_no_slip():
    assert (
        found("ann@outlock.com", Guard(checks.domain_typos(), internal_domains=["outlock.com"]))
        == []
    )
    assert found("ann@outlock.com") == [("address.domain-typo", "WARN")]


def test_numbers_and_chat_ids_have_no_domain():
    for message in (Message.sms(to=["x@gmial.com"]), Message.chat(to=["x@gmial.com"])):
        assert GUARD.evaluate(message).findings == ()


@given(messages())
def test_no_message_makes_it_fail(message):
    assert all(f.code == "address.domain-typo" for f in _own(GUARD.evaluate(message).findings))


def _own(findings):
    return [f for f in findings if f.code not in {"guard.limit-exceeded", "guard.not-evaluable"}]


def test_it_objects_to_nothing_in_honest_mail():
    objected = [
        name for name, analysis in sample_analyses() if GUARD.evaluate(analysis.message).findings
    ]
    assert len(objected) <= 1
