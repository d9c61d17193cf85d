from __future__ import annotations

import re
from pathlib import Path

import pytest

from sendguard import Action, Guard
from sendguard.cli.stories import STORIES

PAGE = (Path(__file__).parents[2] / "docs/explanation/incidents.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### ([\w-]+): (.+?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_every_incident_has_one_entry():
    assert {name for name in SECTIONS if re.fullmatch(r"I-\d\d", name)} == {
        f"I-{number:02}" for number in range(1, 31)
    }
    assert len(re.findall(r"^### ", PAGE, re.MULTILINE)) == len(SECTIONS)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_entry_of_a_story_names_it_and_the_code_that_stops_it(story):
    entry = SECTIONS[story.incident or story.name]
    decision = (
        Guard.recommended().extended(*story.checks).evaluate(story.mail.message, story.context)
    )
    least = Action.WARN if story.warns else Action.HOLD
    codes = {each.code for each in decision.findings if each.action >= least}
    assert codes
    assert all(f"`{code}`" in entry for code in codes)
    if story.incident:
        assert f"`{story.name}`" in entry


def test_an_entry_claims_something_or_says_that_it_comes_later():
    for name, entry in SECTIONS.items():
        claims = re.search(r"`[a-z]+\.[a-z-]+`", entry) is not None
        assert claims is not ("*Comes later.*" in entry), name
