"""Whom a message greets: the one who gets it, nobody, or an insult."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.checks.greeting_examples import (
    everybody,
    greetings_of,
    letter,
    mailboxes_of,
    unusual_greetings_of,
)
from tests.checks.known_people import KnownPeople
from tests.strategies import contexts, messages
from tests.text.sample_mail import sample_analyses

from sendguard import Action, Context, Guard, Message, Recipient, checks
from sendguard.errors import ConfigurationError
from sendguard.matching import Contact

GREETING = Guard(checks.greeting())
DUMMIES = Guard(checks.dummy_text())
INSULTS = Guard(checks.offensive_greeting())
ALL = Guard(checks.greeting(), checks.dummy_text(), checks.offensive_greeting())

ANNA = Contact("1", "north", "Anna Long", ("anna@north.example",))
BEN = Contact("2", "south", "Ben Lee", ("ben@south.example",))
CARL = Contact("3", "north", "Carl Fox", ("carl@north.example",))
KNOWN = Guard(checks.greeting(), directory=KnownPeople(ANNA, BEN, CARL))


def codes(message: Message, guard: Guard = GREETING, context: Context | None = None):
    return {f.code: f.action.label for f in guard.evaluate(message, context).findings}


def test_of_letters_to_the_wrong_one_of_three_hundred_people_nearly_all_are_found():
    pick = random.Random(20260301)
    people = everybody()
    assert len({who.given for who in people}) >= 290
    found = tried = 0
    for who in people:
        (mailbox,) = pick.sample(list(mailboxes_of(who, pick)), 1)
        other = pick.choice(people)
        while who.given == other.given or who.family == other.family:
            other = pick.choice(people)
        for greeting in greetings_of(other):
            tried += 1
            found += codes(letter(mailbox, greeting)) == {"identity.greeting": "warn"}
    assert tried == 1200
    assert found >= 0.98 * tried


def test_of_letters_to_the_right_one_hardly_any_is_found():
    """Short forms, initials, titles, capitals, families first, new names in old addresses."""
    pick = random.Random(20260302)
    alarms = tried = 0
    for who in everybody():
        (mailbox,) = pick.sample(list(mailboxes_of(who, pick)), 1)
        for greeting in (*greetings_of(who), *unusual_greetings_of(who)):
            tried += 1
            alarms += bool(codes(letter(mailbox, greeting), ALL))
    assert tried > 4000
    assert alarms <= 0.005 * tried


@pytest.mark.parametrize(
    ("to", "greeting"),
    [
        ("Anna Long <anna@x.example>", "Dear Ben,"),
        ("Anna Long <anna@x.example>", "Hi Ben, thank you for your mail."),
        ("Anna Long <a77@x.example>", "Dear Mr Lee,"),
        ('"Long, Anna" <anna@x.example>', "Dear Ben Lee,"),
        ("Anna Long <anna.long@x.example>", "Dear Peter Long,"),
        ("John Smith <js@x.example>", "Dear John Miller,"),
        ("Dr. Jürgen Groß <jg@x.example>", "Sehr geehrter Herr Klein,"),
        ("anna.long@x.example", "Dear Thomas,"),
        ("Anna <a77@x.example>", "Dear Thomas,"),
        ("Иван Петров <a77@x.example>", "Dear Анна,"),
        ("Anna Long <anna@x.example>", "Dear Ben and Carl,"),
        ("Maria López <m@x.example>", "hi thomas,"),
        ("Anne-Marie Long <anne-marie.long@x.example>", "Dear Ben,"),
    ],
)
def test_somebody_else_is_greeted(to, greeting):
    assert codes(letter(to, greeting)) == {"identity.greeting": "warn"}


@pytest.mark.parametrize(
    ("to", "greeting"),
    [
        ("Anna Long <anna@x.example>", "Dear Anna and Ben,"),
        ("Anna Long <anna@x.example>", "Dear Anna & team,"),
        ("Anna Long <anna@x.example>", "Dear all,"),
        ("Anna Long <anna@x.example>", "Hi team,"),
        ("Anna Long <anna@x.example>", "Dear customer,"),
        ("Anna Long <anna@x.example>", "Dear Sir or Madam,"),
        ("Anna Long <anna@x.example>", "Dear Homeowner,"),
        ("Anna Long <anna@x.example>", "Dear Amazon Customer,"),
        ("Anna Long <anna@x.example>", "Hello World,"),
        ("Anna Long <anna@x.example>", "Dear Python user,"),
        ("Anna Long <anna@x.example>", "Hi Mum,"),
        ("Anna Long <anna@x.example>", "Liebe Eltern,"),
        ("Anna Long <anna@x.example>", "Cher client,"),
        ("Anna Long <anna@x.example>", "Queridos amigos,"),
        ("Anna Long <anna@x.example>", "Gentile Dottoressa,"),
        ("Anna Long <anna@x.example>", "Welcome to the club,"),
        ("Anna Long <anna@x.example>", "Welcome Back,"),
        ("Anna Long <anna@x.example>", "Finally,"),
        ("Anna Long <anna@x.example>", "Berlin,"),
        ("Anna Long <anna@x.example>", "hey wait, that is wrong"),
        ("Anna Long <anna@x.example>", "Hello again, it is me"),
        ("Anna Long <anna@x.example>", "Hi skippy77,"),
        ("Anna Long <anna@x.example>", "Hi TheRealAnna,"),
        ("Anna Long <anna@x.example>", "Hi AL,"),
        ("Anna Long <anna@x.example>", "Hi JP,"),
        ("Elizabeth Taylor <liz@x.example>", "Dear Betty,"),
        ("Ann Marie Fox <am@x.example>", "Hi Annmarie,"),
        ("Jean-Paul Roux <jp@x.example>", "Bonjour Jean Paul,"),
        ("J. Smith <x@x.example>", "Dear John,"),
        ("William J. Long <wjl@x.example>", "Dear James,"),
        ("Jürgen Müller <jm@x.example>", "Lieber Juergen,"),
        ("Juergen Mueller <jm@x.example>", "Sehr geehrter Herr Müller,"),
        ("Jan van der Berg <jan@x.example>", "Geachte heer Van den Berg,"),
        ("Petr Novák <petr@x.example>", "Dear Petře,"),
        ("Michael Fox <mf@x.example>", "Hi Micheal,"),
        ("Anna Foster <a77@x.example>", "Dear Ms Forster,"),
        ("Anna Forster <a77@x.example>", "Dear Ms Foster,"),
        ("Anna Hartmann <a77@x.example>", "Dear Ms Hratmann,"),
        ("Li Wei <x77@x.example>", "Dear Liwei,"),
        ("John Paul Fox <x77@x.example>", "Hi Jp,"),
        ("linux-dev@x.example", "Hi Ben,"),
        ("Catherine Fox <cf@x.example>", "Hi Katherine,"),
        ("Anna Taylor <anna.burton@x.example>", "Dear Mrs Burton,"),
        ("Maria José Silva <mj@x.example>", "Dear Maria Teresa,"),
        ("Zhang Wei <zw@x.example>", "Dear Mr. Zhang,"),
        ("Анна Сидорова <anna@x.example>", "Уважаемая Анна Петровна,"),
        ("Иван Петров <ip@x.example>", "Dear Ben,"),
        ("Γιώργος Παπάς <gp@x.example>", "Dear George,"),
        ("田中太郎 <tanaka@x.example>", "Dear Ben,"),
        ("Anna Long <info@x.example>", "Dear Ben,"),
        ("sales@x.example", "Dear Ben,"),
        ("Customer Service <cs77@x.example>", "Dear Ben,"),
        ("Acme GmbH <acme@x.example>", "Dear Ben,"),
        ("Blue Ocean <mailbox7@blueocean.example>", "Dear Ben,"),
        ("Python Users <python-users@lists.example>", "Hi Ben,"),
        ("razor-users@lists.example", "Hi Justin,"),
        ("skippy <skippy77@x.example>", "Hi Ben,"),
        ("x8877@x.example", "Dear Ben,"),
        ("anna.long@x.example", "Dear Oluwaseun,"),
        ("Mum <m77@x.example>", "Hi Ben,"),
        ("+441632960001", "Hi Ben,"),
    ],
)
def test_a_greeting_that_fits_or_says_too_little_is_left_alone(to, greeting):
    assert codes(letter(to, greeting), ALL) == {}


def test_one_of_several_recipients_is_enough():
    message = letter("Anna Long <anna@x.example>", "Dear Ben,")
    ben = Message.email(cc="Ben Lee <ben@x.example>").recipients
    assert codes(message) == {"identity.greeting": "warn"}
    assert codes(message.replace(recipients=message.recipients + ben)) == {}
    carl = Message.email(cc="Carl Fox <carl@x.example>").recipients
    assert codes(message.replace(recipients=message.recipients + carl)) != {}


def test_text_and_html_are_both_read_and_the_same_greeting_is_told_once():
    message = letter("Anna Long <anna@x.example>", "Dear Ben,")
    html = "<p>Dear <b>Ben</b>,</p><p>your parcel</p>"
    assert len(GREETING.evaluate(message.replace(html=html)).findings) == 1
    (finding,) = GREETING.evaluate(message.replace(text=None, html=html)).findings
    assert (finding.part, finding.span) == ("html", (0, 8))
    assert "Ben" in finding.message


def test_a_name_in_the_thread_counts():
    message = letter("Anna Long <a77@x.example>", "Dear Rosalind,")
    earlier = Message.email(sender="Rosalind Burton <a77@x.example>", to="shop@shop.example")
    assert codes(message) != {}
    assert codes(message, context=Context(thread=[earlier])) == {}


@pytest.mark.parametrize(
    ("to", "greeting", "found"),
    [
        ("ben@south.example", "Dear Anna Long,", {"identity.greeting": "hold"}),
        ("Anna Long <ben@south.example>", "Dear Anna,", {"identity.greeting": "hold"}),
        ("anna@north.example", "Dear Carl Fox,", {"identity.greeting": "warn"}),
        ("ben@south.example", "Dear Anna,", {"identity.greeting": "warn"}),
        ("ben@south.example", "Dear Zoltan Nagy,", {"identity.greeting": "warn"}),
        ("ben@south.example", "Dear Benjamin,", {}),
        ("ben@south.example", "Dear Mr Lee,", {}),
        ("Benedict <ben@south.example>", "Dear Benedict,", {}),
        ("unknown@x.example", "Dear Anna Long,", {}),
    ],
)
def test_the_directory_knows_people_by_name(to, greeting, found):
    assert codes(letter(to, greeting), KNOWN) == found


def test_the_likely_reader_is_named():
    (finding,) = KNOWN.evaluate(letter("ben@south.example", "Dear Anna Long,")).findings
    assert "Anna Long" in (finding.suggestion or "")
    assert "anna@north.example" not in (finding.suggestion or "")


@pytest.mark.parametrize(
    ("greeting", "action"),
    [
        ("Dear Test Test,", "hold"), ("Dear Test,", "hold"), ("Hi Test User,", "hold"),
        ("Dear Mr Test,", "hold"), ("Dear xxx,", "hold"), ("Hi XX,", "hold"),
        ("Dear asdf,", "hold"), ("Hi asdf, your parcel", "hold"), ("Hallo Asdfgh,", "hold"),
        ("Dear Foo Bar,", "hold"), ("Dear blah,", "hold"), ("Sehr geehrte Frau Muster,", "hold"),
        ("Bonjour Exemple,", "hold"), ("Hola Prueba,", "hold"), ("Dear aaa,", "hold"),
        ("Dear John Doe,", "warn"), ("Hallo Max Mustermann,", "warn"),
        ("Lieber Herr Max Mustermann,", "warn"), ("Hi Mickey Mouse,", "warn"),
        ("Caro Mario Rossi,", "warn"),
    ],
)  # fmt: skip
def test_a_dummy_is_greeted(greeting, action):
    assert codes(letter("Maria López <m@x.example>", greeting), DUMMIES) == {
        "placeholder.dummy-name": action
    }


@pytest.mark.parametrize(
    ("to", "greeting"),
    [
        ("John Doe <jd@x.example>", "Dear John Doe,"),
        ("john.doe@x.example", "Dear John Doe,"),
        ("m.muster@x.example", "Sehr geehrte Frau Muster,"),
        ("test@shop.example", "Dear Test Test,"),
        ("qa.robot@shop.example", "Dear asdf,"),
        ("Maria <m@x.example>", "Hi test team,"),
        ("Maria <m@x.example>", "Dear testers,"),
        ("Maria <m@x.example>", "Hi Bee,"),
        ("Maria <m@x.example>", "Dear Hannah,"),
        ("Maria <m@x.example>", "Dear Mr Ii,"),
        ("Maria <m@x.example>", "Hi Asa,"),
        ("Maria <m@x.example>", "Dear Dora,"),
    ],
)
def test_who_is_really_called_so_is_no_dummy(to, greeting):
    assert codes(letter(to, greeting), DUMMIES) == {}


def test_a_dummy_in_the_display_name_excuses_no_dummy_in_the_greeting():
    message = letter("Test Test <maria.lopez@x.example>", "Dear Test Test,")
    assert codes(message, DUMMIES) == {"placeholder.dummy-name": "hold"}


def test_the_subject_may_greet_too():
    message = letter("Maria <m@x.example>", "Dear Maria,")
    assert codes(message.replace(subject="Dear asdf, your parcel"), DUMMIES) == {
        "placeholder.dummy-name": "hold"
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear Maria,\n\nLorem ipsum dolor sit amet, consectetur.", {"placeholder.dummy-text": "hold"}),
        ("We say: lorem  ipsum,\ndolor sit amet", {"placeholder.dummy-text": "hold"}),
        ("Sed do eiusmod tempor incididunt ut labore", {"placeholder.dummy-text": "hold"}),
        ('It still says "Lorem ipsum dolor sit amet"', {"placeholder.dummy-text": "warn"}),
        ("News\n\n[Your text here]\n", {"placeholder.dummy-text": "warn"}),
        ("Dies ist ein Blindtext.\n", {"placeholder.dummy-text": "warn"}),
        ("We have replaced the lorem ipsum.", {}),
        ("Put your text here and press the button.", {}),
        ("Yes.\n\n> Lorem ipsum dolor sit amet", {}),
        ("Dolor sit amet, said Cicero, or nearly so.", {}),
    ],
)  # fmt: skip
def test_dummy_text_is_seen_in_what_is_new(text, found):
    assert codes(letter("Maria <m@x.example>", "").replace(text=text), DUMMIES) == found


@pytest.mark.parametrize(
    "greeting",
    [
        "Dear Rich Bastard,", "Dear rich bastard, your statement is here.", "Dear Mr Wanker,",
        "Hi idiot,", "Sehr geehrter Herr Arschloch,", "Hallo Vollidiot,", "Bonjour connard,",
        "Hola gilipollas,", "Caro stronzo,", "Hoi klootzak,", "Hola hijo de puta,",
        "Prezado otário,", "Dear BASTARD,",
    ],
)  # fmt: skip
def test_an_insult_in_the_greeting_is_held(greeting):
    assert codes(letter("Maria López <m@x.example>", greeting), INSULTS) == {
        "tone.offensive-greeting": "hold"
    }


@pytest.mark.parametrize(
    ("to", "greeting"),
    [
        ("Richard Long <rl@x.example>", "Dear Dick,"),
        ("x77@x.example", "Dear Dick,"),
        ("Fanny Price <fp@x.example>", "Dear Fanny,"),
        ("Courteney Cox <cc@x.example>", "Dear Ms Cox,"),
        ("Jean Bastard <jb@x.example>", "Cher Monsieur Bastard,"),
        ("jean.bastard@x.example", "Cher Monsieur Bastard,"),
        ("info@scunthorpe.example", "Dear people of Scunthorpe,"),
        ("Maria <m@x.example>", "Dear Maria,"),
        ("Mike Hancock <mh@x.example>", "Dear Mr Hancock,"),
        ("Gay Byrne <gb@x.example>", "Dear Gay,"),
        ("Maria <m@x.example>", "Hi all, you idiots of fortune"),
    ],
)
def test_a_name_is_no_insult(to, greeting):
    assert codes(letter(to, greeting), INSULTS) == {}


def test_an_insult_in_the_text_is_not_the_greetings_matter():
    message = letter("Maria <m@x.example>", "Dear Maria,\n\nthe bastard file is ready.")
    assert codes(message, INSULTS) == {}


def test_words_of_ones_own_replace_ours():
    guard = Guard(checks.offensive_greeting(words=["Nitpicker"]))
    assert codes(letter("Maria <m@x.example>", "Dear nitpicker,"), guard) != {}
    assert codes(letter("Maria <m@x.example>", "Dear bastard,"), guard) == {}
    with pytest.raises(ConfigurationError, match="no words"):
        checks.offensive_greeting(words=[" "])
    with pytest.raises(TypeError, match="several words"):
        checks.offensive_greeting(words="bastard")


def test_real_mail_is_left_alone():
    warned = held = count = 0
    guard = ALL.extended(checks.internal_only(), checks.thread(), checks.private())
    for _, analysis in sample_analyses():
        count += 1
        action = guard.evaluate(analysis.message).action
        warned += action is Action.WARN
        held += action >= Action.HOLD
    assert warned <= 0.003 * count
    assert held <= 0.0005 * count


def test_they_show_how_they_were_built():
    assert repr(checks.greeting()) == "greeting()"
    assert repr(checks.dummy_text()) == "dummy_text()"
    assert repr(checks.offensive_greeting()) == "offensive_greeting()"
    assert repr(checks.offensive_greeting(words=["x"])) == "offensive_greeting(words=…)"


NAMES = st.lists(
    st.sampled_from(
        ["Ann", "Ben", "Lopez", "Dr", "Mrs", "van", "de", "Jr", "PhD", "and", "&", ",", "-", "'", "Team", "Ltd",
         "x.example", "García", "7", "Md", "Ⅷ"]
    ),
    min_size=1, max_size=4,
).map(" ".join)  # fmt: skip


@given(NAMES, NAMES, NAMES, st.booleans(), st.booleans())
@example("Van", "Van Lopez Garcia", "Ben Lopez", True, False)
@example("Ann", "Ann Support", "Ben Lopez", False, False)
def test_the_first_look_at_a_greeting_accepts_nobody_else(greeted, name, other, is_to, is_thread):
    reader = Recipient("zoe@x.example", name=name)
    message = Message.email(
        sender="shop@shop.example",
        to=[Recipient("kim@y.example", name=other), *([reader] if is_to else [])],
        cc=[] if is_to else [reader],
        text=f"Dear {greeted},\n\nyour order is on its way.",
    )
    earlier = Message.email(to=[Recipient("zoe@x.example", name=other)], text="Hello.")
    context = Context(thread=[earlier] if is_thread else [])
    quick = Guard(checks.greeting()).evaluate(message, context)
    # A directory that knows nobody switches the first look off, and changes nothing else.
    slow = Guard(checks.greeting(), directory=KnownPeople()).evaluate(message, context)
    assert quick == slow


@settings(max_examples=50)
@given(messages(), contexts)
def test_no_message_makes_them_fail(message, context):
    guard = KNOWN.extended(checks.dummy_text(), checks.offensive_greeting())
    assert not any(
        f.code.startswith("guard.check") for f in guard.evaluate(message, context).findings
    )
    assert guard.evaluate(message, context).action <= Action.HOLD
