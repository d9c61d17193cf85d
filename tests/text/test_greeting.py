from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import hostile_text
from tests.text.hostile import hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import (
    Analysis,
    Greeting,
    Place,
    read_greeting,
    read_quoting,
    vocabulary,
)
from sendguard.text._greeting import _may_begin, _phrase, _salutation


def of_text(text: str) -> Greeting | None:
    return read_greeting(read_quoting(Place.of("text", text)).new)


def shown(greeting: Greeting | None) -> tuple[str, str | None, str | None] | None:
    if greeting is None:
        return None
    addressee, name = greeting.addressee, greeting.name
    return greeting.where.text, addressee and addressee.text, name and name.text


@pytest.mark.parametrize(
    ("line", "addressee", "name"),
    [
        ("Dear Ms Long,", "Ms Long", "Long"),
        ("Dear Mr. J. Long,", "Mr. J. Long", "J. Long"),
        ("Dear Ann Long:", "Ann Long", "Ann Long"),
        ("Hi Ann", "Ann", "Ann"),
        ("Hi ann,", "ann", "ann"),
        ("Hello Ann and Bob!", "Ann and Bob", "Ann and Bob"),
        ("Good morning Ann -", "Ann", "Ann"),
        ("Hey Jean-Luc,", "Jean-Luc", "Jean-Luc"),
        ("Dear Ludwig van Beethoven,", "Ludwig van Beethoven", "Ludwig van Beethoven"),
        ("  *Dear Ann,*", "Ann", "Ann"),
        ("Dear rich old fool,", "rich old fool", "rich old fool"),
        ("Dear [name],", "[name]", "[name]"),
        ("Sehr geehrte Frau Prof. Dr. Lang,", "Frau Prof. Dr. Lang", "Lang"),
        ("Sehr geehrter Herr Groß!", "Herr Groß", "Groß"),
        ("Liebe Änne,", "Änne", "Änne"),
        ("Chère Mme Dupont,", "Mme Dupont", "Dupont"),
        ("Bonjour M. Dupont,", "M. Dupont", "Dupont"),
        ("Estimada Sra. López:", "Sra. López", "López"),
        ("Estimado/a Ana:", "Ana", "Ana"),
        ("Gentile Dott.ssa Rossi,", "Dott.ssa Rossi", "Rossi"),
        ("Prezado Sr. Silva,", "Sr. Silva", "Silva"),
        ("Olá Inês,", "Inês", "Inês"),
        ("Geachte heer Jansen,", "heer Jansen", "Jansen"),
        ("Geachte mevrouw de Vries,", "mevrouw de Vries", "Vries"),
    ],
)
def test_reads_whom_a_line_greets(line: str, addressee: str, name: str) -> None:
    greeting = shown(of_text(f"{line}\n\nwe have your order.\n"))
    assert greeting is not None
    assert greeting[1:] == (addressee, name)


@pytest.mark.parametrize(
    "line",
    [
        "Dear customer,", "Dear Valued Customer,", "Hi all", "Hi there,", "Hello everyone!",
        "Dear Sir or Madam,", "Dear Sir/Madam,", "Hi team,", "Ladies and gentlemen,",
        "Sehr geehrte Damen und Herren,", "Liebe Kundin, lieber Kunde,", "Hallo zusammen,",
        "Bonjour à tous,", "Cher client,", "Madame, Monsieur,", "Hola a todos:", "Estimado cliente:",
        "Gentile cliente,", "Ciao a tutti,", "Prezado cliente,", "Beste klant,", "Hallo allemaal,",
        "To whom it may concern,", "Hello,", "Guten Tag,", "Hi!",
    ],
)  # fmt: skip
def test_a_generic_greeting_names_nobody(line: str) -> None:
    greeting = of_text(f"{line}\n\nwe have your order.\n")
    if line.startswith("Ladies"):
        assert greeting is None  # is no form of address followed by a name
    else:
        assert greeting is not None
        assert greeting.is_generic


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hi Ann, thank you for your order.", ("Hi Ann", "Ann", "Ann")),
        ("Hello Ann thank you for writing to us.", ("Hello Ann", "Ann", "Ann")),
        ("hi ann, thank you for your order.", ("hi ann", "ann", "ann")),
        ("hi ann marie! Thank you.", ("hi ann marie", "ann marie", "ann marie")),
        ("Ann,\n\nyes.", ("Ann", "Ann", "Ann")),
        ("Ann Long -\nyes.", ("Ann Long", "Ann Long", "Ann Long")),
        ("Your order 42\n\nDear Ann,\nyes.", ("Dear Ann", "Ann", "Ann")),
    ],
)
def test_reads_a_greeting_beside_other_text(text: str, found: tuple[str, str, str]) -> None:
    assert shown(of_text(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your order.",
        "Welcome to the club",
        "Willkommen bei uns",
        "Dearest memories are made of this.",
        "hello from berlin, where it rains",
        "hi just a short note, we are late",
        "Hi-fi systems on sale",
        "hello is what one says to people who come in through the door",
        "One\nTwo\nThree\nFour\nFive\nSix\nDear Ann,",
        "> Dear Ann,\nYes.",
        "",
    ],
)
def test_finds_no_greeting_where_there_is_none(text: str) -> None:
    assert of_text(text) is None


def test_spans_point_into_the_part() -> None:
    text = "\u200bDear \u200bAnn,"
    greeting = of_text(text)
    assert greeting is not None
    assert greeting.name is not None
    start, end = greeting.name.span or (0, 0)
    assert text[start:end] == "Ann"


def test_an_analysis_reads_text_and_html() -> None:
    message = Message.email(text="Dear Ann,\nx", html="<p>Dear <b>Bob</b>,<p>x")
    names = [each.name and each.name.text for each in Analysis(message).greetings]
    assert names == ["Ann", "Bob"]


_BEGINNINGS = [*vocabulary("greetings")["salutations"], *vocabulary("greetings")["phrases"]]


def _in_odd_letters(text: str) -> list[str]:
    """The same as an expression without regard to case reads it."""
    odd = (
        ("i", "\u0131"),
        ("i", "\u0130"),
        ("k", "\u212a"),
        ("s", "\u017f"),
        (" ", "\t"),
        (" ", "\xa0"),
    )
    return [text.upper(), text.title(), *(text.replace(usual, each) for usual, each in odd)]


@pytest.mark.parametrize("name", ["salutations", "phrases"])
def test_two_letters_rule_out_no_greeting(name: str) -> None:
    pattern = {"phrases": _phrase(), "salutations": _salutation()}[name]
    lines = [f"{odd}, x" for each in vocabulary("greetings")[name] for odd in _in_odd_letters(each)]
    assert any(map(pattern.match, lines))
    assert all(_may_begin(name, line[:2].lower()) for line in lines if pattern.match(line))


@given(hostile_text)
def test_any_text_has_a_greeting_inside_it_or_none(text: str) -> None:
    greeting = of_text(f"Dear {text}")
    if greeting is not None:
        where = greeting.where
        assert where.start < where.end
        for inner in (greeting.addressee, greeting.name):
            assert inner is None or where.start <= inner.start < inner.end <= where.end


@pytest.mark.parametrize(
    "name",
    units("greetings", "half greetings", "names", "dots"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    passage = Place.of("text", hostile(name))
    new = [*read_quoting(Place.of("text", "x")).new]
    text = new[0].__class__(passage, 0, len(passage.plain))
    found = read_greeting([text])
    assert found is None or len(found.where.text) < 200


def test_real_mail_greets_with_short_words() -> None:
    greetings = [each for _, analysis in sample_analyses() for each in analysis.greetings]
    assert len(greetings) > 10
    assert all(len(each.where.text) < 40 for each in greetings)
