from __future__ import annotations

import pytest

from sendguard import Action, Guard
from sendguard.cli.stories import STORIES, Story

every_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


def guard_of(story: Story) -> Guard:
    return Guard.recommended().extended(*story.checks)


@every_story
def test_the_mail_of_the_story_is_stopped_or_warned_of_for_the_reason_that_is_told(story):
    decision = guard_of(story).evaluate(story.mail.message, story.context)
    least = Action.WARN if story.warns else Action.HOLD
    families = {f.code.partition(".")[0] for f in decision.findings if f.action >= least}
    assert story.family in families
    assert decision.allowed is story.warns


@every_story
def test_its_harmless_twin_has_no_finding_at_all(story):
    assert guard_of(story).evaluate(story.twin.message, story.context).findings == ()


@every_story
def test_the_twin_differs_from_the_mail_in_one_thing(story):
    """Else it would prove nothing: the sender, the channel and most of the words are the same."""
    mail, twin = story.mail.message, story.twin.message
    assert mail.digest != twin.digest
    assert mail.sender == twin.sender
    assert mail.attachments == twin.attachments


@every_story
def test_a_story_is_told_in_two_sentences(story):
    assert story.told.count(". ") == 1
    assert story.told.endswith(".")


def test_names_are_unique():
    assert len({story.name for story in STORIES}) == len(STORIES)
