"""Whose data is in a text: `python -m benchmarks.matching.scan --size 1000000`."""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from attrs import define, field

from benchmarks.matching.mail import mails, people
from sendguard.matching import IdentifierIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@define
class Scanner:
    """One way to scan texts, and what was measured of it.

    Attributes:
        name: how it is printed.
        scan: how many identifiers it finds in some texts.
        share: which part of the texts it gets; slow ones get few.
        built: seconds that building it took.
        size: bytes for each identifier.
    """

    name: str
    scan: Callable[[Sequence[str]], int]
    share: float = 1.0
    built: float = 0.0
    size: float = 0.0
    best: float = field(default=float("inf"), init=False)
    hits: int = field(default=0, init=False)
    read: int = field(default=0, init=False)

    def run(self, texts: Sequence[str]) -> None:
        """Scan its share once."""
        mine = texts[: max(1, int(len(texts) * self.share))]
        self.read = sum(len(text.encode()) for text in mine)
        start = time.perf_counter()
        self.hits = self.scan(mine)
        self.best = min(self.best, time.perf_counter() - start)

    @property
    def speed(self) -> float:
        """Megabytes of UTF-8 a second, in the best of its rounds."""
        return self.read / self.best / 1e6


def ours(identifiers: Sequence[str], folder: str) -> list[Scanner]:
    """An index of identifiers: in a batch, in single calls, and with the pure-Python reader."""
    start = time.perf_counter()
    path = f"{folder}/identifiers-{len(identifiers)}"
    pairs = ((identifier, str(number // 4)) for number, identifier in enumerate(identifiers))
    index = IdentifierIndex.build(path, pairs)
    built = time.perf_counter() - start
    os.environ["SENDGUARD_NO_EXTENSIONS"] = "1"
    plain = IdentifierIndex.open(path)
    os.environ["SENDGUARD_NO_EXTENSIONS"] = "0"
    index.verify()
    size = Path(path).stat().st_size / len(identifiers)
    return [
        Scanner(
            "sendguard, batch", lambda texts: _count(index.scan_batch(texts)), 1.0, built, size
        ),
        Scanner("sendguard, one by one", lambda texts: _count(map(index.scan, texts))),
        Scanner("sendguard, pure Python", lambda texts: _count(map(plain.scan, texts)), 0.05),
    ]


def _count(found: object) -> int:
    return sum(map(len, found))  # type: ignore[call-overload] # an iterable of lists


def flashtext(identifiers: Sequence[str]) -> Scanner:
    """flashtext2, which knows the identifiers as they are written, in any case."""
    from flashtext2 import KeywordProcessor

    before, start = psutil.Process().memory_info().rss, time.perf_counter()
    processor = KeywordProcessor(case_sensitive=False)
    for identifier in identifiers:
        processor.add_keyword(identifier)
    built = time.perf_counter() - start
    size = (psutil.Process().memory_info().rss - before) / len(identifiers)
    return Scanner(
        "flashtext2", lambda texts: _count(map(processor.extract_keywords, texts)), 1.0, built, size
    )


def hyperscan(identifiers: Sequence[str]) -> Scanner:
    """Hyperscan, with each identifier as a literal in any case, of which whole words count.

    With word boundaries in the patterns it takes minutes to compile so many.
    """
    import hyperscan as hs

    distinct = [identifier.encode() for identifier in dict.fromkeys(identifiers)]
    start = time.perf_counter()
    database = hs.Database()
    database.compile(
        expressions=distinct,
        ids=list(range(len(distinct))),
        elements=len(distinct),
        flags=hs.HS_FLAG_CASELESS,
        literal=True,
    )
    built = time.perf_counter() - start
    hits: list[int] = []

    def note(number: int, _start: int, end: int, _flags: int, text: bytes) -> None:
        before = end - len(distinct[number]) - 1
        if not text[before : before + 1].isalnum() and not text[end : end + 1].isalnum():
            hits.append(number)

    def scan(texts: Sequence[str]) -> int:
        hits.clear()
        for text in texts:
            raw = text.encode()
            database.scan(raw, match_event_handler=note, context=raw)
        return len(hits)

    size = len(hs.dumpb(database)) / len(distinct)
    return Scanner("Hyperscan", scan, 1.0, built, size)


def compete(title: str, scanners: Sequence[Scanner], texts: Sequence[str], rounds: int) -> None:
    """Let all scan the texts in turn, and print a table against the first."""
    gc.disable()
    for _ in range(rounds):
        for scanner in scanners:
            scanner.run(texts)
    gc.enable()
    print(f"\n{title}")
    print(f"{'':26}{'MB/s':>8}{'ratio':>8}{'build':>9}{'bytes':>8}{'hits':>9}")
    for scanner in scanners:
        print(
            f"{scanner.name:26}{scanner.speed:8.1f}{scanners[0].speed / scanner.speed:7.1f}x"
            f"{scanner.built:8.1f}s{scanner.size:8.0f}{scanner.hits:9}"
        )


def main() -> None:
    """Print one table for all identifiers, and one for few names against Hyperscan."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--few", type=int, default=20_000)
    parser.add_argument("--texts", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without", action="append", default=[], help="a peer to leave out")
    options = parser.parse_args()
    known = people(options.size // 4)
    identifiers = [identifier for person in known for identifier in person.identifiers]
    texts = mails(known, options.texts)
    with tempfile.TemporaryDirectory() as folder:
        scanners = ours(identifiers, folder)
        if "flashtext2" not in options.without:
            scanners.append(flashtext(identifiers))
        compete(f"{options.size:,} identifiers", scanners, texts, options.rounds)
        del scanners
        # Plain words, as they stand in the texts: both must find the same.
        names = list(dict.fromkeys(person.name for person in known))[: options.few]
        wanted = set(names)
        mentioned = mails([each for each in known if each.name in wanted], options.texts)
        scanners = ours(names, folder)
        if "hyperscan" not in options.without:
            scanners.append(hyperscan(names))
        compete(f"{len(names):,} names", scanners, mentioned, options.rounds)


if __name__ == "__main__":
    main()
