from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.announcements import ANNOUNCED, HONEST
from tests.text.hostile import hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import (
    Analysis,
    Passage,
    Place,
    Words,
    read_attachment_mentions,
    vocabulary,
)
from sendguard.text._attachments_named import _mentions, may_announce


def of_text(text: str) -> list[str]:
    place = Place.of("text", text)
    return [m.where.text for m in read_attachment_mentions(Passage(place, 0, len(place.plain)))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Please find attached the invoice.", "Please find attached"),
        ("Please find\nattached the invoice.", "Please find\nattached"),
        ("Please find the signed contract attached.", "Please find the signed contract attached"),
        ("See attached.", "See attached"),
        ("As you can see in the attachment, it broke.", "in the attachment"),
        ("Attached is the report.", "Attached is"),
        ("I have attached both forms.", "I have attached"),
        ("I’ve attached both forms.", "I’ve attached"),
        ("The invoice is attached.", "invoice is attached"),
        ("It is attached to this e-mail.", "is attached to this"),
        ("Enclosed please find our offer.", "Enclosed please find"),
        ("Anbei die Rechnung.", "Anbei"),
        ("Die Rechnung finden Sie im Anhang.", "im Anhang"),
        ("Ich sende sie als PDF im Anhang.", "im Anhang"),
        ("Siehe Anhang!", "Siehe Anhang"),
        ("Ich habe die Datei angehängt.", "habe die Datei angehängt"),
        ("In der Anlage erhalten Sie das Angebot.", "In der Anlage"),
        ("Veuillez trouver ci-joint notre devis.", "ci-joint"),
        ("La facture est en pièce jointe.", "en pièce jointe"),
        ("Je joins le contrat.", "Je joins"),
        ("Le adjunto la factura.", "Le adjunto"),
        ("Adjunto encontrará el contrato.", "Adjunto encontrará"),
        ("La factura va adjunta a este mensaje.", "adjunta a este"),
        ("In allegato la fattura.", "In allegato"),
        ("Allego il contratto.", "Allego"),
        ("Segue em anexo a fatura.", "em anexo"),
        ("In de bijlage vindt u de factuur.", "In de bijlage"),
        ("Bijgevoegd de factuur.", "Bijgevoegd"),
    ],
)
def test_reads_how_people_announce_a_file(text: str, words: str) -> None:
    (found,) = of_text(f"Dear Ann,\n\n{text}\n\nBob")
    assert found in {words, "va adjunta"}


@pytest.mark.parametrize(
    "text",
    [
        "The shelf is attached to the wall.", "We are very attached to this town.",
        "I attach no importance to it.", "We attach great value to your opinion.",
        "Could you send the file?", "Please attach your receipt.",
        "There is nothing in it, not even in the attachment.", "I have not attached anything.",
        "If you see the attached note, call.", "Thank you for the attachment you sent.",
        "Attachment theory is old.", "Die Anlage in Bonn läuft.", "Der Anhänger ist voll.",
        "Wir haben eine neue Anlage gebaut.", "Nous avons joint nos forces.", "Le joint fuit.",
        "El profesor adjunto llegó.", "L'allegro è un tempo.", "O anexo do hotel fica ao lado.",
        "What did you attach?", "You attached the wrong file.", "",
    ],
)  # fmt: skip
def test_other_uses_of_the_words_announce_nothing(text: str) -> None:
    assert of_text(text) == []


@pytest.mark.parametrize("language", ANNOUNCED)
def test_nearly_all_announcements_that_people_write_are_read(language: str) -> None:
    sentences = ANNOUNCED[language]
    missed = [sentence for sentence in sentences if not of_text(sentence)]
    assert len(missed) <= 0.05 * len(sentences), missed


@pytest.mark.parametrize("language", HONEST)
def test_no_honest_sentence_about_files_announces_one(language: str) -> None:
    assert [sentence for sentence in HONEST[language] if of_text(sentence)] == []


def test_the_tables_are_large_enough_to_say_something() -> None:
    assert sum(map(len, ANNOUNCED.values())) >= 200
    assert sum(map(len, HONEST.values())) >= 270


def test_a_mention_comes_with_its_sentence() -> None:
    message = Message.email(
        text="Hi Ann.\n\nPlease find attached the offer. Thanks.\n> see attached"
    )
    (mention,) = Analysis(message).attachments_named
    assert mention.sentence.text == "Please find attached the offer."
    assert mention.where.span == (9, 29)


def test_letters_that_grow_when_they_are_made_small_move_nothing() -> None:
    assert of_text("İİİ İPEK, Please Find ATTACHED the offer.") == ["Please Find ATTACHED"]


def test_quoted_text_and_signatures_announce_nothing() -> None:
    message = Message.email(
        text="Thanks.\n-- \nsee attached\n\nOn 3 May 2027, Ann wrote:\n> See attached."
    )
    assert Analysis(message).attachments_named == ()


_PARTS = st.sampled_from(("please", " ", "find", "attached", "the", "not", ".", "\n", "anbei"))


@given(st.lists(st.one_of(_PARTS, hostile_text), max_size=20).map("".join))
def test_each_sentence_announces_once_at_most(text: str) -> None:
    place = Place.of("text", text)
    mentions = read_attachment_mentions(Passage(place, 0, len(place.plain)))
    assert len({mention.sentence.start for mention in mentions}) == len(mentions)
    for mention in mentions:
        assert mention.sentence.start <= mention.where.start < mention.where.end
        assert mention.where.end <= mention.sentence.end


@pytest.mark.parametrize(
    "name",
    units("announcements", "quoted lines", "abbreviations"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    assert len(of_text(f"attached {hostile(name)}")) <= 50_000


@pytest.mark.parametrize("unit", ["please find ", "habe ", "find a b c d ", "attach "])
def test_reads_a_megabyte_of_beginnings(unit: str) -> None:
    assert of_text(unit * (1_000_000 // len(unit))) == []


def test_real_mail_without_attachments_announces_almost_none() -> None:
    without = [a for _, a in sample_analyses() if not a.message.attachments]
    announcing = [analysis for analysis in without if analysis.attachments_named]
    assert len(without) > 400
    assert len(announcing) < 0.01 * len(without)


@given(
    st.lists(
        st.one_of(
            hostile_text,
            st.sampled_from([*vocabulary("attachments")["stems"], ".", "\n"]),
            st.sampled_from([each for said in ANNOUNCED.values() for each in said]),
        )
    ),
    st.sampled_from(["", " "]),
)
@example(["Mit dieser Mail schicke ich das Protokoll."], "")
@example(["Die Kopie liegt dieser Mail bei."], "")
@example(["Photos en P.J."], "")
def test_nothing_is_announced_in_a_text_that_has_no_words_for_it(pieces, between):
    place = Place.of("text", between.join(pieces))
    passage = Passage(place, 0, len(place.plain))
    announced = tuple(_mentions(passage, vocabulary("attachments")["stems"]))
    assert read_attachment_mentions(passage) == announced
    assert may_announce([Words(passage)]) or not announced


@pytest.mark.parametrize("stem", vocabulary("attachments")["stems"])
def test_each_word_for_an_attachment_is_looked_for(stem):
    place = Place.of("text", f"an{stem}s. ")
    assert may_announce([Words(Passage(place, 0, len(place.plain)))])


def test_a_text_without_such_words_announces_nothing():
    place = Place.of("text", "Your parcel is on its way: the first of p. j is not in it.")
    assert not may_announce([Words(Passage(place, 0, 40))])
