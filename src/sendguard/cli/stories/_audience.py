"""Mail for other eyes."""

from __future__ import annotations

from sendguard.checks import allowed_recipients
from sendguard.cli.stories._story import Story, mail
from sendguard.model import Context

_REMINDER = (
    "Dear Maria,\n\nour invoice 4711 of 2 February has not been paid yet. Please pay it within a "
    "week,\nor answer this mail if something is wrong with it.\n\nKind regards\nThe Shop\n"
)
_NEIGHBOURS = tuple(f"customer{number}@house{number}.example" for number in range(1, 41))
_RECALL = (
    "Dear customer,\n\nplease do not use the kettle that you bought from us in January: its handle "
    "can\ncome loose. We will fetch it and pay back the price; answer this mail to say when.\n\n"
    "Kind regards\nThe Shop\n"
)


AUDIENCE: tuple[Story, ...] = (
    Story(
        name="test-system",
        incident=None,
        title="The test system that wrote to customers",
        told="A developer tried a new reminder on a copy of the production database, and the copy "
        "had the real addresses in it. The reminders went to customers who had paid long ago.",
        mail=mail(_REMINDER, subject="Reminder: invoice 4711"),
        twin=mail(_REMINDER, subject="Reminder: invoice 4711", to=("qa@shop.example",)),
        family="recipient",
        context=Context(environment="staging"),
        checks=(allowed_recipients(["shop.example"]),),
    ),
    Story(
        name="open-recipients",
        incident=None,
        title="Forty customers who now know each other",
        told="A recall had to go out quickly, and somebody pasted the whole list of customers into "
        "To instead of Bcc. Each of them learnt who the others were, and the answers to all went "
        "on for days.",
        mail=mail(_RECALL, subject="Please do not use your kettle", to=_NEIGHBOURS),
        twin=mail(_RECALL, subject="Please do not use your kettle", to=_NEIGHBOURS, hidden=True),
        family="recipient",
    ),
)
