"""The page on sendguard.testing has every public name and every mutation, in its own words."""

from __future__ import annotations

import re
from pathlib import Path

import sendguard.testing
from sendguard.policy import shipped_names
from sendguard.testing.mutations import ALL

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGE = (REFERENCE / "testing.md").read_text(encoding="utf-8")


def test_the_table_of_mutations_is_that_of_the_module():
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE)
    assert rows == [(name, each.sentence) for name, each in ALL.items()]


def test_every_public_name_is_on_the_page():
    missing = {
        name
        for name in sendguard.testing.__all__
        if not re.search(rf"(?:auto\w+:: |\.|`){name}\b", PAGE)
    }
    assert missing <= {"LAWS", "Expected", "mutations", "register"}


def test_every_shipped_policy_is_described():
    page = (REFERENCE / "shipped-policies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w-]+)` \| [^|`]*\|", page, re.MULTILINE)) >= {
        *shipped_names()
    } - {"recommended"}
