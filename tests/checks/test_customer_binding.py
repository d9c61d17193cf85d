from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks.directories import DIRECTORY
from tests.strategies import contexts, messages
from tests.text.sample_mail import sample_analyses

from sendguard import Action, Context, Guard, Message, checks
from sendguard.errors import ConfigurationError
from sendguard.matching import Contact, MemoryDirectory

GUARD = Guard(
    checks.customer_binding(DIRECTORY), internal_domains=["shop.example"], default_region="GB"
)
MARIA, PABLO = "maria.lopez@customer.example", "pablo@customer.example"
OLIVER = "oliver.quist@west.example"
OFFICE = "books@accountants.example"

OTHER, DATA, QUOTED = (
    "identity.other-customer-recipient",
    "identity.foreign-data",
    "identity.foreign-data-quoted",
)


def found(context: Context | None = None, guard: Guard = GUARD, **message):
    decision = guard.evaluate(Message.email(**message), context)
    return [(finding.code, finding.action.name) for finding in decision.findings]


# Recipients.


@pytest.mark.parametrize(
    ("message", "context"),
    [
        ({"to": [MARIA], "cc": [OLIVER]}, None),
        ({"to": [MARIA, OLIVER]}, None),
        ({"to": [MARIA], "bcc": [OLIVER]}, None),
        ({"to": [MARIA, "stranger@x.example", OLIVER]}, None),
        ({"to": [OFFICE, MARIA]}, None),
        ({"to": [OLIVER]}, Context(customer="north")),
        ({"bcc": [OLIVER]}, Context(customer="north")),
        ({"to": [MARIA], "cc": [OLIVER]}, Context(customer="north")),
        ({"to": [OFFICE]}, Context(customer="north")),
        ({"to": [OLIVER]}, Context(customer="unheard of")),
    ],
)
def test_recipients_of_two_customers_are_held(message, context):
    assert found(context, text="Hello", **message) == [(OTHER, "HOLD")]


@pytest.mark.parametrize(
    ("message", "context"),
    [
        ({"to": [MARIA, PABLO]}, None),
        ({"to": [MARIA], "cc": ["maria.lopez@gmail.com"]}, Context(customer="north")),
        ({"to": [MARIA], "cc": ["stranger@x.example"]}, Context(customer="north")),
        ({"to": [MARIA], "cc": ["clerk@shop.example"]}, None),
        ({"to": [MARIA], "bcc": ["clerk@shop.example"]}, Context(customer="north")),
        ({"to": [OFFICE, "ann.smith@east.example"]}, None),
        ({"to": [OFFICE]}, Context(customer="far")),
        ({"bcc": [MARIA, OLIVER, "ann.smith@east.example"]}, None),
        ({"to": ["news@shop.example"], "bcc": [MARIA, OLIVER]}, None),
        ({"to": ["a@x.example", "b@y.example"]}, None),
        ({}, Context(customer="north")),
    ],
)
def test_recipients_of_one_customer_colleagues_and_mailings_pass(message, context):
    assert found(context, text="Hello", **message) == []


def test_the_recipient_who_is_not_the_contexts_customer_is_named():
    message = Message.email(to=[MARIA], cc=[OLIVER], text="Hello")
    (finding,) = GUARD.evaluate(message, Context(customer="north")).findings
    assert finding.recipient == OLIVER
    assert "customer north" in finding.message
    assert "customer west" in finding.message


def test_text_messages_are_bound_too():
    message = Message.sms(to=["+441632960961", "01632 960123"], text="Hello")
    assert [f.code for f in GUARD.evaluate(message).findings] == [OTHER]
    message = Message.sms(to=["01632 960961"], text="Hello Oliver Quist, your parcel is here.")
    assert [f.code for f in GUARD.evaluate(message).findings] == [DATA]


def test_what_is_declared_shared_binds_nobody():
    for shared in (OLIVER, "@west.example", "OLIVER.QUIST@west.example"):
        guard = Guard(checks.customer_binding(DIRECTORY, shared=[shared]))
        assert found(guard=guard, to=[MARIA], cc=[OLIVER], text="Hello") == []


# Data.

FOREIGN = [
    "Dear Oliver Quist,\n\nyour parcel is here.",
    "Dear Mr Quist, Oliver:\n\nwrite to oliver.quist@west.example.",
    "We will call you on 01632 960123.",
    "We will call you on +44 (0)1632 960123.",
    "Your invoice INV-2026-0999 is attached.",
    "Your invoice inv 2026/0999 is attached.",
    "We deliver to 3 Mill Lane on Monday.",
    "We charge your card 5500-0000-0000-0004.",
    "We charge your card 5500000000000004.",
    "OLIVER QUIST\n3 MILL LANE",
    "Quist, Oliver: see oliver.quist@west.example",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_what_is_another_customers_is_held_in_text_html_and_subject(text):
    html = "<p>" + text.replace("\n", "<br>") + "</p>"
    for message in (
        {"text": text},
        {"html": html},
        {"text": "Hello", "subject": " ".join(text.split())},
    ):
        assert set(found(to=[MARIA], **message)) == {(DATA, "HOLD")}
        assert set(found(Context(customer="north"), **message)) == {(DATA, "HOLD")}


@pytest.mark.parametrize("text", FOREIGN)
def test_the_same_is_his_own(text):
    assert found(to=[OLIVER], text=text) == []
    assert found(Context(customer="west"), to=["new@west.example"], text=text) == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hello</p><div style='display:none'>For oliver.quist@west.example</div>",
        "<title>Oliver Quist</title><p>Hello</p>",
        "<p>Hello <a href='https://shop.example/?to=oliver.quist%40west.example'>here</a></p>",
        "<p>Hello <a href='https://shop.example/invoices/INV-2026-0999'>here</a></p>",
        "<p>Hello <a href='mailto:oliver.quist@west.example'>here</a></p>",
    ],
)
def test_what_html_hides_and_links_to_is_looked_at(html):
    assert found(to=[MARIA], html=html) == [(DATA, "HOLD")]


@pytest.mark.parametrize(
    "text",
    [
        "Dear Maria Lopez,\n\nyour invoice INV-2026-0417, sent to 12 Harbour Road.",
        "Dear Maria,\n\nPablo Lopez has ordered for you, too.",
        "Ann Smith of our village says hello.",
        "Ask books@accountants.example.",
        "Write to clerk@shop.example, or call 01632 960000.",
        "Ann Clerk will help you.",
        "Oliver will call you; Mr Quist is away.",
        "oliver quist is a tree",
        "Invoice INV-2026-099, 13 Mill Lane, 3 Mill Road.",
        "Hello,\n\nyour parcel is here.\n\nKind regards\nOliver Quist\n",
        "Hello,\n\nyour parcel is here.\n-- \nOliver Quist\nThe Shop\n",
        "Order 2026-0999 of 2026.",
        "Total 5500.00, 0000, 0000, 0004",
        "Call 01632 960124.",
        "Write to quist@west.example.",
    ],
)
def test_what_is_the_readers_the_houses_or_nobodys_alone_passes(text):
    assert found(to=[MARIA], text=text, sender="The Shop <clerk@shop.example>") == []


def test_the_houses_own_people_and_addresses_are_nobodys_data():
    text = "Ask Ann Clerk: clerk@shop.example, 01632 960000, or sales@shop.example."
    assert found(to=[MARIA], text=text) == []
    assert found(guard=Guard(checks.customer_binding(DIRECTORY)), to=[MARIA], text=text) == [
        (DATA, "HOLD")
    ]


def test_names_of_those_who_send_and_get_it_are_no_foreign_data():
    text = "Hello Oliver Quist,\n\nthis is Oliver Quist."
    assert found(to=[MARIA, "Oliver Quist <o@new.example>"], text=text) == []
    assert found(to=[MARIA, "oliver.quist@new.example"], text=text) == []
    assert found(to=[MARIA], sender="Oliver Quist <o@agency.example>", text=text) == []
    assert found(to=[MARIA], text=text) == [(DATA, "HOLD")]


def test_a_name_alone_counts_only_where_the_messages_customer_is_known():
    text = "Oliver Quist sang in the hall."
    assert found(to=["stranger@x.example"], text=text) == []
    assert found(Context(customer="north"), to=["stranger@x.example"], text=text) == [
        (DATA, "HOLD")
    ]
    more = f"{text} His number is +441632960123."
    assert found(to=["stranger@x.example"], text=more) == [(DATA, "HOLD")]


def test_quoted_mail_is_a_warning_and_a_name_in_it_is_none():
    quoted = "Hello\n\nOn 3 May 2026, Oliver Quist wrote:\n> My invoice is INV-2026-0999.\n"
    assert found(to=[MARIA], text=quoted) == [(QUOTED, "WARN")]
    named = "Hello\n\nOn 3 May 2026, Oliver Quist wrote:\n> See you.\n"
    assert found(to=[MARIA], text=named) == []
    both = f"Your invoice is INV-2026-0999.\n\n{named}"
    assert found(to=[MARIA], text=both) == [(DATA, "HOLD"), (QUOTED, "WARN")]


def test_colleagues_may_speak_of_customers_and_an_outsider_among_them_may_not_hear_it():
    text = "Oliver Quist has not paid INV-2026-0999."
    assert found(to=["ann@shop.example"], text=text) == []
    assert found(to=["ann@shop.example"], cc=[MARIA], text=text) == [(DATA, "HOLD")]


def test_customers_who_share_a_message_may_not_read_each_others_data():
    text = "Your invoice INV-2026-0999."
    assert set(found(to=[MARIA, OLIVER], text=text)) == {(OTHER, "HOLD"), (DATA, "HOLD")}
    assert found(bcc=[MARIA, OLIVER], text=text) == [(DATA, "HOLD")]


def test_an_office_of_several_customers_may_read_the_data_of_each():
    directory = MemoryDirectory(
        [
            Contact("a", "east", emails=OFFICE, identifiers="INV-1001"),
            Contact("b", "far", emails=OFFICE, identifiers="INV-1002"),
            Contact("c", "far", emails="far@x.example"),
        ]
    )
    guard = Guard(checks.customer_binding(directory))
    text = "Invoices INV-1001 and INV-1002"
    assert found(guard=guard, to=[OFFICE], text=text) == []
    assert found(guard=guard, to=[OFFICE, "far@x.example"], text=text) == [(DATA, "HOLD")]


@pytest.mark.parametrize(
    "shared", ["Oliver Quist", "inv-2026/0999", "+44 1632 960123", "@west.example", "3 Mill Lane"]
)
def test_what_is_declared_shared_is_nobodys_data(shared):
    text = {
        "Oliver Quist": "Dear Oliver Quist,",
        "inv-2026/0999": "INV-2026-0999",
        "+44 1632 960123": "01632 960123",
        "@west.example": "oliver.quist@west.example",
        "3 Mill Lane": "at 3 Mill Lane",
    }[shared]
    guard = Guard(checks.customer_binding(DIRECTORY, shared=[shared]), default_region="GB")
    assert found(to=[MARIA], text=text) == [(DATA, "HOLD")]
    assert found(guard=guard, to=[MARIA], text=text) == []


def test_the_finding_names_the_values_masks_numbers_and_says_where():
    text = "Dear Oliver  Quist, call 01632 960123 or write to oliver.quist@west.example."
    message = Message.email(to=[MARIA], text=text)
    (finding,) = GUARD.evaluate(message).findings
    assert finding.part == "text"
    assert finding.span is not None
    assert text[slice(*finding.span)] == "Oliver  Quist"
    assert "customer west" in finding.message
    assert "Oliver Quist, …23, o…@west.example" in finding.message


def test_a_list_of_everybody_is_told_in_a_bounded_number_of_findings():
    many = MemoryDirectory(
        [Contact(f"c{n}", f"k{n}", emails=f"person{n}@x.example") for n in range(200)]
    )
    text = ", ".join(f"person{n}@x.example" for n in range(200))
    guard = Guard(checks.customer_binding(many))
    assert found(guard=guard, to=["person0@x.example"], text=text) == [(DATA, "HOLD")] * 20


@pytest.mark.parametrize(
    ("shared", "error"),
    [("abc", TypeError), ([7], TypeError), (7, TypeError), (["x"], ConfigurationError)],
)
def test_shared_takes_values_that_a_directory_could_have(shared, error):
    with pytest.raises(error, match=r"shared|iterable"):
        checks.customer_binding(DIRECTORY, shared=shared)


def test_its_repr_shows_no_values():
    check = checks.customer_binding(shared=["Oliver Quist"])
    assert repr(check) == "customer_binding(directory=None, shared=(1 values))"
    assert check.completes
    assert check == checks.customer_binding(shared=("Oliver Quist",))


_recipients = st.lists(
    st.sampled_from((MARIA, PABLO, OLIVER, OFFICE, "clerk@shop.example", "ann.smith@far.example")),
    unique=True,
    min_size=1,
)


@given(_recipients, st.sampled_from(FOREIGN), st.sampled_from((None, "north")), st.randoms())
def test_the_order_of_recipients_changes_nothing_and_no_contact_more_weakens_it(
    to, text, customer, random
):
    context = Context(customer=customer)
    before = GUARD.evaluate(Message.email(to=to, text=text), context)
    shuffled = random.sample(to, len(to))
    assert (
        GUARD.evaluate(Message.email(to=shuffled, text=text), context).findings == before.findings
    )
    known = [address for address in to if not address.endswith("@shop.example")]
    if known:
        more = GUARD.evaluate(Message.email(to=[*to, OLIVER], text=text), context)
        assert more.action >= before.action


@given(messages(), contexts)
def test_no_message_makes_it_fail(message, context):
    decision = GUARD.evaluate(message, context)
    assert all(finding.code != "guard.check-failed" for finding in decision.findings)


def test_honest_mail_about_other_people_passes():
    """The names are common ones, each borne by one customer: the worst case."""
    given_names = ("John", "David", "Michael", "James", "Mary", "Peter", "Mark", "Paul", "Susan")
    families = ("Smith", "Brown", "Jones", "Hall", "Rogers", "Clark", "Miller", "Moore", "Lee")
    directory = MemoryDirectory(
        Contact(f"c{n}", f"k{n}", f"{first} {last}", f"c{n}@k{n}.example")
        for n, (first, last) in enumerate((f, n) for f in given_names for n in families)
    )
    guard = Guard(checks.customer_binding(directory))
    objected = [
        name for name, analysis in sample_analyses() if guard.evaluate(analysis.message).findings
    ]
    assert len(objected) <= 2


def test_swapped_fields_are_found():
    from random import Random

    from benchmarks.accuracy.binding import SEED, swapped
    from benchmarks.accuracy.people import contacts

    people = list(contacts(300, SEED))
    directory = MemoryDirectory(people, default_region="GB")
    guard = Guard(checks.customer_binding(directory))
    letters = swapped(Random(SEED), [each for each in people if each.identifiers], directory)
    for _, bad, good in (next(letters) for _ in range(150)):
        assert guard.evaluate(bad).action is Action.HOLD
        assert guard.evaluate(good).findings == ()
