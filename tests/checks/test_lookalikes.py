"""Addresses, links and names made to look like others."""

from __future__ import annotations

import pytest

from sendguard import Action, Guard, Message, checks
from sendguard.canonical._skeletons import _lines

GUARD = Guard(checks.look_alikes())
BOTH = Guard(checks.look_alikes(), checks.addresses())

# Latin letters of living languages, and the letters that they pass for; see `_LIVING`.
LIVING = set("æÆœŒ")


def ascii_look_alikes() -> list[str]:
    """Every character of Unicode's data that passes for one ASCII letter or digit."""
    found = []
    for line in _lines("confusables.txt"):
        target, _, sources = line.partition("<")
        prototype = "".join(chr(int(code, 16)) for code in target.split())
        if len(prototype) == 1 and prototype.isascii() and prototype.isalnum():
            found += [chr(int(code, 16)) for code in sources.split()]
    return [each for each in found if not each.isascii()]


def codes(message: Message, guard: Guard = GUARD) -> set[str]:
    return {finding.code for finding in guard.evaluate(message).findings}


@pytest.mark.parametrize("block", range(16))
def test_every_confusable_of_an_ascii_letter_is_seen_in_an_address_and_in_a_link(block):
    for each in ascii_look_alikes()[block::16]:
        domain = f"pay{each}pal.com"
        address = codes(Message.email(to=f"maria@{domain}"), BOTH)
        assert address & {"recipient.lookalike", "address.invalid"}, f"U+{ord(each):04X}"
        text = Message.email(text=f"Pay at https://{domain}/now")
        html = Message.email(html=f'<a href="https://{domain}/now">pay</a>')
        assert codes(text) == {"link.lookalike"}, f"U+{ord(each):04X}"
        assert codes(html) == {"link.lookalike"}, f"U+{ord(each):04X}"


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u200d", "\u2060", "\u202e", "\u2066", "\U000e0061", "\ufeff", "\u00ad"]
)
def test_what_cannot_be_seen_is_seen(hidden):
    decision = BOTH.evaluate(Message.email(to=f"maria@pay{hidden}pal.com"))
    assert decision.action is Action.HOLD
    assert codes(Message.email(text=f"https://pay{hidden}pal.com/")) == {"link.lookalike"}
    named = Message.email(sender=f"Pay{hidden}pal <a@a.example>", to="b@b.example")
    assert codes(named) == {"address.deceptive-name"}


@pytest.mark.parametrize("address", ["m\u0430ria@shop.example", "maria@sh\u043ep.example"])
def test_two_alphabets_in_a_word_of_an_address_are_held(address):
    (finding,) = GUARD.evaluate(Message.email(to=address)).findings
    assert (finding.code, finding.action) == ("recipient.lookalike", Action.HOLD)
    assert finding.recipient == address


def test_another_alphabet_that_reads_as_ascii_is_a_warning_encoded_or_not():
    word = "\u0440\u0430\u0443\u0440\u0430\u04cf"  # Cyrillic throughout
    encoded = "xn--" + word.encode("punycode").decode()
    for domain in (f"{word}.com", f"{encoded}.com"):
        decision = GUARD.evaluate(Message.email(to=f"maria@{domain}"))
        assert [f.code for f in decision.findings] == ["recipient.lookalike"]
        assert decision.action is Action.WARN


@pytest.mark.parametrize(
    "address",
    [
        "maria@b\u00fccher.example",
        "\u00e6rlig@l\u00e6ge.dk",
        "\u0438\u0432\u0430\u043d@\u043f\u043e\u0447\u0442\u0430.\u0440\u0444",
        "info@\u043a\u0430\u0444\u0435.com",
        "\u5c71\u7530@\u6771\u4eac.jp",
        "toyota\u30c8\u30e8\u30bf@example.jp",
        "jos\u00e9.garc\u00eda@correo.example",
    ],
)
def test_honest_addresses_in_other_alphabets_are_silent(address):
    assert (
        codes(Message.email(to=address, text=f"see https://{address.rpartition('@')[2]}/")) == set()
    )


@pytest.mark.parametrize(
    "name",
    [
        "\u0421\u0430\u0440\u0430",  # Sara, in Cyrillic letters that all have Latin twins
        "Y\u0131ld\u0131z S\u00f8rensen",
        "Acme \u0420\u043e\u0441\u0441\u0438\u044f",
        "\u5c71\u7530 (Tokyo)",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 Family",
        "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",
    ],
)
def test_honest_names_are_silent(name):
    message = Message.email(sender=f"{name} <a@a.example>", to=f"{name} <b@b.example>")
    assert codes(message) == set()


def test_a_name_that_mixes_alphabets_in_a_word_is_a_warning_for_that_recipient():
    message = Message.email(to=["P\u0430ypal <a@a.example>", "Ann <b@b.example>"])
    (finding,) = GUARD.evaluate(message).findings
    assert (finding.code, finding.recipient) == ("address.deceptive-name", "a@a.example")


def test_a_megabyte_of_links_is_looked_at():
    GUARD.evaluate(Message.email(text="https://p\u0430y.com/ " * 40_000))
    GUARD.evaluate(Message.email(text="://" * 80_000 + "\u0430"))
    GUARD.evaluate(Message.email(text="://@" * 80_000 + "\u0430"))
