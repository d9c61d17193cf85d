from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.hostile import hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import Analysis, Passage, Place, Reference, read_references


def of_text(text: str) -> tuple[Reference, ...]:
    place = Place.of("text", text)
    return read_references(Passage(place, 0, len(place.plain)))


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("order A-1042", "order", "A1042"),
        ("Order no. 1042", "order", "1042"),
        ("ORDER # 1042", "order", "1042"),
        ("purchase order 4500012345", "order", "4500012345"),
        ("order number: 1042", "order", "1042"),
        ("customer number is 815", "customer", "815"),
        ("invoice no. 2024/17", "invoice", "202417"),
        ("ticket #55", "case", "55"),
        ("Case ID: 00-17", "case", "0017"),
        ("Your reference: AB/12", "reference", "AB12"),
        ("Ref.: X9", "reference", "X9"),
        ("booking (ABC123", "booking", "ABC123"),
        ("tracking no 1Z999AA10123456784", "shipment", "1Z999AA10123456784"),
        ("#12345", "", "12345"),
        ("No. 17", "", "17"),
        ("Rechnung Nr. 2024/17", "invoice", "202417"),
        ("Rechnungs-Nr.: AB-17", "invoice", "AB17"),
        ("Bestellnummer 4711", "order", "4711"),
        ("Auftragsnr. 77", "order", "77"),
        ("Kundennummer lautet 815", "customer", "815"),
        ("numéro de commande 123", "order", "123"),
        ("n° de commande : 123", "order", "123"),
        ("facture n° 123", "invoice", "123"),
        ("número de pedido: 99", "order", "99"),
        ("numero d'ordine 12", "order", "12"),
        ("fattura n. 12/2027", "invoice", "122027"),
        ("encomenda n.º 12", "order", "12"),
        ("klantnummer 12345", "customer", "12345"),
    ],
)
def test_reads_a_number_with_what_it_is_called(text: str, kind: str, key: str) -> None:
    (reference,) = of_text(f"About your {text}), which came today.")
    assert (reference.kind, reference.key) == (kind, key)
    assert reference.where.text == text
    assert reference.where.text.endswith(reference.number.text)


@pytest.mark.parametrize(
    "text",
    [
        "order 2 more", "order 2024", "case 3", "in order 10 people", "order number 1,234 fell",
        "abc#12345", "the 2nd order", "order the 2nd", "order: none", "noon 1042", "1042", "Re: 2024-17",
        "PO " + "1" * 50, "ordering 10420", "Phoenix, AZ 85001",
    ],
)  # fmt: skip
def test_other_numbers_are_no_references(text: str) -> None:
    assert of_text(text) == ()


def test_reads_several_in_one_sentence() -> None:
    found = of_text("Order 10421 and invoice 10422 (ticket #3)")
    assert [(each.kind, each.key) for each in found] == [
        ("order", "10421"), ("invoice", "10422"), ("case", "3"),
    ]  # fmt: skip


def test_subject_and_text_can_be_compared() -> None:
    message = Message.email(subject="Order A-1042", text="Your order a1042.\n> order B-9999")
    assert [each.key for each in Analysis(message).references] == ["A1042", "A1042"]


def test_what_is_rendered_shows_no_number() -> None:
    assert "1042" not in repr(of_text("order A-1042"))


_PARTS = st.sampled_from(("order", " ", "no", ".", "#", "1042", "A-", "Rechnungs", "nummer", ":"))


@given(st.lists(st.one_of(_PARTS, hostile_text), max_size=14).map("".join))
def test_references_follow_each_other(text: str) -> None:
    at = 0
    for reference in of_text(text):
        assert at <= reference.where.start < reference.where.end == reference.number.end
        at = reference.where.end
        assert any(each.isdigit() for each in reference.key)


@pytest.mark.parametrize(
    "name",
    units("references", "half references", "digits and slashes", "digits and commas"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    assert len(of_text(hostile(name))) <= 100_000


def test_real_mail_has_few_references() -> None:
    found = [each for _, analysis in sample_analyses() for each in analysis.references]
    assert len(found) < 100
