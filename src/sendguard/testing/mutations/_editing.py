"""Small edits of a message that reach its text and its HTML alike."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from html import escape
from importlib.resources import files
from random import Random
from typing import Any, Final

from sendguard.canonical import domain_of, is_within, split_address
from sendguard.model import Context, Message
from sendguard.text import Analysis, Greeting

_BODY: Final = re.compile(r"<body\b[^<>]{0,2000}>", re.IGNORECASE)
_BLOCK_END: Final = re.compile(r"</(?:p|div|td|h[1-6])>|<br\s{0,9}/?>", re.IGNORECASE)


@cache
def _data() -> dict[str, Any]:
    source = files("sendguard.testing") / "data" / "wrongs.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def words(key: str) -> Any:
    """What is written in every language alike."""
    return _data()["any"][key]


def in_language(message: Message, context: Context, key: str) -> Any:
    """What is written in the language of the message, or in English."""
    spoken = (context.language or "").partition("-")[0].lower()
    language = spoken if spoken in _data() and spoken != "any" else Analysis(message).language
    return _data().get(language, _data()["en"])[key]


def one_of(message: Message, context: Context, key: str, random: Random) -> str:
    """One of the sentences of that name."""
    return str(random.choice(in_language(message, context, key)))


def greeting_of(message: Message) -> Greeting | None:
    """The greeting that names somebody, if there is one."""
    return next((each for each in Analysis(message).greetings if each.name is not None), None)


def house_left(message: Message) -> str | None:
    """The domain of the sender of an e-mail, where somebody outside it reads the message."""
    if message.channel != "email" or message.sender is None:
        return None
    parts = split_address(message.sender.address)
    if parts is None or all(
        is_within(domain_of(each.address), {parts[1]}) for each in message.recipients
    ):
        return None
    return parts[1]


def with_sentence(message: Message, sentence: str) -> Message:
    """The message with a paragraph more, behind its greeting or at its beginning."""
    text, html = message.text, message.html
    if text is None and html is None:
        return message.replace(text=sentence)
    greetings = {each.where.part: each for each in Analysis(message).greetings}
    if text is not None:
        greeting = greetings.get("text")
        span = greeting.where.span if greeting else None
        end = text.find("\n", span[1]) if span else -1
        before, after = (text[:end], text[end:]) if end >= 0 else ("", text)
        text = f"{before}\n\n{sentence}\n{after}" if before else f"{sentence}\n\n{after}"
    if html is not None:
        at = _behind_greeting(html, greetings.get("html"))
        html = f"{html[:at]}<p>{escape(sentence)}</p>{html[at:]}"
    return message.replace(text=text, html=html)


def _behind_greeting(html: str, greeting: Greeting | None) -> int:
    if greeting is not None:
        start = html.find(escape(greeting.where.text))
        end = _BLOCK_END.search(html, start, start + 2_000) if start >= 0 else None
        if end is not None:
            return end.end()
    body = _BODY.search(html)
    return body.end() if body else 0


def with_greeted(message: Message, name: str) -> Message | None:
    """The message with another name where it greets somebody; None where it greets nobody."""
    text, html = message.text, message.html
    for greeting in Analysis(message).greetings:
        found = greeting.addressee or greeting.name
        if found is None or greeting.name is None:
            continue
        if found.part == "text" and text is not None and found.span is not None:
            start, end = found.span
            text = text[:start] + name + text[end:]
        elif found.part == "html" and html is not None:
            html = _replaced_after(html, escape(greeting.where.text), found.text, name)
    changed = message.replace(text=text, html=html)
    return None if (text, html) == (message.text, message.html) else changed


def _replaced_after(html: str, greeting: str, old: str, new: str) -> str:
    start = html.find(greeting)
    at = html.find(escape(old), max(0, start))
    if start < 0 or at < 0:
        return html
    return html[:at] + escape(new) + html[at + len(escape(old)) :]


def with_replaced(message: Message, old: str, new: str) -> Message:
    """The message with the first place of a text replaced, in the text and in the HTML."""
    text = None if message.text is None else message.text.replace(old, new, 1)
    html = None if message.html is None else message.html.replace(escape(old), escape(new), 1)
    return message.replace(text=text, html=html)
