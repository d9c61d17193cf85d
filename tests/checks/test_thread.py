"""A message and the conversation that it belongs to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from tests.checks.known_people import KnownPeople
from tests.strategies import contexts, messages

from sendguard import Action, Context, Guard, Message, checks
from sendguard.matching import Contact

GUARD = Guard(checks.thread())
INTERNAL = Guard(checks.internal_only(), internal_domains=["shop.example"])
UNTOLD = Guard(checks.internal_only())
PRIVATE = Guard(
    checks.private(),
    directory=KnownPeople(Contact("1", "north", "Maria López", ("maria@north.example",))),
    internal_domains=["shop.example"],
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
US = "Ann Long <ann@shop.example>"
BEN = "Ben Lee <ben@shop.example>"
MARIA = "Maria López <maria@north.example>"
OTTO = "Otto Vogel <otto@south.example>"

COMPLAINT = (
    "Dear Ann,\n\nthe kettle that you sent me on Monday drips from its handle whenever I pour, and "
    "I would like to have another one before the weekend.\n\nKind regards\nMaria\n"
)
REMARK = (
    "Ben,\n\nthis is the third kettle she sends back since Christmas, and every one of them came "
    "to us without a fault. What shall we tell her this time?\n\nAnn\n"
)
OLD = (
    "Dear Ann,\n\nplease cancel the flight to Lisbon on the fourth of May and tell me what you "
    "will pay back for the two seats that we had booked.\n\nOtto\n"
)
ANSWER = "Dear Maria,\n\nanother kettle leaves today.\n\nKind regards\nAnn\n"


def quoted(text: str, name: str = "Maria López") -> str:
    lines = "".join(f"> {line}\n" for line in text.splitlines())
    return f"\nOn Mon, 2 Mar 2026 at 09:00, {name} wrote:\n{lines}"


def block(sender: str, to: str, text: str = REMARK) -> str:
    return (
        f"\n-----Original Message-----\nFrom: {sender}\nSent: Monday, 2 March 2026\nTo: {to}\n"
        f"Subject: Kettle 4711\n\n{text}"
    )


def mail(sender=US, to=MARIA, subject="Re: Kettle 4711", text=ANSWER, **fields) -> Message:
    return Message.email(sender=sender, to=to, subject=subject, text=text, **fields)


def from_maria(to=US, **fields) -> Message:
    return mail(MARIA, to, "Kettle 4711", COMPLAINT, date=NOON - timedelta(hours=3), **fields)


def codes(message: Message, thread=(), guard: Guard = GUARD, **facts) -> dict[str, str]:
    facts.setdefault("internal_domains", ["shop.example"])
    facts.setdefault("now", NOON)
    decision = guard.evaluate(message, Context(thread=thread, **facts))
    return {finding.code: finding.action.label for finding in decision.findings}


def test_an_answer_that_quotes_what_it_answers_is_left_alone():
    assert codes(mail(text=ANSWER + quoted(COMPLAINT)), [from_maria()]) == {}


def test_without_a_thread_nothing_is_said():
    everywhere = mail(to=[MARIA, OTTO], text=ANSWER + quoted(OLD), subject="Flight")
    assert codes(everywhere) == {}


class TestAudience:
    def test_who_was_not_there_before_is_named(self):
        decision = GUARD.evaluate(mail(cc=OTTO), Context(thread=[from_maria()]))
        (finding,) = decision.findings
        assert (finding.code, finding.action) == ("thread.audience-grew", Action.WARN)
        assert finding.recipient == "otto@south.example"

    @pytest.mark.parametrize(
        "said",
        [
            "I am adding Otto, who knows kettles.", "I cc'ed Otto.", "(Looping in Otto Vogel.)",
            "+Otto", "Ich nehme Otto in Kopie.", "J'ajoute Otto.", "Copio a Otto.",
            "Aggiungo Otto in copia.", "Incluo o Otto.", "Ik voeg toe: Otto.",
        ],
    )  # fmt: skip
    def test_who_is_brought_in_by_name_is_meant(self, said):
        answer = mail(cc=OTTO, text=f"Dear Maria,\n\n{said}\n\nAnn\n")
        assert codes(answer, [from_maria()]) == {}

    def test_naming_somebody_brings_nobody_in(self):
        answer = mail(cc=OTTO, text="Dear Maria,\n\nOtto has one like yours.\n\nAnn\n")
        assert codes(answer, [from_maria()]) == {"thread.audience-grew": "warn"}
        answer = mail(cc=OTTO, text="Dear Maria,\n\nI am adding a kettle.\n\nAnn\n")
        assert codes(answer, [from_maria()]) == {"thread.audience-grew": "warn"}

    @pytest.mark.parametrize("to", [BEN, US, "MARIA@North.example"])
    def test_colleagues_oneself_and_other_spellings_are_no_newcomers(self, to):
        assert codes(mail(cc=to), [from_maria()]) == {}

    @pytest.mark.parametrize("subject", ["Fwd: Kettle 4711", "WG: Kettle 4711", "Fw: Kettle 4711"])
    def test_what_is_passed_on_has_new_readers(self, subject):
        assert codes(mail(to=OTTO, subject=subject), [from_maria()]) == {}

    def test_who_read_in_copy_took_part(self):
        assert codes(mail(cc=OTTO), [from_maria(cc=OTTO)]) == {}

    def test_an_exchange_of_colleagues_is_held_when_somebody_else_is_to_read_it(self):
        thread = [mail(US, BEN, "Kettle 4711", REMARK), mail(BEN, US, "Re: Kettle 4711", "No idea")]
        assert codes(mail(to=[BEN, MARIA]), thread) == {"thread.internal-exposed": "hold"}
        assert codes(mail(to=BEN), thread) == {}
        assert codes(mail(to=[BEN, MARIA]), thread, internal_domains=[]) == {
            "thread.audience-grew": "warn"
        }

    def test_even_passed_on_it_is_held(self):
        thread = [mail(US, BEN, "Kettle 4711", REMARK)]
        assert codes(mail(to=MARIA, subject="Fwd: Kettle 4711"), thread) == {
            "thread.internal-exposed": "hold"
        }

    def test_who_was_left_out_is_not_written_to_without_a_word(self):
        opened = from_maria(cc=OTTO)
        aside = mail(MARIA, US, "Re: Kettle 4711", "Between us: Otto broke it.", date=NOON)
        assert codes(mail(to=[MARIA, OTTO]), [opened, aside]) == {"thread.reply-all": "warn"}
        assert codes(mail(to=MARIA), [opened, aside]) == {}
        assert codes(mail(to=[MARIA, OTTO]), [opened]) == {}
        assert codes(mail(to=[MARIA, BEN]), [from_maria(cc=BEN), aside]) == {}
        carl = "carl@north.example"
        opened, aside = (
            from_maria(cc=[OTTO, carl]),
            aside.replace(recipients=mail(to=[US, carl]).to),
        )
        assert codes(mail(to=[MARIA, OTTO, carl]), [opened, aside]) == {}

    def test_a_note_of_a_colleague_is_not_what_is_answered(self):
        note = mail(BEN, US, "Re: Kettle 4711", "Send her another one.", date=NOON)
        assert codes(mail(), [from_maria(), note]) == {}

    def test_the_message_that_is_answered_is_the_one_that_in_reply_to_names(self):
        opened = from_maria(cc=OTTO, headers={"Message-ID": "<1@north.example>"})
        aside = mail(MARIA, US, "Re: Kettle 4711", "Between us: Otto broke it.", date=NOON)
        answer = mail(to=[MARIA, OTTO], headers={"In-Reply-To": "<1@north.example>"})
        assert codes(answer, [opened, aside]) == {}


class TestHistory:
    def test_an_older_conversation_below_is_noticed(self):
        answer = mail(text=ANSWER + quoted(OLD, "Otto Vogel"))
        assert codes(answer, [from_maria()]) == {"thread.foreign-history": "warn"}

    def test_it_is_held_when_its_author_took_no_part(self):
        answer = mail(text=ANSWER + quoted(OLD, "Otto Vogel <otto@south.example>"))
        assert codes(answer, [from_maria()]) == {"thread.foreign-history": "hold"}

    @pytest.mark.parametrize(
        "below",
        [
            quoted(COMPLAINT.replace("\n", " ")),
            quoted(COMPLAINT[:120]),
            quoted(COMPLAINT.upper()),
            quoted("Yes, we do."),
            block("Maria López <maria@north.example>", "Ann Long", COMPLAINT),
            f"\n---- Forwarded message ----\nFrom: o@south.example\nSubject: Flight\n\n{OLD}",
            "",
        ],
    )  # fmt: skip
    def test_what_the_thread_has_may_be_quoted_in_any_form(self, below):
        answer = mail(text=ANSWER + below)
        assert "thread.foreign-history" not in codes(answer, [from_maria()])

    def test_a_message_that_the_thread_lacks_may_be_quoted(self):
        first = from_maria(headers={"Message-ID": "<1@north.example>"})
        headers = {"References": "<1@north.example> <2@x.example>", "In-Reply-To": "<2@x.example>"}
        answer = mail(text=ANSWER + quoted(OLD), headers=headers)
        assert codes(answer, [first]) == {}
        headers = {"References": "<2@x.example>", "In-Reply-To": "<2@x.example>"}
        answer = mail(text=ANSWER + quoted(OLD), headers=headers)
        assert codes(answer, [first]) == {"thread.foreign-history": "warn"}

    def test_html_is_compared_with_text(self):
        html = f"<p>Dear Maria, it leaves today.</p><blockquote>{COMPLAINT}</blockquote>"
        assert codes(mail(text=None, html=html), [from_maria()]) == {}
        html = f"<p>Dear Maria, it leaves today.</p><blockquote>{OLD}</blockquote>"
        assert codes(mail(text=None, html=html), [from_maria()]) == {
            "thread.foreign-history": "warn"
        }

    def test_what_colleagues_wrote_among_themselves_is_held_below_a_mail_to_a_customer(self):
        thread = [from_maria(), mail(US, BEN, "Fwd: Kettle 4711", REMARK, date=NOON)]
        answer = mail(text=ANSWER + quoted(REMARK, "Ann Long"))
        assert codes(answer, thread) == {"thread.unseen-history": "hold"}
        assert codes(mail(text=ANSWER + quoted(COMPLAINT)), thread) == {}

    def test_what_one_customer_never_got_is_not_quoted_to_him_without_a_word(self):
        aside = mail(MARIA, US, "Re: Kettle 4711", OLD, date=NOON)
        thread = [from_maria(cc=OTTO), aside, mail(US, MARIA, text="Well.", date=NOON)]
        answer = mail(to=[MARIA, OTTO], text=ANSWER + quoted(OLD))
        found = GUARD.evaluate(answer, Context(thread=thread)).findings
        assert [(f.code, f.recipient) for f in found if "unseen" in f.code] == [
            ("thread.unseen-history", "otto@south.example")
        ]

    def test_what_was_quoted_in_a_quotation_need_not_be_in_the_thread(self):
        below = quoted(COMPLAINT + quoted(OLD, "Otto Vogel"))
        assert codes(mail(text=ANSWER + below), [from_maria()]) == {}

    def test_each_recipient_is_told_of_once(self):
        thread = [from_maria(), mail(US, OTTO, text=OLD), mail(US, BEN, text=REMARK)]
        answer = mail(text=ANSWER + quoted(REMARK) + quoted(OLD))
        found = GUARD.evaluate(answer, Context(thread=thread, internal_domains=["shop.example"]))
        assert [(f.code, f.action) for f in found.findings] == [
            ("thread.unseen-history", Action.HOLD)
        ]
        found = GUARD.evaluate(answer, Context(thread=thread[:2]))
        assert [f.action for f in found.findings if "unseen" in f.code] == [Action.WARN]

    def test_who_got_it_as_a_quotation_has_read_it(self):
        remark = mail(US, BEN, "Kettle 4711", REMARK)
        shown = mail(BEN, [US, MARIA], "Re: Kettle 4711", "See below." + quoted(REMARK))
        answer = mail(text=ANSWER + quoted(REMARK, "Ann Long"))
        assert codes(answer, [from_maria(), remark, shown]) == {}

    @pytest.mark.parametrize(
        "subject",
        ["Your flight to Lisbon", "Rechnung über zwei Sitze", "Kettle 4712", "Re: invoice 20077"],
    )
    def test_a_subject_of_another_matter_is_noticed(self, subject):
        answer = mail(subject=subject, text=ANSWER + quoted(COMPLAINT))
        assert codes(answer, [from_maria()]) == {"thread.other-subject": "warn"}

    @pytest.mark.parametrize(
        "subject",
        [
            "Kettle 4711", "AW: Kettle 4711", "RE: [EXT] Kettle 4711 (2)", "Another kettle",
            "Replacement (was: Kettle 4711)", "Re: Re: KETTLE", "", "Re:", "Antw: kettle",
            "Kettle of 2026",
        ],
    )  # fmt: skip
    def test_a_subject_of_the_same_matter_is_left_alone(self, subject):
        answer = mail(subject=subject, text=ANSWER + quoted(COMPLAINT))
        assert codes(answer, [from_maria()]) == {}

    def test_a_new_subject_for_a_new_message_is_left_alone(self):
        assert codes(mail(subject="Our summer holidays"), [from_maria()]) == {}

    def test_the_header_shows_an_answer_too(self):
        first = from_maria(headers={"Message-ID": "<1@north.example>"})
        answer = mail(subject="Our summer holidays", headers={"References": "<1@north.example>"})
        assert codes(answer, [first]) == {"thread.other-subject": "warn"}

    def test_scripts_without_spaces_are_compared_by_their_characters(self):
        first = from_maria().replace(subject="\u6ce8\u6587\u306e\u4ef6")
        answer = mail(subject="\u3054\u6ce8\u6587\u306b\u3064\u3044\u3066")
        answer = answer.replace(text=ANSWER + quoted(COMPLAINT))
        assert codes(answer, [first]) == {}


class TestCourse:
    def test_a_late_answer_is_a_warning(self):
        assert codes(mail(), deadline=NOON - timedelta(days=14)) == {"thread.late": "warn"}
        assert codes(mail(), deadline=NOON) == {}
        assert codes(mail(), deadline=NOON + timedelta(hours=2)) == {}

    def test_it_says_how_late(self):
        context = Context(now=NOON, deadline=NOON - timedelta(hours=3, minutes=5))
        (finding,) = GUARD.evaluate(mail(), context).findings
        assert "3 hours" in finding.message

    @pytest.mark.parametrize("date", [NOON, NOON.replace(tzinfo=None)])
    def test_who_has_written_since_the_draft_was_begun_is_named(self, date):
        later = mail(MARIA, US, "Re: Kettle 4711", "It has stopped.", date=date)
        begun = NOON - timedelta(minutes=20)
        assert codes(mail(), [from_maria(), later], draft_started=begun) == {
            "thread.answered": "warn"
        }
        assert codes(mail(), [from_maria()], draft_started=begun) == {}
        assert codes(mail(), [from_maria(), later], draft_started=NOON) == {}

    def test_a_colleague_who_has_answered_counts_and_oneself_does_not(self):
        begun = NOON - timedelta(minutes=20)
        ours = mail(BEN, MARIA, text="It leaves today.", date=NOON)
        assert codes(mail(), [from_maria(), ours], draft_started=begun) == {
            "thread.answered": "warn"
        }
        seen = ours.replace(headers=(("Message-ID", "<2@shop.example>"),))
        knowing = mail(headers={"References": "<1@north.example> <2@shop.example>"})
        assert codes(knowing, [from_maria(), seen], draft_started=begun) == {}
        own = mail(US, MARIA, text="It leaves today.", date=NOON)
        assert codes(mail(), [from_maria(), own], draft_started=begun) == {}


class TestInternalOnly:
    @pytest.mark.parametrize(
        "text",
        [
            "INTERNAL ONLY\n\nShe is a difficult one.",
            "Hello,\n\n[INTERNAL USE ONLY]\n\nprices below",
            "Please do not forward to the client.",
            "Please do not forward this to the\ncustomer!",
            "Don\u2019t tell the customer, but it was us.",
            "NUR INTERN\n", "Bitte nicht an den Kunden weiterleiten.",
            "CONFIDENTIEL INTERNE", "Merci de ne pas transmettre au client.",
            "Por favor, no reenviar al cliente.", "Da non inoltrare al cliente!",
            "Favor n\u00e3o encaminhar ao cliente.", "Niet doorsturen naar de klant, svp.",
            "Yes.\n\n> Do not share with the customer.\n",
        ],
    )  # fmt: skip
    def test_what_is_for_colleagues_is_held_when_it_leaves(self, text):
        assert codes(mail(text=text), guard=INTERNAL) == {"thread.internal-marker": "hold"}
        assert codes(mail(text=text, to=BEN), guard=INTERNAL) == {}
        assert codes(mail(text=text), guard=UNTOLD, internal_domains=[]) == {
            "thread.internal-marker": "warn"
        }

    @pytest.mark.parametrize(
        "subject", ["[internal] Kettle", "Re: [INTERN] Kessel", "Internal: kettle", "INTERNAL ONLY"]
    )
    def test_the_subject_may_say_so(self, subject):
        assert codes(mail(subject=subject), guard=INTERNAL) == {"thread.internal-marker": "hold"}

    @pytest.mark.parametrize(
        "text",
        ["For internal use only.\n", "Nur intern\n", "Usage interne -", "* Internal note: x"],
    )
    def test_a_label_in_small_letters_is_a_warning(self, text):
        assert codes(mail(text=text), guard=INTERNAL) == {"thread.internal-marker": "warn"}

    @pytest.mark.parametrize(
        "text",
        [
            "Our price list is for internal use only, so I cannot send it.",
            "These figures are for your internal use only.",
            "The Internal Revenue Service has written to us.",
            "Internal only DNS names do not resolve outside.",
            "Internal: 20 mm, external: 25 mm",
            "This e-mail is for its addressee only; if you are not he, please do not forward it.",
            "This message may contain privileged information and is not for distribution.",
            "Diese E-Mail ist vertraulich und nur f\u00fcr den Empf\u00e4nger bestimmt.",
            "Ce message est confidentiel et r\u00e9serv\u00e9 \u00e0 ses destinataires.",
            "Este mensaje es confidencial. No lo reenv\u00ede.",
            "Take two drops; for external use.", "For internal use (tablets) see below.",
            "Die internen Notizen schicken wir Ihnen gern.",
            "Please do not forward this offer to other customers of yours.",
            "We do not forward customers' data.", "The customer is always right.",
            "Not for resale.", "Staff only beyond this door, says the sign.",
            "Le service interne vous r\u00e9pondra.", "La medicina \u00e8 per uso interno e costa poco.",
            "Internal communications will be in touch.", "Interne Stellenausschreibung: Maler",
            "Kunden d\u00fcrfen das weitergeben.", "I would not tell the client twice.",
        ],
    )  # fmt: skip
    def test_what_only_sounds_so_is_left_alone(self, text):
        assert codes(mail(text=text), guard=INTERNAL) == {}

    def test_a_mail_between_colleagues_is_held_below_one_to_a_customer(self):
        below = block("Ann Long <ann@shop.example>", "Ben Lee <ben@shop.example>")
        assert codes(mail(text=ANSWER + below), guard=INTERNAL) == {
            "thread.internal-history": "hold"
        }
        assert codes(mail(text=ANSWER + below), guard=UNTOLD, internal_domains=[]) == {
            "thread.internal-history": "warn"
        }
        assert codes(mail(text=ANSWER + below, to=BEN), guard=INTERNAL) == {}

    def test_among_others_mail_it_is_a_warning(self):
        below = block("ann@shop.example", "ben@shop.example") + block(
            "maria@north.example", "ann@shop.example", COMPLAINT
        )
        assert codes(mail(text=ANSWER + below), guard=INTERNAL) == {
            "thread.internal-history": "warn"
        }

    @pytest.mark.parametrize(
        ("sender", "to"),
        [
            ("Maria <maria@north.example>", "Ann Long <ann@shop.example>"),
            ("Ann Long <ann@shop.example>", "Maria <maria@north.example>"),
            ("ann@shop.example", "ben@shop.example; maria@north.example"),
            ("no-reply@shop.example", "orders@shop.example"),
            ("form@shop.example", "orders@shop.example"),
            ("Ann Long", "Ben Lee"),
            ("Ann Long <ann@shop.example>", "Maria"),
        ],
    )
    def test_other_quoted_mail_is_left_alone(self, sender, to):
        assert codes(mail(text=ANSWER + block(sender, to)), guard=INTERNAL) == {}

    def test_a_private_sender_has_no_organisation(self):
        text = "INTERNAL ONLY\n"
        message = mail("ann@gmail.com", text=text)
        assert codes(message, guard=UNTOLD, internal_domains=[]) == {}
        assert codes(message.replace(sender=None), guard=UNTOLD, internal_domains=[]) == {}

    def test_the_header_may_say_so(self):
        marked = mail(headers={"Sensitivity": "Company-Confidential"})
        assert codes(marked, guard=INTERNAL) == {"thread.internal-marker": "warn"}
        assert codes(marked.replace(headers=(("Sensitivity", "Normal"),)), guard=INTERNAL) == {}


class TestPrivate:
    def test_a_personal_message_to_a_customer_is_held(self):
        assert codes(mail(), guard=PRIVATE, purpose="personal") == {
            "recipient.private-message": "hold"
        }
        assert codes(mail(to=OTTO), guard=PRIVATE, purpose="personal") == {}
        assert codes(mail(to=OTTO), guard=PRIVATE, purpose="personal", customer="south") == {
            "recipient.private-message": "hold"
        }
        assert codes(mail(to=BEN), guard=PRIVATE, purpose="personal", customer="south") == {}
        assert codes(mail(), guard=PRIVATE, purpose="transactional") == {}

    @pytest.mark.parametrize(
        "fields",
        [
            {"headers": {"Sensitivity": "Personal"}},
            {"headers": {"sensitivity": "private"}},
            {"headers": {"X-Sensitivity": "Private"}},
            {"subject": "[private] Saturday"},
            {"subject": "Re: (Privat) Samstag"},
            {"subject": "[Pers\u00f6nlich] Samstag"},
        ],
    )
    def test_what_is_marked_private_is_a_warning(self, fields):
        assert codes(mail(**fields), guard=PRIVATE) == {"recipient.private-message": "warn"}
        assert codes(mail(to=OTTO, **fields), guard=PRIVATE) == {}

    @pytest.mark.parametrize(
        "fields",
        [
            {"headers": {"Sensitivity": "Normal"}},
            {"headers": {"Sensitivity": "Company-Confidential"}},
            {"subject": "Private lessons from March"},
            {"subject": "Your personal account"},
            {"subject": "Privat- und Firmenkunden"},
            {},
        ],
    )
    def test_the_mere_word_is_no_mark(self, fields):
        assert codes(mail(**fields), guard=PRIVATE) == {}

    def test_a_conversation_of_friends_has_no_customer_in_it(self):
        friend = Message.email(sender="Kit <kit77@gmail.com>", to=US, text="Saturday?")
        assert codes(mail(), [friend], PRIVATE) == {"recipient.private-message": "warn"}
        assert codes(mail(to="kit77@gmail.com"), [friend], PRIVATE) == {}
        assert codes(mail(), [friend, from_maria()], PRIVATE) == {}
        assert codes(mail(), [friend], Guard(checks.private()), customer="north") == {}


def test_they_show_how_they_were_built():
    assert repr(checks.thread()) == "thread_audience() & thread_history() & thread_course()"
    assert repr(checks.internal_only()) == "internal_only()"
    assert repr(checks.private()) == "private()"


@settings(max_examples=50)
@given(messages(), contexts)
def test_no_message_makes_them_fail(message, context):
    guard = PRIVATE.extended(checks.thread(), checks.internal_only())
    findings = guard.evaluate(message, context).findings
    assert not any(finding.code.startswith("guard.check") for finding in findings)


@settings(max_examples=50)
@given(messages(("email",)), messages(("email",)))
def test_a_stranger_more_weakens_nothing_for_the_others(message, earlier):
    context = Context(thread=[earlier], internal_domains=["a.example"], purpose="personal")
    guard = PRIVATE.extended(checks.thread(), checks.internal_only())
    more = message.replace(
        recipients=(*message.recipients, *Message.email(bcc="zed@z.example").recipients)
    )
    before = {r.recipient: r.action for r in guard.evaluate(message, context).recipients}
    after = {r.recipient: r.action for r in guard.evaluate(more, context).recipients}
    assert all(after[address] >= action for address, action in before.items() if address in after)
