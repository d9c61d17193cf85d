"""Near look-up: `python -m benchmarks.matching.near --size 1000000`."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.matching.data import emails, queries
from benchmarks.matching.table import Competitor, compete
from sendguard.matching import StringIndex


def ours(strings: list[str], distance: int, folder: str, engine: str) -> Competitor:
    """A string index, single calls; built natively where that is possible."""
    path = Path(folder) / f"{distance}.index"
    built = 0.0
    if not path.exists():
        start = time.perf_counter()
        StringIndex.build(path, strings, max_distance=distance)
        built = time.perf_counter() - start
    os.environ["SENDGUARD_NO_EXTENSIONS"] = "1" if engine == "python" else "0"
    index = StringIndex.open(path)
    os.environ["SENDGUARD_NO_EXTENSIONS"] = "0"
    index.verify()
    share = 1.0 if engine == "native" else 0.02
    size = path.stat().st_size / len(strings)
    return Competitor(
        f"sendguard {engine}", lambda query: index.near(query, distance), share, built, size
    )


def symspell(strings: list[str], distance: int) -> Competitor:
    """symspellpy in its default configuration."""
    from symspellpy import SymSpell, Verbosity

    before, start = psutil.Process().memory_info().rss, time.perf_counter()
    speller = SymSpell(max_dictionary_edit_distance=distance, prefix_length=7)
    for string in strings:
        speller.create_dictionary_entry(string, 1)
    built = time.perf_counter() - start
    size = (psutil.Process().memory_info().rss - before) / len(strings)
    return Competitor(
        "symspellpy",
        lambda query: speller.lookup(query, Verbosity.ALL, max_edit_distance=distance),
        0.2,
        built,
        size,
    )


def tantivy_term(strings: list[str], distance: int, folder: str) -> Competitor:
    """tantivy's fuzzy term query, one swap being one edit."""
    import tantivy

    path = Path(folder) / f"{distance}.tantivy"
    path.mkdir()
    start = time.perf_counter()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("s", stored=True, tokenizer_name="raw", index_option="basic")
    schema = builder.build()
    index = tantivy.Index(schema, path=str(path))
    writer = index.writer(256_000_000, 1)
    for string in strings:
        writer.add_document(tantivy.Document(s=string))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    built = time.perf_counter() - start
    searcher = index.searcher()
    assert searcher.num_segments == 1, "each further segment would be searched anew"

    def ask(query: str) -> list[object]:
        fuzzy = tantivy.Query.fuzzy_term_query(
            schema, "s", query, distance=distance, transposition_cost_one=True
        )
        return searcher.search(fuzzy, limit=100).hits

    size = sum(file.stat().st_size for file in path.iterdir()) / len(strings)
    return Competitor("tantivy", ask, 0.05, built, size)


def linear(strings: list[str], distance: int) -> Competitor:
    """rapidfuzz over all strings."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    return Competitor(
        "rapidfuzz, linear",
        lambda query: process.extract(
            query, strings, scorer=OSA.distance, score_cutoff=distance, limit=None
        ),
        0.001,
    )


def main() -> None:
    """Print one table for each distance."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=20_000)
    parser.add_argument("--distance", type=int, choices=(1, 2), action="append")
    parser.add_argument("--without", action="append", default=[], help="a peer to leave out")
    options = parser.parse_args()
    strings = emails(options.size)
    asked = queries(strings, options.queries)
    for distance in options.distance or (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            competitors = [
                ours(strings, distance, folder, "native"),
                ours(strings, distance, folder, "python"),
            ]
            if "symspellpy" not in options.without:
                competitors.append(symspell(strings, distance))
            if "tantivy" not in options.without:
                competitors.append(tantivy_term(strings, distance, folder))
            if "rapidfuzz" not in options.without:
                competitors.append(linear(strings, distance))
            compete(f"{options.size:,} e-mails, distance {distance}", competitors, asked)


if __name__ == "__main__":
    main()
