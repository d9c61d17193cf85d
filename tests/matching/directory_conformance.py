"""What every directory answers alike: the suite that each implementation runs.

A test class inherits `DirectoryConformance` and says in the fixture `build` how a directory is
made of contacts.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sendguard.errors import ConfigurationError
from sendguard.matching import Contact, DirectoryLike, bounded_distance

MARIA = Contact(
    "c1",
    "north",
    "Dr. Maria López",
    emails=("maria.lopez@customer.example", "M.Lopez@gmail.com"),
    phones="+44 1632 960961",
    identifiers=("INV-20417", "12 Harbour Road", "4111 1111 1111 1111"),
)
MARTA = Contact("c2", "south", "Marta Lopez", emails="marta.lopez@customer.example")
TWIN_A = Contact("c3", "south", "John Smith", emails="john@a.example", phones="01632 960962")
TWIN_B = Contact("c4", "west", "Smith, John", emails="john@b.example")
DESK = Contact("c5", "west", "", emails="office@b.example", identifiers=("INV-20417/2", "7712345"))
DIRECTORY = (DESK, TWIN_B, MARIA, TWIN_A, MARTA)

# Few letters, so that near and equal strings are common.
_small = st.text("ab", max_size=5)
_addresses = _small.map(lambda text: f"{text or 'a'}@ab.example")


def by_brute_force(addresses: list[str], wanted: str, distance: int) -> set[tuple[str, int]]:
    """Each contact's id that is near, by comparing with every one."""
    found = set()
    for number, address in enumerate(addresses):
        edits = bounded_distance(wanted, address, distance)
        if 0 < edits <= distance:
            found.add((f"c{number}", edits))
    return found


class DirectoryConformance:
    """The tests. `build` takes contacts and gives a directory whose region is GB."""

    @pytest.fixture
    def directory(self, build) -> DirectoryLike:
        return build(DIRECTORY)

    def test_it_is_a_directory(self, directory):
        assert isinstance(directory, DirectoryLike)
        assert directory.time_out is None or directory.time_out > 0

    @pytest.mark.parametrize(
        ("address", "contacts"),
        [
            ("maria.lopez@customer.example", (MARIA,)),
            (" MARIA.LOPEZ@Customer.Example. ", (MARIA,)),
            ("mlopez+news@googlemail.com", (MARIA,)),
            ("+441632960961", (MARIA,)),
            ("01632 960961", (MARIA,)),
            ("whatsapp:+44 1632 960961", (MARIA,)),
            ("+44 1632 960962", (TWIN_A,)),
            ("nobody@customer.example", ()),
            ("INV-20417", ()),
            ("Maria López", ()),
            ("", ()),
            ("@", ()),
            ("\ud800\0@x", ()),
        ],
    )
    def test_who_has_an_address_or_a_number_in_any_spelling(self, directory, address, contacts):
        assert directory.who(address) == contacts

    def test_who_gives_everybody_who_shares_an_address_by_id(self, build):
        both = [Contact(i, "north", emails="us@x.example") for i in ("b", "a")]
        assert [contact.id for contact in build(both).who("us@x.example")] == ["a", "b"]

    @pytest.mark.parametrize(
        ("address", "distance", "found"),
        [
            ("mraia.lopez@customer.example", 1, [("c1", 1)]),
            ("maria.lopez@customer.example", 2, [("c2", 1)]),
            ("maira.lopez@customer.example", 2, [("c1", 1), ("c2", 2)]),
            ("maria.lopez@custmer.exmple", 1, []),
            ("maria.lopez@custmer.exmple", 2, [("c1", 2)]),
            ("+441632960916", 1, [("c1", 1)]),
            ("+44163296096l", 1, [("c1", 1), ("c3", 1)]),
            ("m.lopez@gmail.com", 1, []),
            ("mlopez@gmail.com", 1, []),  # the same mailbox
            ("", 2, []),
        ],
    )
    def test_near_gives_those_one_or_two_edits_away_the_nearest_first(
        self, directory, address, distance, found
    ):
        misses = directory.near(address, distance)
        assert [(miss.contact.id, miss.distance) for miss in misses] == found

    def test_near_says_which_address_in_canonical_form(self, directory):
        (miss,) = directory.near("m.lopes@gmail.com", 1)
        assert miss.address == "m.lopez@gmail.com"

    @pytest.mark.parametrize("distance", [0, 3, -1])
    def test_near_refuses_other_distances(self, directory, distance):
        with pytest.raises(ConfigurationError, match="distance"):
            directory.near("maria@customer.example", distance)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(_addresses, max_size=8, unique=True), _addresses, st.sampled_from((1, 2)))
    def test_near_misses_nobody(self, build, addresses, wanted, distance):
        contacts = [Contact(f"c{n}", "x", emails=each) for n, each in enumerate(addresses)]
        misses = build(contacts).near(wanted, distance)
        found = [(miss.contact.id, miss.distance) for miss in misses]
        assert set(found) == by_brute_force(addresses, wanted, distance)
        assert found == sorted(found, key=lambda pair: (pair[1], pair[0]))

    @pytest.mark.parametrize(
        ("name", "distance", "ids"),
        [
            ("maria lopez", 0, ["c1"]),
            ("LOPEZ, Maria", 0, ["c1"]),
            ("John Smith", 0, ["c3", "c4"]),
            ("Maria Lopez", 1, ["c1", "c2"]),
            ("Mara Lopes", 1, []),
            ("Mara Lopes", 2, ["c1", "c2"]),
            ("Maria", 0, []),
            ("", 2, []),
            ("Dr.", 0, []),
        ],
    )
    def test_named_knows_names_in_any_spelling(self, directory, name, distance, ids):
        assert [contact.id for contact in directory.named(name, distance)] == ids

    def test_the_contacts_of_a_customer_come_by_id(self, directory):
        assert directory.of_customer("south") == (MARTA, TWIN_A)
        assert directory.of_customer("West") == ()

    @pytest.mark.parametrize(
        ("text", "kind", "ids"),
        [
            ("Dear Maria Lopez,", "name", ["c1"]),
            ("MARÍA LÓPEZ’s order", "name", ["c1"]),
            ("for Maria\n  Lopez.", "name", ["c1"]),
            ("John Smith", "name", ["c3", "c4"]),
            ("<Maria.Lopez@CUSTOMER.example>", "email", ["c1"]),
            ("ask mlopez+x@gmail.com.", "email", ["c1"]),
            ("https://x.example/?to=john@a.example&x=1", "email", ["c3"]),
            ("write to john@a.example.Thanks", "email", ["c3"]),
            ("tel. 01632 960-961", "phone", ["c1"]),
            ("(+44 (0)1632 960961)", "phone", ["c1"]),
            ("0044 1632 960961", "phone", ["c1"]),
            ("invoice INV-20417.", "identifier", ["c1"]),
            ("invoice inv 20417", "identifier", ["c1"]),
            ("invoice INV20417", "identifier", ["c1"]),
            ("card 4111111111111111", "identifier", ["c1"]),
            ("card 4111-1111-1111-1111", "identifier", ["c1"]),
            ("at 12 Harbour Road, Ashford", "identifier", ["c1"]),
            ("at 12 harbour\nroad", "identifier", ["c1"]),
            ("see INV-20417/2", "identifier", ["c5"]),
            ("no. 7712345 - paid", "identifier", ["c5"]),
            ("no. 7 712 345.", "identifier", ["c5"]),
        ],
    )
    def test_whose_finds_each_kind_in_its_spellings(self, directory, text, kind, ids):
        (found,) = directory.whose(text)
        assert found.kind == kind
        assert [contact.id for contact in found.contacts] == ids

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Maria",
            "Dear Ms Lopez",
            "maria lopez in small letters",
            "Maria. Then, much later, Lopez",
            "Maria, Lopez",
            "Maria and Lopez",
            "AnnaMaria Lopez",
            "Maria Lopezia",
            "xmaria.lopez@customer.example",
            "maria.lopez@customer.example.org",
            "Maria.Lopez@other.example",
            "INV-204170",
            "XINV-20417",
            "INV-2041",
            "41111111111111112",
            "112 Harbour Road",
            "12 Harbour",
            "+44 1632 9609611",
            "5501632960961",
            "1632960961-22",
            "7712345-22",
            "11/7712345",
            "order 77123456",
            "\ud800\0\u202e",
        ],
    )
    def test_whose_is_silent_about_what_is_only_like_it(self, directory, text):
        assert directory.whose(text) == ()

    def test_whose_says_where(self, directory):
        text = "An M\u00adaria Lopez und john@a.example: +441632960961!"
        found = directory.whose(text)
        assert [text[b.start : b.end] for b in found] == [
            "M\u00adaria Lopez",
            "john@a.example",
            "+441632960961",
        ]

    def test_whose_of_a_text_of_everything_names_everything_in_order(self, directory):
        random = Random(7)
        values = [value for each in DIRECTORY for value in (*each.emails, *each.identifiers)]
        for _ in range(20):
            random.shuffle(values)
            found = directory.whose(" | ".join(values))
            assert len(found) == len(values)
            spans = [(each.start, each.end) for each in found]
            assert spans == sorted(spans)

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.text(
            st.one_of(
                st.characters(exclude_categories=()),
                st.sampled_from("+-./@ \n()0123456789'’MariaLopezINV"),
            ),
            max_size=80,
        )
    )
    def test_no_text_makes_it_fail_and_places_never_overlap(self, directory, text):
        end = 0
        for each in directory.whose(text):
            assert end <= each.start < each.end <= len(text)
            end = each.end
            assert each.contacts
        directory.who(text)
        directory.near(text)
        directory.named(text, 2)

    def test_ids_are_unique(self, build):
        with pytest.raises(ConfigurationError, match="'a'"):
            build([Contact("a", "x"), Contact("a", "y")])

    def test_an_empty_directory_knows_nobody(self, build):
        empty = build([])
        assert empty.who("a@x.example") == ()
        assert empty.near("a@x.example") == ()
        assert empty.named("A B", 2) == ()
        assert empty.whose("A B a@x.example +441632960961 12 Harbour Road") == ()
