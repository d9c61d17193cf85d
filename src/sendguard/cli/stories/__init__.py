"""The stories that the demo tells: what went wrong, the mail that did it, and its harmless twin.

They stand in docs/explanation/incidents.md too. What is data here is sent by `sendguard demo` and
judged by the tests.
"""

from sendguard.cli.stories._answers import ANSWERS
from sendguard.cli.stories._audience import AUDIENCE
from sendguard.cli.stories._conversations import CONVERSATIONS
from sendguard.cli.stories._defects import DEFECTS
from sendguard.cli.stories._enclosures import ENCLOSURES
from sendguard.cli.stories._facts import FACTS
from sendguard.cli.stories._people import PEOPLE
from sendguard.cli.stories._placeholders import PLACEHOLDERS
from sendguard.cli.stories._second_thoughts import SECOND_THOUGHTS
from sendguard.cli.stories._story import Mail, Story
from sendguard.cli.stories._tone import TONE

STORIES: tuple[Story, ...] = (
    *PLACEHOLDERS,
    *AUDIENCE,
    *DEFECTS,
    *PEOPLE,
    *FACTS,
    *ENCLOSURES,
    *CONVERSATIONS,
    *TONE,
    *ANSWERS,
    *SECOND_THOUGHTS,
)


__all__ = ["STORIES", "Mail", "Story"]
