"""What stands in a text, found in the plainest way: word by word, every window looked up.

It is what `Keys.marks` has to find, whatever that spares itself. It folds words and reads addresses
by the same rules, and shares no step of the search.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from sendguard.canonical import canonical_phone
from sendguard.matching import _whose as rules
from sendguard.matching import _words

_LETTER = f"[^ {_words._SIGNS}]"
_WORD = re.compile(rf"{_LETTER}+(?:['\u2019\u2018`\u00b4](?![sS](?!{_LETTER})){_LETTER}+)*")
_JOINED = re.compile(r"[\-./]")


class PlainKeys:
    """The known forms, as those of `Keys.of`."""

    def __init__(
        self,
        emails: frozenset[str],
        phones: frozenset[str],
        names: frozenset[str],
        identifiers: frozenset[str],
        region: str | None = None,
    ) -> None:
        self._emails, self._phones = emails, phones
        self._names, self._identifiers = names, identifiers
        self._region = region

    def marks(self, text: str) -> tuple[rules.Mark, ...]:
        """The places that say something known; of two that overlap, the first, then the longest."""
        spans = list(rules._address_spans(text))
        words = [
            match
            for match in _WORD.finditer(text)
            if not any(match.start() < end and match.end() > start for start, end in spans)
        ]
        found = list(rules.Keys.of(self._emails, *[frozenset()] * 3)._emails(text, tuple(spans)))
        for index in range(len(words)):
            found += self._name(text, words[index : index + rules._MOST_NAME_WORDS])
            found += self._identifier(text, words[index : index + rules._MOST_WORDS])
            found += self._phone(text, words[index : index + rules._MOST_PHONE_WORDS])
        kept: list[rules.Mark] = []
        for mark in sorted(found, key=lambda mark: (mark.start, -mark.end, mark.kind)):
            if not kept or mark.start >= kept[-1].end:
                kept.append(mark)
        return tuple(kept)

    def _name(self, text: str, words: list[re.Match[str]]) -> Iterator[rules.Mark]:
        for count in range(2, len(words) + 1):
            window = words[:count]
            forms = [_form(word) for word in window]
            if (
                all(forms)
                and all(rules._NAME_GAP.fullmatch(gap) for gap in _gaps(text, window))
                and not any(
                    word.group()[0].islower() and form not in rules._PARTICLES
                    for word, form in zip(window, forms, strict=True)
                )
                and " ".join(forms) in self._names
            ):
                yield rules.Mark(window[0].start(), window[-1].end(), "name", " ".join(forms))

    def _identifier(self, text: str, words: list[re.Match[str]]) -> Iterator[rules.Mark]:
        for count in range(1, len(words) + 1):
            window = words[:count]
            forms = [_form(word) for word in window]
            key = "".join(forms)
            if all(forms) and key in self._identifiers and self._belong(text, window, forms):
                yield rules.Mark(window[0].start(), window[-1].end(), "identifier", key)

    def _belong(self, text: str, window: list[re.Match[str]], forms: list[str]) -> bool:
        numbers = [re.fullmatch("[0-9]+", form) is not None for form in forms]
        for at, gap in enumerate(_gaps(text, window), 1):
            tight = all(numbers[: at + 1])
            if not (rules._NUMBER_GAP if tight else rules._LOOSE_GAP).fullmatch(gap):
                return False
        return not (all(numbers) and _goes_on(text, window[0].start(), window[-1].end()))

    def _phone(self, text: str, words: list[re.Match[str]]) -> Iterator[rules.Mark]:
        for count in range(1, len(words) + 1):
            window = words[:count]
            digits = "".join(_form(word) for word in window)
            start, end = window[0].start(), window[-1].end()
            start -= text[start - 1 : start] == "+"
            if (
                all(re.fullmatch("[0-9]+", _form(word)) for word in window)
                and len(digits) <= rules._MOST_PHONE_DIGITS
                and all(rules._PHONE_GAP.fullmatch(gap) for gap in _gaps(text, window))
                and not _goes_on(text, start, end)
            ):
                for form in self._phone_forms(text[start:end], digits):
                    if form in self._phones:
                        yield rules.Mark(start, end, "phone", form)
                        break

    def _phone_forms(self, written: str, digits: str) -> tuple[str | None, ...]:
        if written.startswith("+"):
            return (canonical_phone(written),)
        if digits.startswith("00"):
            return (canonical_phone(f"+{digits[2:]}"),)
        national = canonical_phone(digits, self._region) if self._region else None
        return (national, f"+{digits}", digits)


def _form(word: re.Match[str]) -> str:
    return _words.folded(word.group())


def _gaps(text: str, window: list[re.Match[str]]) -> list[str]:
    return [text[a.end() : b.start()] for a, b in itertools.pairwise(window)]


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether a longer number goes on before or behind, joined without a space."""
    before = start >= 2 and _JOINED.match(text[start - 1]) and text[start - 2].isdigit()
    after = len(text) >= end + 2 and _JOINED.match(text[end]) and text[end + 1].isdigit()
    return bool(before or after)
