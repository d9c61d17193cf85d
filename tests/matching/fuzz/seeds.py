"""Writes the whole files that `fuzz_readers.cpp` spoils, and prints its arguments: file, queries."""

from __future__ import annotations

import sys
from pathlib import Path

from sendguard.matching import StringIndex, SuppressionList

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


def main(folder: Path) -> None:
    """Build one file of each kind and parameter."""
    queries = folder / "queries"
    queries.write_text("\n".join([*ADDRESSES[::7], *PHONES[::9], *SLIPS]), encoding="utf-8")
    StringIndex.build(folder / "one", ADDRESSES, max_distance=1)
    StringIndex.build(folder / "two", ADDRESSES)
    StringIndex.build(folder / "phones", PHONES, split=None)
    listed = SuppressionList.build(folder / "listed", ADDRESSES * 2 + PHONES)
    listed.add("new@example.com")
    listed.discard(ADDRESSES[3])
    listed.compact()
    for name in ("one", "two", "phones", "listed"):
        print(folder / name, queries)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
