"""``sendguard demo``: the stories told, each through a real SMTP server."""

from __future__ import annotations

import os
import smtplib
import sys
from collections.abc import Sequence
from typing import Final, Literal

from attrs import frozen

from sendguard.adapters import smtp
from sendguard.cli._fault import say
from sendguard.cli._loopback import HOST, Postbox, loopback
from sendguard.cli._outcome import Delivery, Outcome
from sendguard.cli._screen import Screen
from sendguard.cli._telling import JsonTeller, Teller, TextTeller
from sendguard.cli.stories import STORIES, Mail, Story
from sendguard.errors import MessageNotSent
from sendguard.guard import Guard

AS_TOLD: Final = 0
NOT_AS_TOLD: Final = 1
MISUSED: Final = 2


@frozen
class DemoOptions:
    """What was asked for on the command line; `story` is a name or the number of an incident."""

    story: str | None = None
    list: bool = False
    format: Literal["text", "json"] = "text"


def demo(options: DemoOptions) -> int:
    """Tell the stories that were asked for, and return the exit code."""
    stories = STORIES
    if options.story is not None:
        stories = tuple(s for s in STORIES if options.story in (s.name, s.incident))
    if not stories:
        known = sorted({s.name for s in STORIES} | {s.incident for s in STORIES if s.incident})
        say(f"there is no story {options.story!r}; use one of {', '.join(known)}")
        return MISUSED
    if options.list:
        for story in stories:
            sys.stdout.write(f"{story.incident or '-':<5} {story.name:<18} {story.title}\n")
        return AS_TOLD
    try:
        with loopback() as postbox:
            return _tell(stories, postbox, options)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "aiosmtpd":
            raise
        say("the demo needs an SMTP server to send to: pip install 'sendguard[demo]'")
        return MISUSED


def _tell(stories: Sequence[Story], postbox: Postbox, options: DemoOptions) -> int:
    teller: Teller
    if options.format == "json":
        teller = JsonTeller(sys.stdout)
    else:
        teller = TextTeller(sys.stdout, Screen.of(sys.stdout, os.environ))
    good = 0
    for story in stories:
        outcome = run_story(story, postbox)
        good += outcome.as_told
        teller.tell(outcome)
    teller.finish()
    return AS_TOLD if good == len(stories) else NOT_AS_TOLD


def run_story(story: Story, postbox: Postbox) -> Outcome:
    """Send the mail without and with the guard, and its twin with it."""
    guard = Guard.recommended().extended(*story.checks)
    with smtplib.SMTP(HOST, postbox.port) as session:
        unguarded = _send(session, story.mail, postbox)
    with smtp.SMTP(HOST, postbox.port, guard=guard, context=story.context) as session:
        guarded = _send(session, story.mail, postbox)
        twin = _send(session, story.twin, postbox)
    decision = guard.evaluate(story.mail.message, story.context)
    twin_decision = guard.evaluate(story.twin.message, story.context)
    return Outcome(story, unguarded, guarded, twin, decision, twin_decision)


def _send(session: smtplib.SMTP, mail: Mail, postbox: Postbox) -> Delivery:
    try:
        session.sendmail(mail.sender, mail.recipients, mail.data)
    except MessageNotSent as refusal:
        return Delivery(postbox.emptied(), refusal)
    return Delivery(postbox.emptied())
