"""The page of promises names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "promises.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_the_page_names_is_there(file, name):
    source = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^ *(?:async )?def {name or 'test_'}", source, re.MULTILINE)


def test_every_promise_names_a_test_and_a_figure():
    promises = re.findall(r"^\*\*.*?(?=^\*\*|^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert len(promises) == 25
    # How something grows is shown by a benchmark, since no test is timed.
    shown = ("- Shown by `tests/", "- Shown by `python -m benchmarks ")
    assert all(any(how in each for how in shown) and "- Figure: " in each for each in promises)
