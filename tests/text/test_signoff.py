from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.hostile import hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import Analysis, Ending, Place, read_ending, read_quoting


def of_text(text: str) -> Ending:
    return read_ending(read_quoting(Place.of("text", text)))


def shown(ending: Ending) -> tuple[str | None, str | None]:
    sign_off = ending.sign_off
    if sign_off is None:
        return None, None
    return (
        sign_off.closing.text if sign_off.closing else None,
        sign_off.name.text if sign_off.name else None,
    )


@pytest.mark.parametrize(
    "closing",
    [
        "Kind regards", "Best", "Yours sincerely", "Cheers", "Many thanks", "Mit freundlichen Grüßen",
        "Viele Grüße", "MfG", "Cordialement", "Bien à vous", "Un saludo", "Atentamente",
        "Cordiali saluti", "Distinti saluti", "Atenciosamente", "Com os melhores cumprimentos",
        "Met vriendelijke groet", "Hoogachtend",
    ],
)  # fmt: skip
@pytest.mark.parametrize("between", [",\n", "\n\n", "\r\n", ", "])
def test_reads_the_closing_and_the_name_below_it(closing: str, between: str) -> None:
    ending = of_text(f"Dear Bob,\n\nit is done.\n\n{closing}{between}Ann Long\n")
    assert shown(ending) == (closing, "Ann Long")
    assert ending.signature is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Done.\n\nAnn", (None, "Ann")),
        ("Done.\n- Ann", (None, "Ann")),
        ("Done.\n\nRegards", ("Regards", None)),
        ("Done.\n\nThanks!\nann", ("Thanks", None)),
        ("Done.\nViele Grüße aus Bonn", ("Viele Grüße", None)),
        ("Thanks for the letter.", (None, None)),
        ("Best of all: it is free.", (None, None)),
        ("Regards the second point, no.", (None, None)),
        ("It is done.", (None, None)),
        ("Ann", (None, None)),
        ("Thanks,\nthe long answer is that we do not know yet when it can be done, nor by whom, nor whether.", (None, None)),
        ("", (None, None)),
    ],
)  # fmt: skip
def test_tells_a_sign_off_from_other_last_lines(
    text: str, expected: tuple[str | None, str | None]
) -> None:
    assert shown(of_text(text)) == expected


def test_what_stands_below_the_name_is_the_signature() -> None:
    ending = of_text("Done.\n\nKind regards\n\nAnn Long\nNorthwind Ltd\n+44 1632 960961\n")
    assert shown(ending) == ("Kind regards", "Ann Long")
    assert ending.signature is not None
    assert ending.signature.text == "Northwind Ltd\n+44 1632 960961"


def test_a_signature_below_two_hyphens_is_one() -> None:
    ending = of_text("Done.\n\nAnn\n-- \nNorthwind Ltd")
    assert ending.signature is not None
    assert ending.signature.text == "-- \nNorthwind Ltd"
    assert shown(ending) == (None, "Ann")


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone", "Get Outlook for Android", "Von meinem iPhone gesendet",
        "Gesendet von Mail für Windows", "Envoyé de mon iPhone", "Enviado desde mi iPhone",
        "Inviato da iPhone", "Enviado do meu iPhone", "Verstuurd vanaf mijn iPhone",
    ],
)  # fmt: skip
def test_reads_the_lines_that_telephones_add(line: str) -> None:
    ending = of_text(f"Yes.\n\nThanks\nAnn\n\n{line}\n")
    assert ending.device is not None
    assert ending.device.text == line
    assert shown(ending) == ("Thanks", "Ann")


def test_sent_from_in_running_text_is_no_telephone() -> None:
    text = "Sent from our stock last week.\n\nOne.\n\nTwo.\n\nThree."
    assert of_text(text).device is None


def test_the_last_word_of_html_is_no_name() -> None:
    message = Message.email(html="<p>Done.<p>- Ann<p>Unsubscribe")
    assert shown(Analysis(message).endings[0]) == (None, None)
    message = Message.email(html="<p>Done.<p>Kind regards<br>Ann<p>Unsubscribe")
    assert shown(Analysis(message).endings[0]) == ("Kind regards", "Ann")


@given(st.lists(st.one_of(hostile_text, st.sampled_from(("Thanks", "Ann", "-- ")))).map("\n".join))
def test_any_text_has_an_ending_inside_it(text: str) -> None:
    quoting = read_quoting(Place.of("text", text))
    ending = read_ending(quoting)
    sign_off = ending.sign_off
    for inner in (
        ending.signature,
        ending.device,
        sign_off and sign_off.where,
        sign_off and sign_off.closing,
        sign_off and sign_off.name,
    ):
        assert inner is None or 0 <= inner.start < inner.end <= len(quoting.place.plain)


@pytest.mark.parametrize(
    "name",
    units("closings", "hyphens", "names", "quoted lines"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    assert of_text(hostile(name, 200_000) + "\n\nThanks\nAnn") is not None


def test_real_mail_ends_with_short_names() -> None:
    endings = [each for _, analysis in sample_analyses() for each in analysis.endings]
    names = [e.sign_off.name.text for e in endings if e.sign_off and e.sign_off.name]
    assert len(names) > 50
    assert all(len(name) < 25 for name in names)
