"""Time and memory grow no faster than the message, whatever is in it."""

from __future__ import annotations

import gc
import math
import time
import tracemalloc
from collections.abc import Callable

import pytest

from sendguard import Context, Guard, Message, Money, checks
from sendguard.matching import Contact, MemoryDirectory
from sendguard.model import Envelope
from sendguard.stores import MemoryStore

GUARD = Guard.recommended()
DIRECTORY = MemoryDirectory(
    [
        Contact("1", "c-1", "Ann Bell", ["b@b.example"], ["+4366012345"], ["B-99"]),
        Contact("2", "c-2", "Maria Stone", ["maria@c.example"], ["+4366054321"], ["A-1042"]),
    ]
)
# Every check that reads texts, those of `GUARD` where they have more to do here.
EVERY = Guard(
    checks.answer(),
    checks.apology(),
    checks.attachment_contents(DIRECTORY),
    checks.attachments_announced(),
    checks.brusque(),
    checks.contradictions(),
    checks.customer_binding(DIRECTORY),
    checks.disparaging(internal=True),
    checks.duplicate(within="1h", near=True, across=True),
    checks.facts(),
    checks.greeting(),
    checks.hostile(),
    checks.insensitive(),
    checks.internal_only(),
    checks.intimate(),
    checks.joking(),
    checks.links(),
    checks.missing_greeting(),
    checks.missing_sign_off(),
    checks.namesake(DIRECTORY),
    checks.near_miss(DIRECTORY),
    checks.offensive(disguised=True),
    checks.offensive_greeting(),
    checks.private(),
    checks.promises(),
    checks.reader_language(),
    checks.sensitive_data(),
    checks.shouting(),
    checks.templates_not_for({"dunning": ["grief"]}),
    checks.thread(),
    checks.too_short(),
    checks.unattended_sender(),
    checks.unknown_recipient(DIRECTORY),
    checks.unsubscribe(),
    store=MemoryStore(),
)
KILOBYTE = 1_000

# What is repeated: openers without ends, nested constructs, long lines, look-alikes of addresses.
TEXTS = {
    "prose": "Thank you for your order, it will reach you on Tuesday. ",
    "one word": "a",
    "spaces": " ",
    "lines": "\n",
    "braces": "{{",
    "one brace": "{",
    "open fields": "{{a",
    "brackets": "[[",
    "bracket names": "[First ",
    "percents": "%%",
    "percent names": "%a",
    "dollars": "${",
    "tags": "<%",
    "chevrons": "<<",
    "guillemets": "\u00ab",
    "stars": "*|",
    "hashes": "#{",
    "ats": "a@",
    "quotes": '"',
    "digits": "1",
    "zero width": "\u200b",
    "combining": "\u0301",
    "surrogates": "\ud800",
    "greetings": "Dear ,\n",
    "nulls": "null None NaN ",
    "backslashes": "\\",
    "urls": "https://x/%7B%7B",
    "quoted": "> ",
}
HTML = {
    "open tags": "<a ",
    "open quotes": '<a b="',
    "less than": "<",
    "nested": "<div>",
    "formatting": "<b id=1><p>",
    "comments": "<!--",
    "comment ends": "<!-- -->",
    "scripts": "<script>",
    "ampersands": "&",
    "entities": "&amp;",
    "hidden": "<i style=display:none>",
    "links": "<a href={{>x",
    "attributes": "a=b ",
    "tables": "<table><td>",
    "cdata": "<![CDATA[",
    "pre": "<pre>",
}
# What facts, sums and promises are read from.
STATEMENTS = {
    "items": "Kettle 20 EUR\n",
    "amounts in a line": "price 5 EUR per 2 ",
    "dates": "due Monday, 5 May 2026 ",
    "promises": "We will call you on Tuesday. ",
    "quoted between": "> a\nTotal 5 EUR\n",
    "attributions": "Ann Bell wrote:\n",
    "orders quoted between": "> a\nSee the attached file for order no. 17, maria@c.example\n",
}


def mime(unit: str) -> Callable[[int], bytes]:
    head = b'From: a@a.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
    return lambda size: head + unit.encode() * (size // len(unit))


def deep(size: int) -> bytes:
    levels = size // 80
    parts = (
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n'.encode()
        for n in range(levels)
    )
    return b"From: a@a.example\nMIME-Version: 1.0\n" + b"".join(parts)


MIME: dict[str, Callable[[int], bytes]] = {
    "boundaries": mime("--b\n"),
    "headers": lambda size: b"X: y\n" * (size // 5),
    "one header": lambda size: b"X: " + b"y" * size,
    "folded header": lambda size: b"X: " + b"y\n " * (size // 3),
    "recipients": lambda size: b"To: " + b"a@a.example, " * (size // 13) + b"\n\nx",
    "comments in To": lambda size: b"To: " + b"(" * size + b"\n\nx",
    "quotes in To": lambda size: b"To: " + b'"' * size + b"\n\nx",
    "groups in To": lambda size: b"To: " + b"a:" * (size // 2) + b"\n\nx",
    "encoded words": lambda size: b"Subject: " + b"=?utf-8?q?a?= " * (size // 14) + b"\n\nx",
    "open words": lambda size: b"Subject: " + b"=?" * (size // 2) + b"\n\nx",
    "parameters": lambda size: b"Content-Type: text/plain" + b"; a=b" * (size // 5) + b"\n\nx",
    "continuations": lambda size: (
        b"Content-Type: a/b" + b"".join(b"; name*%d=x" % n for n in range(size // 12)) + b"\n\nx"
    ),
    "deep": deep,
    "nested messages": mime("--b\nContent-Type: message/rfc822\n\n"),
    "base64": lambda size: b"Content-Transfer-Encoding: base64\n\n" + b"QUFB\n" * (size // 5),
    "quoted-printable": lambda size: (
        b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * (size // 2)
    ),
    "carriage returns": mime("\r"),
    "nulls": mime("\0"),
}


def cases() -> dict[str, Callable[[int], Callable[[], object]]]:
    """By name: from a size in bytes to the call that is measured."""
    found: dict[str, Callable[[int], Callable[[], object]]] = {}

    def judged(make: Callable[[int], Message]) -> Callable[[int], Callable[[], object]]:
        def at(size: int) -> Callable[[], object]:
            message = make(size)
            return lambda: GUARD.evaluate(message.replace(template=None))

        return at

    def read(make: Callable[[int], bytes]) -> Callable[[int], Callable[[], object]]:
        def at(size: int) -> Callable[[], object]:
            source = make(size)
            return lambda: GUARD.evaluate(
                Message.from_email(source, Envelope("a@a.example", ("b@b.example",)))
            )

        return at

    def answered(unit: str, html: str) -> Callable[[int], Callable[[], object]]:
        """The message is an answer; a third of it is its text, its HTML, and what it answers."""

        def at(size: int) -> Callable[[], object]:
            text = unit * (size // len(unit) // 3)
            message = Message.email(
                sender="a@a.example",
                to="b@b.example",
                cc="maria@c.exampel",
                subject="Re: Order 4711, 5 EUR",
                text=text,
                html=html + text,
            )
            asked = Message.email(
                sender="b@b.example", to="a@a.example", subject="Order 1234", text=text
            )
            context = Context(
                customer="c-1",
                facts={
                    "total": Money(5, "EUR"),
                    "price": Money(7, "EUR", per=3),
                    "order": "B-99",
                    "nights": 2,
                },
                internal_domains=["a.example"],
                purpose="marketing",
                thread=[asked],
            )
            return lambda: EVERY.evaluate(message.replace(template=None), context)

        return at

    for name, unit in TEXTS.items():
        found[f"text: {name}"] = judged(
            lambda size, unit=unit: Message.email(to="b@b.example", text=unit * (size // len(unit)))
        )
        found[f"subject: {name}"] = judged(
            lambda size, unit=unit: Message.email(subject=unit * (size // len(unit)), text="x")
        )
        found[f"recipient: {name}"] = judged(
            lambda size, unit=unit: Message.email(to=[unit * (size // len(unit))], text="x")
        )
    for name, unit in (HTML | TEXTS).items():
        found[f"html: {name}"] = judged(
            lambda size, unit=unit: Message.email(html=unit * (size // len(unit)))
        )
    for name, make in MIME.items():
        found[f"mime: {name}"] = read(make)
    for name, unit in (TEXTS | STATEMENTS).items():
        found[f"answer: {name}"] = answered(unit, "<pre>")
    for name, unit in HTML.items():
        found[f"answer of html: {name}"] = answered(unit, "")
    found["many recipients"] = judged(
        lambda size: Message.email(to=[f"p{n}@c{n}.example" for n in range(size // 20)], text="x")
    )
    return found


CASES = cases()


@pytest.mark.parametrize("case", CASES)
def test_a_quarter_of_a_megabyte_of_anything_is_judged_within_a_multiple_of_its_size(case):
    """A quadratic step would take minutes here; the exponents are the long proof's."""
    size = 250 * KILOBYTE
    CASES[case](KILOBYTE)()  # what is loaded once does not count
    call = CASES[case](size)
    tracemalloc.start()
    try:
        call()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200 * size, f"{peak / size:.0f} bytes for each byte of the message"


@pytest.mark.soak
@pytest.mark.parametrize("case", CASES)
def test_time_grows_linearly(case):
    sizes = [125 * KILOBYTE, 250 * KILOBYTE, 500 * KILOBYTE, 1_000 * KILOBYTE]
    times = []
    for size in sizes:
        call = CASES[case](size)
        times.append(min(_seconds(call) for _ in range(5)))
    # The slope of a straight line through the logarithms.
    xs = [math.log(size) for size in sizes]
    ys = [math.log(max(seconds, 1e-4)) for seconds in times]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    exponent = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - mean_x) ** 2 for x in xs
    )
    print(f"{case}: exponent {exponent:.2f}, {times[-1] * 1e3:.1f} ms a megabyte")
    assert exponent <= 1.2


def _seconds(call: Callable[[], object]) -> float:
    # Python's collector walks all that lives each time that a quarter more does: its share grows
    # with the number of objects, whoever makes them.
    gc.collect()
    gc.disable()
    try:
        begin = time.process_time()
        call()
        return time.process_time() - begin
    finally:
        gc.enable()
