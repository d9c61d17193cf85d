from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import contexts, messages

from sendguard import Action, Context, Guard, Message, checks
from sendguard.checks import Case
from sendguard.text import Analysis

GUARD = Guard(checks.unsubscribe())
MARKETING = Context(purpose="marketing")
URI = {"List-Unsubscribe": "<https://shop.example/u/1>"}
MAILTO = {"List-Unsubscribe": "<mailto:leave@shop.example>"}
POST = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
LINK = '<p>Buy now.</p><p><a href="https://shop.example/u/1">Unsubscribe</a></p>'


def action(context: Context = MARKETING, **fields: object) -> Action:
    decision = GUARD.evaluate(Message.email(**({"to": "a@b.example"} | fields)), context)
    assert {f.code for f in decision.findings} <= {"consent.no-unsubscribe"}
    return decision.action


def test_a_mailing_without_a_way_out_is_held():
    assert action(text="Buy now.") is Action.HOLD
    assert action(html="<p>Buy now.</p>") is Action.HOLD


def test_one_click_in_the_header_is_enough():
    assert action(text="Buy now.", headers=URI | POST) is Action.ALLOW
    both = {"list-unsubscribe": "<mailto:x@shop.example>, <https://shop.example/u>"}
    assert action(text="Buy now.", headers=both | POST) is Action.ALLOW


@pytest.mark.parametrize(
    "headers",
    [
        URI,
        MAILTO | POST,
        {"List-Unsubscribe": "<http://shop.example/u>"} | POST,
        URI | {"List-Unsubscribe-Post": "yes"},
    ],
)
def test_what_is_not_one_click_needs_a_link_in_the_text_too(headers):
    assert action(text="Buy now.", headers=headers) is Action.WARN
    assert action(html=LINK, headers=headers) is Action.ALLOW


def test_a_header_without_an_address_in_brackets_is_none():
    bare = {"List-Unsubscribe": "https://shop.example/u"}
    assert action(text="Buy now.", headers=bare | POST) is Action.HOLD


@pytest.mark.parametrize(
    "html",
    [
        LINK,
        'To unsubscribe, click <a href="https://shop.example/u/1">here</a>.',
        '<a href="https://shop.example/unsubscribe?id=1">Leave this list</a>',
        '<a href="https://shop.example/a">Newsletter abbestellen</a>',
        '<a href="https://shop.example/a">Se désabonner</a>',
        '<a href="https://shop.example/a">Darse de baja</a>',
        '<a href="https://shop.example/a">Annulla l’iscrizione</a>',
        '<a href="https://shop.example/a">Uitschrijven</a>',
        '<a href="https://shop.example/a">Cancelar inscrição</a>',
        '<a href="https://shop.example/a">Manage your preferences</a>',
    ],
)
def test_a_visible_link_alone_is_half_of_it(html):
    assert action(html=html) is Action.WARN
    assert action(html=html, headers=MAILTO) is Action.ALLOW


@pytest.mark.parametrize(
    "html",
    [
        "<p>You can unsubscribe in our shop.</p>",
        f'<div style="display:none">{LINK}</div><p>Buy now.</p>',
        '<p>We never let you unsubscribe.</p><p>' + "Buy. " * 60 + '<a href="https://x.example">x</a></p>',
    ],
)  # fmt: skip
def test_a_word_without_a_link_that_is_shown_is_no_way_out(html):
    assert action(html=html) is Action.HOLD


@pytest.mark.parametrize(
    "text",
    [
        "Buy now.\n\nUnsubscribe: https://shop.example/u/1",
        "To unsubscribe, write to leave@shop.example.",
        "Abmelden: mailto:leave@shop.example",
    ],
)
def test_in_plain_text_the_word_stands_beside_an_address(text):
    assert action(text=text) is Action.WARN
    assert action(text=text, headers=URI) is Action.ALLOW


@pytest.mark.parametrize(
    "purpose", [None, "transactional", "service-notice", "internal", "personal"]
)
def test_mail_of_another_purpose_is_not_looked_at(purpose):
    assert action(Context(purpose=purpose), text="Buy now.") is Action.ALLOW


def test_text_messages_and_templates_of_a_provider_are_not_looked_at():
    assert not GUARD.evaluate(Message.sms(to="+441632960001", text="Buy"), MARKETING).findings
    assert action(template="spring") is Action.ALLOW


@given(messages(), contexts)
def test_no_message_makes_it_raise(message, context):
    for _ in checks.unsubscribe().find(Case(message, context, Analysis(message))):
        pass


@pytest.mark.parametrize("unit", ["unsubscribe ", "mailto:", "a@", "a.", "-"])
def test_a_megabyte_of_anything_is_looked_at(unit):
    text = unit * (1_000_000 // len(unit))
    GUARD.evaluate(Message.email(to="a@b.example", text=text), MARKETING)
    GUARD.evaluate(
        Message.email(to="a@b.example", text=text, headers={"List-Unsubscribe": text}), MARKETING
    )
