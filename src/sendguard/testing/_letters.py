"""Letters as an honest business writes them, put together from data/letters.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final
from zlib import crc32

from attrs import frozen
from hypothesis import strategies as st

from sendguard.canonical import fold_name
from sendguard.matching import Contact
from sendguard.model import Channel, Message, Recipient

SENDER: Final = "The Shop <service@shop.example>"


@frozen
class Person:
    """Somebody who is written to."""

    given: str
    family: str
    language: str

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def address(self) -> str:
        """The e-mail address, made of the name."""
        return f"{'.'.join(fold_name(self.name).split())}@customer.example"

    @property
    def phone(self) -> str:
        """A number of those that are kept for stories (Ofcom), made of the name."""
        return f"+44 7700 900{100 + crc32(self.address.encode()) % 900}"

    @property
    def contact(self) -> Contact:
        """The entry of a directory, for a customer of its own."""
        mark = crc32(self.name.encode()) % 10**7
        return Contact(
            self.address,
            f"customer of {self.address}",
            self.name,
            (self.address,),
            (self.phone,),
            (f"K-{mark:07}",),
        )


@cache
def _data() -> dict[str, Any]:
    source = files("sendguard.testing") / "data" / "letters.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def languages() -> list[str]:
    """The languages in which letters are written."""
    return sorted(_data())


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Somebody with a name of one of the languages."""
    language = draw(st.sampled_from(languages()))
    words = _data()[language]
    return Person(
        draw(st.sampled_from(words["given"])), draw(st.sampled_from(words["family"])), language
    )


@st.composite
def letters(draw: st.DrawFn, channels: tuple[Channel, ...], to: Person | None = None) -> Message:
    """A message that is as it should be, to a person (anybody), in that person's language."""
    channel = draw(st.sampled_from(channels))
    person = draw(people()) if to is None else to
    words = _data()[person.language]
    number = draw(st.integers(1000, 9999))
    filled = {
        "given": person.given,
        "family": person.family,
        "reference": f"A-{number}",
        "amount": f"{number / 100:.2f}",
    }
    sentences = draw(
        st.lists(st.sampled_from(words["sentences"]), min_size=1, max_size=4, unique=True)
    )
    body = " ".join(sentences).format(**filled)
    if channel != "email":
        reached = person.phone if channel == "sms" else f"@{fold_name(person.given)}"
        ours = "+44 7700 900001" if channel == "sms" else "@shop"
        build = Message.sms if channel == "sms" else Message.chat
        return build(sender=ours, to=reached, text=body)
    greeting = draw(st.sampled_from(words["greetings"])).format(**filled)
    closing = draw(st.sampled_from(words["closings"]))
    text = f"{greeting}\n\n{body}\n\n{closing}\n"
    return Message.email(
        sender=SENDER,
        to=[Recipient(person.address, name=person.name)],
        subject=draw(st.sampled_from(words["subjects"])).format(**filled),
        text=text,
        html=_page(greeting, body, closing) if draw(st.booleans()) else None,
    )


def _page(greeting: str, body: str, closing: str) -> str:
    lines = "<br>".join(map(escape, closing.splitlines()))
    paragraphs = (escape(greeting), escape(body), lines)
    return f"<html><body>{''.join(f'<p>{each}</p>' for each in paragraphs)}</body></html>"
