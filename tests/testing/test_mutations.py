"""Each mutation makes a wrong send of a good one, always the same one, and a guard sees it."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendguard import Action, Context, Finding, Guard, Message, checks
from sendguard.errors import ConfigurationError
from sendguard.matching import Contact
from sendguard.model import Decision
from sendguard.policy import shipped_names
from sendguard.stores import MemoryStore
from sendguard.testing import Send, contexts, messages, mutations, sends
from sendguard.testing.mutations import ALL, Mutation, mutation, shift_rows

EVERY = pytest.mark.parametrize("mutation", ALL.values(), ids=list(ALL))
EVERYTHING = (
    *(checks.header_injection(), checks.addresses(), checks.look_alikes(), checks.placeholders()),
    *(checks.empty_subject(), checks.empty_body(), checks.customer_binding(), checks.near_miss()),
    *(checks.namesake(), checks.domain_typos(), checks.greeting(), checks.dummy_text()),
    *(checks.attachments_announced(), checks.facts(), checks.contradictions(), checks.promises()),
    *(checks.links(), checks.sensitive_data(), checks.internal_only(), checks.thread()),
    checks.duplicate(within="1d"),
)


def caught(mutation: Mutation, send: Send, wrong: Send) -> Action:
    guard = Guard(*EVERYTHING, directory=wrong.directory, store=MemoryStore())
    if mutation.again:
        with guard.admit(send.message, send.context):
            pass
    return mutation.caught_by(guard.evaluate(wrong.message, wrong.context))


@EVERY
@given(messages(), contexts(), st.integers(0, 2**32))
@settings(max_examples=30)
def test_a_mutation_takes_any_message_and_changes_it_or_says_that_it_does_not_apply(
    mutation, message, context, seed
):
    send = Send(message, context)
    wrong = mutation(send, Random(seed))
    assert wrong is None or isinstance(wrong, Send)
    if wrong is not None and not mutation.again:
        assert (wrong.message, wrong.context) != (send.message, send.context)


@EVERY
@given(sends(), st.integers(0, 2**32))
@settings(max_examples=20)
def test_the_same_numbers_give_the_same_wrong_send(mutation, send, seed):
    assert mutation(send, Random(seed)) == mutation(send, Random(seed))


# How many of a hundred wrong letters the checks of all families find, at the least. What is
# missing, and why, stands in docs/explanation/accuracy.md.
LEAST = {
    "swap_recipient": 95, "add_foreign_cc": 95, "leave_placeholder": 80, "fill_with_nothing": 60,
    "swap_greeting": 80, "drop_attachment": 90, "misprice": 80, "wrong_weekday": 90,
    "slip_in_address": 90, "mistype_domain": 90, "look_alike_address": 90, "inject_header": 100,
    "empty": 100, "repeat": 100, "quote_internal": 90, "reply_all": 90, "leak_identifier": 95,
    "add_secret": 90, "staging_link": 90, "promise_rashly": 90, "dummy_text": 80,
}  # fmt: skip


@pytest.mark.parametrize("name", LEAST)
def test_the_checks_find_the_wrong_letters(name, letters):
    found = [
        caught(ALL[name], send, wrong)
        for number, send in enumerate(letters)
        if (wrong := ALL[name](send, Random(number))) is not None
    ]
    assert len(found) >= 30
    assert 100 * sum(action >= Action.WARN for action in found) >= LEAST[name] * len(found)


@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_policies_let_good_letters_pass_with_and_without_a_directory(name, letters):
    for send in letters[:40]:
        bare = Guard.from_toml(name)
        full = Guard.from_toml(name, directory=send.directory, store=MemoryStore())
        assert bare.evaluate(send.message).findings == ()
        assert full.evaluate(send.message, send.context).action is Action.ALLOW


MARIA = Contact("1", "north", "Maria Lopez", ("maria@north.example",), ("+44 7700 900101",))
OTTO = Contact("2", "south", "Otto Vogel", ("otto@south.example",), ("+44 7700 900102",))
LETTER = Send(
    Message.email(
        sender="The Shop <service@shop.example>",
        to="Maria Lopez <maria@north.example>",
        subject="Your order",
        text="Dear Maria,\n\nit costs 29.90 EUR.\n\nKind regards\nAnn\n",
        html="<html><body><p>Dear Maria,</p><p>it costs 29.90 EUR.</p></body></html>",
    ),
    Context(customer="north"),
    [MARIA, OTTO],
)


def wrong_ones(change: Mutation, send: Send = LETTER) -> list[Message]:
    made = (change(send, Random(seed)) for seed in range(60))
    return [each.message for each in made if each is not None]


def test_the_swapped_recipient_is_another_customer_with_his_name():
    (found,) = {message.to for message in wrong_ones(mutations.swap_recipient)}
    assert [(each.address, each.name) for each in found] == [("otto@south.example", "Otto Vogel")]


def test_who_knows_nobody_gets_strangers_to_err_with_and_nothing_of_theirs_to_leak():
    bare = Send(LETTER.message)
    assert {contact.customer for contact in bare.others()} == {"stranger-1", "stranger-2"}
    assert wrong_ones(mutations.swap_recipient, bare)
    assert wrong_ones(mutations.leak_identifier, bare) == []


def test_the_only_customer_is_mixed_up_with_nobody():
    alone = Send(LETTER.message, LETTER.context, [MARIA])
    assert wrong_ones(mutations.swap_recipient, alone) == []
    assert wrong_ones(mutations.swap_greeting, alone) == []


def test_text_and_html_are_wrong_in_the_same_way():
    for message in wrong_ones(mutations.swap_greeting):
        assert message.text.startswith("Dear Otto Vogel,\n\nit costs")
        assert "<p>Dear Otto Vogel,</p><p>it" in message.html
    for message in wrong_ones(mutations.promise_rashly):
        promise = message.text.split("\n\n")[1]
        assert f"<p>Dear Maria,</p><p>{promise}</p>" in message.html


def test_fields_are_left_in_subject_greeting_body_and_link():
    made = wrong_ones(mutations.leave_placeholder)
    plain = LETTER.message
    assert any(message.subject != plain.subject for message in made)
    assert any(not message.text.startswith("Dear Maria,") for message in made)
    assert any("https://shop.example/confirm?id=" in message.text for message in made)
    assert any("Your order number" in message.text for message in made)
    assert len({message.text + message.subject for message in made}) > 30


def test_a_price_is_wrong_where_the_caller_knows_the_right_one():
    made = [mutations.misprice(LETTER, Random(seed)) for seed in range(60)]
    assert any("it costs 2990 EUR" in each.message.text for each in made)
    assert any("for 100 pieces" in each.message.text for each in made)
    assert all(set(each.context.facts) == {"price"} for each in made)


def test_cards_pass_their_check_digit():
    cards = [m for m in wrong_ones(mutations.add_secret) if "charged" in m.text]
    guard = Guard(checks.sensitive_data(kinds=["card-number"]))
    assert len(cards) > 10
    assert all(guard.evaluate(message).action is Action.HOLD for message in cards)


def test_what_stays_in_the_house_is_not_exposed():
    inside = LETTER.with_message(
        LETTER.message.replace(recipients=Message.email(to="ben@shop.example").recipients)
    )
    for change in (mutations.reply_all, mutations.quote_internal, mutations.staging_link):
        assert wrong_ones(change, inside) == []
        assert wrong_ones(change) != []


def test_rows_that_slipped_keep_their_readers_and_lose_their_words():
    other = Send(
        LETTER.message.replace(
            recipients=Message.email(to="Otto Vogel <otto@south.example>").recipients,
            text="Dear Otto,\n\nit costs 5 EUR.",
        ),
        Context(customer="south"),
        [MARIA, OTTO],
    )
    first, second = shift_rows([LETTER, other], Random(0))
    assert first.message == other.message.replace(recipients=LETTER.message.recipients)
    assert first.context == LETTER.context
    assert second.message.text == LETTER.message.text
    assert shift_rows([LETTER], Random(0)) == shift_rows([LETTER, LETTER], Random(0)) == ()


def test_a_mutation_says_how_a_decision_caught_it():
    def decision(code: str) -> Decision:
        finding = Finding(code=code, action=Action.HOLD, message="No.")
        return Guard(checks.rule("test.it")(lambda message, context: finding)).evaluate(
            LETTER.message
        )

    assert mutations.wrong_weekday.caught_by(decision("fact.weekday")) is Action.HOLD
    assert mutations.wrong_weekday.caught_by(decision("fact.sum")) is Action.ALLOW
    assert mutations.misprice.caught_by(decision("fact.sum")) is Action.HOLD


def test_mutations_of_ones_own_have_a_name_a_sentence_and_families():
    @mutation("shop.voucher")
    def spend_twice(send: Send, random: Random) -> Send | None:
        """A voucher is given twice."""
        return send.with_message(send.message.replace(subject="Voucher, voucher"))

    assert (spend_twice.name, spend_twice.sentence) == ("spend_twice", "A voucher is given twice.")
    assert spend_twice(LETTER, Random(0)).message.subject == "Voucher, voucher"
    assert repr(spend_twice) == "mutations.spend_twice"
    with pytest.raises(ConfigurationError, match="no finding code"):
        mutation("Voucher")


def test_all_has_them_by_name():
    assert all(name == each.name and each.sentence for name, each in ALL.items())
    assert {each for each in vars(mutations).values() if isinstance(each, Mutation)} == set(
        ALL.values()
    )
