from __future__ import annotations

import pytest
from tests.matching.directory_conformance import DirectoryConformance

from sendguard.matching import Contact, MemoryDirectory
from sendguard.matching._whose import Keys, identifier_key, name_key


class TestMemoryDirectory(DirectoryConformance):
    @pytest.fixture
    def build(self):
        return lambda contacts: MemoryDirectory(contacts, default_region="GB")


def test_it_holds_contacts_alone():
    with pytest.raises(TypeError, match="str"):
        MemoryDirectory(["maria@customer.example"])  # type: ignore[list-item]  (what is refused)


def test_its_repr_shows_how_many_and_nobody():
    assert (
        repr(MemoryDirectory([Contact("a", "b", "Maria Lopez")])) == "MemoryDirectory(1 contacts)"
    )


def test_a_number_without_country_is_known_by_its_digits_where_no_region_is_given():
    directory = MemoryDirectory([Contact("a", "b", phones="01632 960961")])
    assert directory.who("(01632) 960961")
    assert [each.kind for each in directory.whose("call 01632-960961")] == ["phone"]


@pytest.mark.parametrize("value", ["1042", "12345", "A-1", "Harbour", "", "--", "x" * 65])
def test_what_is_too_short_to_be_certain_is_no_identifier(value):
    assert identifier_key(value) == ""
    assert MemoryDirectory([Contact("a", "b", identifiers=value)]).whose(f"see {value} now") == ()


@pytest.mark.parametrize("name", ["Cher", "Dr. Cher", "", "A B C D E F G"])
def test_one_word_and_more_than_six_are_no_name(name):
    assert name_key(name) == ""


@pytest.mark.parametrize(
    "unit",
    [
        "a@", "@", "a.", "Maria ", "Maria Lopez ", "1", "1 ", "+1-", "12 ", "INV-", "4111 ", "inv",
        "''", "O'", "a@b.c", "=a@", "\u0301", "\u00ad", "\ud800", "(0)", "12 Harbour ",
    ],
)  # fmt: skip
def test_a_scan_looks_at_no_more_than_a_bounded_number_of_windows_for_each_word(unit, monkeypatch):
    """Work is counted instead of time: look-ups in the sets, for a text and one twice as long."""
    counted = 0

    class Counting(frozenset):  # type: ignore[type-arg]  (of str)
        def __contains__(self, key: object) -> bool:
            nonlocal counted
            counted += 1
            return super().__contains__(key)

    keys = Keys.of(
        Counting({"maria@x.example"}),
        Counting({"+441632960961"}),
        Counting({"maria lopez"}),
        Counting({"inv20417", "12harbourroad", "4111111111111111"}),
    )
    work = []
    for size in (2_000, 4_000):
        counted = 0
        keys.marks(unit * size)
        work.append(counted)
    assert work[1] <= 2.2 * work[0] + 50
