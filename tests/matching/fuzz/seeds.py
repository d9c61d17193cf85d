"""Writes the whole files that `fuzz_readers.cpp` spoils, and prints its arguments: file, queries.

Give the folder to write to, and the names of the files that shall be spoilt, if not all.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sendguard.matching import IdentifierIndex, StringIndex, SuppressionList

if TYPE_CHECKING:
    from collections.abc import Sequence

ADDRESSES = [
    *(f"{name}{number or ''}@{domain}"
      for name in ("anna.smith", "li", "jürgen.o'neil", "maria-garcia")
      for number in range(8)
      for domain in ("gmail.com", "gmial.com", "a-rather-long-name-of-a-company.example")),
    "two@signs@example.com",
    "no separator",
    "x" * 121,
    "@",
    "",
]  # fmt: skip
PHONES = [f"+4917012345{number:02}" for number in range(60)]
SLIPS = [
    "anna.smiht3@gmail.com",
    "li@gmal.com",
    "ana.smth@gmail.com",
    "jurgen.o'neil4@gmail.com",
    "maria-garcia2gmail.com",
    "maria-garcia@a-rather-long-name-of-acompany.exmple",
    "+491701234567",
    "+49170123465",
    "x" * 120,
    "two@sings@example.com",
]

# What people write, in every class of forms: words, ideographs, codes, numbers with and without a country.
VALUES = [
    *((f"{first} {last}", f"p{number}")
      for number, first in enumerate(("Anna", "José", "Ægir", "Nguyễn", "Mary Ann", "O'Brien"))
      for last in ("Smith", "de la Cruz", "Núñez-Groß", "& Sons")),
    *((f"+44 20 7946 0{number:03}", f"p{number}") for number in range(24)),
    *((f"+1 212 555 0{number:03}", f"p{number}") for number in range(8)),
    *((f"INV-{2000 + number}/17", f"c{number % 3}") for number in range(24)),
    *((f"DE8937040044053201{number:04}", f"c{number}") for number in range(8)),
    *((f"user.{number}+tag@mail-{number % 3}.example", f"c{number}") for number in range(16)),
    *(("Desk 7", f"c{number}") for number in range(40)),
    ("1042", "c1"),
    ("山田 太郎", "c2"),
    ("Ω-12\u0660", "c\udc80"),
    ("a b c d e f g h i j", "c3"),
    ("x" * 250, "c4"),
    ("ffi ﬃ ½", ""),
]  # fmt: skip
TEXTS = [
    *(value for value, _ in VALUES[::5]),
    "Dear JOSE NUNEZ GROSS, order a 1042 or inv 2003 / 17, (020) 7946-0007",
    "+44 (0)20 7946.0012 and 0044 20 7946 0013, 212-555-0003; desk-7",
    "DE89 3704 0044 0532 0100 03",
    "USER.3+TAG@mail-0.example, ana.user.3+tag@mail-0.example.com @ @@",
    "山田太郎 Ω12\u0660 aeg\u00adir smi\u200dth",
    "A B C D E F G H I J K " + "1 2 3 4 5 6 7 8 9 0 " * 3,
    "x" * 250 + "7" * 90,
    "",
]


def main(folder: Path, wanted: Sequence[str]) -> None:
    """Build one file of each kind and parameter."""
    queries, texts = folder / "queries", folder / "texts"
    queries.write_text("\n".join([*ADDRESSES[::7], *PHONES[::9], *SLIPS]), encoding="utf-8")
    texts.write_text("\n".join(TEXTS), encoding="utf-8")
    StringIndex.build(folder / "one", ADDRESSES, max_distance=1)
    StringIndex.build(folder / "two", ADDRESSES)
    StringIndex.build(folder / "phones", PHONES, split=None)
    listed = SuppressionList.build(folder / "listed", ADDRESSES * 2 + PHONES)
    listed.add("new@example.com")
    listed.discard(ADDRESSES[3])
    listed.compact()
    # One has forms of numbers in which gaps count, and one has none.
    IdentifierIndex.build(folder / "identifiers", VALUES)
    IdentifierIndex.build(folder / "names", [pair for pair in VALUES if pair[0][0].isalpha()][:24])
    asked = dict.fromkeys(("one", "two", "phones", "listed"), queries)
    asked |= dict.fromkeys(("identifiers", "names"), texts)
    for name in wanted or asked:
        print(folder / name, asked[name])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
