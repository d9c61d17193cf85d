"""What goes wrong with honest mail, as functions that make it happen.

Each takes a `Send` and a `random.Random`, and gives the wrong send, or None where it does not
apply. `ALL` has those for one send by name; `shift_rows` takes a batch.

>>> from random import Random
>>> from sendguard import Guard, Message
>>> letter = Message.email(to="maria@x.example", subject="Hello", text="Dear Maria,\\n\\nsee you.")
>>> wrong = dummy_text(Send(letter), Random(4))
>>> wrong.message.text
'Dear asdf,\\n\\nsee you.'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sendguard.testing.mutations._fields import (
    dummy_text,
    empty,
    fill_with_nothing,
    inject_header,
    leave_placeholder,
    repeat,
    swap_greeting,
)
from sendguard.testing.mutations._matters import (
    add_secret,
    cheer_at_grief,
    drop_attachment,
    leak_identifier,
    misprice,
    promise_rashly,
    shout,
    staging_link,
    wrong_weekday,
)
from sendguard.testing.mutations._readers import (
    add_foreign_cc,
    look_alike_address,
    mistype_domain,
    quote_internal,
    reply_all,
    shift_rows,
    slip_in_address,
    swap_recipient,
)
from sendguard.testing.mutations._send import Mutation, Send, mutation

ALL: Final[Mapping[str, Mutation]] = {
    each.name: each
    for each in (
        swap_recipient,
        add_foreign_cc,
        leave_placeholder,
        fill_with_nothing,
        swap_greeting,
        drop_attachment,
        misprice,
        wrong_weekday,
        slip_in_address,
        mistype_domain,
        look_alike_address,
        inject_header,
        empty,
        repeat,
        quote_internal,
        reply_all,
        leak_identifier,
        add_secret,
        staging_link,
        cheer_at_grief,
        shout,
        promise_rashly,
        dummy_text,
    )
}
"""The mutations of one send, by name."""

__all__ = [
    "ALL",
    "Mutation",
    "Send",
    "add_foreign_cc",
    "add_secret",
    "cheer_at_grief",
    "drop_attachment",
    "dummy_text",
    "empty",
    "fill_with_nothing",
    "inject_header",
    "leak_identifier",
    "leave_placeholder",
    "look_alike_address",
    "misprice",
    "mistype_domain",
    "mutation",
    "promise_rashly",
    "quote_internal",
    "repeat",
    "reply_all",
    "shift_rows",
    "shout",
    "slip_in_address",
    "staging_link",
    "swap_greeting",
    "swap_recipient",
    "wrong_weekday",
]
