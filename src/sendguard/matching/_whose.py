"""What in a text may be somebody's: words, numbers and addresses in the form that directories keep.

Everything that says whose a text is compares these forms, so that a directory in memory and one in
a file give equal answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator

from attrs import Factory, field, frozen

from sendguard.canonical import (
    canonical_address,
    canonical_phone,
    name_tokens,
    split_address,
    strip_invisible_with_offsets,
)
from sendguard.matching._contacts import Kind
from sendguard.matching._words import TextWords, WordMemory, folded, words

_NAME_GAP = re.compile(r"[ \t\xa0]{1,2}|[-‐‑.]|\.[ \xa0]|[ \t]?\r?\n[ \t>|]{0,4}")
_NUMBER_GAP = re.compile(r"[ \-./\xa0\u2007\u202f\u2010\u2011\u2013·_]")
_PHONE_GAP = re.compile(r"[ \-./()\xa0\u2007\u202f\u2010\u2011\u2013·]{1,3}")
_LOOSE_GAP = re.compile(r"[ \t\xa0,.\-/_()#:°º–\r\n>|]{1,4}")
_DIGITS = re.compile(r"[0-9]++")

_MOST_NAME_WORDS = 6
_MOST_WORDS = 12  # of an identifier: an IBAN in groups of four has up to nine
_MOST_PHONE_WORDS = 8
_LONGEST_KEY = 64  # code points of an identifier without separators
_LEAST_DIGITS = 6  # of an identifier of digits alone; a shorter one is any number
_LEAST_KEY = 4
_LEAST_WORDY = 8  # code points of an identifier without a digit
_OPENING = 3  # code points by which identifiers are told from other words
_TAIL = 7  # digits by which telephone numbers are told from other numbers
_MOST_PHONE_DIGITS = 17

# Small words that stand in names without a capital.
_PARTICLES = frozenset(
    {
        *("af", "al", "av", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "di"),
        *("do", "dos", "du", "e", "el", "i", "la", "le", "los", "of", "op", "ten", "ter", "van"),
        *("vom", "von", "y", "zu", "zum", "zur"),
    }
)

_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~\-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:\w[\w\-]{0,62}\.){1,8}\w[\w\-]{0,62}")
_OPENERS = "'`*/{|.=?&"
_BEFORE_ADDRESS = re.compile(r"[=/'`{|*?&]")


# What may begin with a word, and go on behind a gap; the last is an identifier between digits.
_NAME, _IDENTIFIER, _NUMBER, _DIGIT = 1, 2, 4, 8


@frozen
class Mark:
    """A place in a text that says something known.

    Attributes:
        start, end: the place, in code points.
        kind: "email", "phone", "name" or "identifier".
        key: the form by which it is known.
    """

    start: int
    end: int
    kind: Kind
    key: str


@frozen(eq=False)
class Keys:
    """Everything that a directory knows, by the forms that are compared.

    The last three save looking at what cannot be known; they may say yes too often.

    Attributes:
        emails, phones, names, identifiers: the known forms.
        first_words: the words with which names begin.
        longest: how many code points identifiers with an opening (see `opening`) have at most, 0
            where none has it.
        tails: the last digits of telephone numbers (see `tail`).
        region: ISO 3166 region of numbers without a country code, or None.
    """

    emails: Container[str]
    phones: Container[str]
    names: Container[str]
    identifiers: Container[str]
    first_words: Container[str]
    longest: Callable[[str], int]
    tails: Container[str]
    region: str | None = None
    _forms: WordMemory[str] = field(init=False, factory=lambda: WordMemory(folded, ""))
    _joins: WordMemory[int] = field(init=False, factory=lambda: WordMemory(_what_joins, 0))
    _begun: WordMemory[int] = field(
        init=False, default=Factory(lambda self: WordMemory(self._what_begins, 0), takes_self=True)
    )

    @classmethod
    def of(
        cls,
        emails: frozenset[str],
        phones: frozenset[str],
        names: frozenset[str],
        identifiers: frozenset[str],
        region: str | None = None,
    ) -> Keys:
        """For forms that are held in memory."""
        lengths: dict[str, int] = {}
        for key in identifiers:
            for begun in openings(key):
                lengths[begun] = max(lengths.get(begun, 0), len(key))
        return cls(
            emails,
            phones,
            names,
            identifiers,
            frozenset(map(first_word, names)),
            lambda begun: lengths.get(begun, 0),
            frozenset(map(tail, phones)),
            region,
        )

    def places(self, text: str) -> Iterator[tuple[int, int, Mark]]:
        """Start, end and mark of each place, in a text that may have invisible characters."""
        plain, offsets = strip_invisible_with_offsets(text)
        for mark in self.marks(plain):
            if offsets is None:
                yield mark.start, mark.end, mark
            else:
                yield offsets[mark.start], offsets[mark.end - 1] + 1, mark

    def marks(self, text: str) -> tuple[Mark, ...]:
        """The places that say something known; of two that overlap, the first and then the longest.

        Linear in the size of the text.
        """
        spans = tuple(_address_spans(text))
        found = [*self._emails(text, spans), *self._words(text, spans)]
        found.sort(key=lambda mark: (mark.start, -mark.end, mark.kind))
        kept: list[Mark] = []
        for mark in found:
            if not kept or mark.start >= kept[-1].end:
                kept.append(mark)
        return tuple(kept)

    def _emails(self, text: str, spans: tuple[tuple[int, int], ...]) -> Iterator[Mark]:
        for start, end in spans:
            written = text[start:end]
            after = max((m.end() for m in _BEFORE_ADDRESS.finditer(written)), default=0)
            for begin in dict.fromkeys((0, after)):
                address = written[begin:]
                while "@" in address:
                    key = mailbox_key(address)
                    if key in self.emails:
                        yield Mark(start + begin, start + begin + len(address), "email", key)
                        break
                    # "maria@shop.example.Thanks": a full stop without a space after it
                    address, _, last = address.rpartition(".")
                    if not (last[:1].isupper() and last[1:].islower()):
                        break

    def _words(self, text: str, spans: tuple[tuple[int, int], ...]) -> Iterator[Mark]:
        line = TextWords(text, spans)
        for start, word, after in line.where(self._begun):
            begun = self._begun[word]
            if begun & _NAME:
                yield from self._name(line, start)
            if begun & _IDENTIFIER and self._may_be_identifier(word, after):
                yield from self._identifier(line, start)
            if begun & _NUMBER and self._may_be_phone(word, after):
                yield from self._phone(line, start)

    def _what_begins(self, word: str) -> int:
        """What may begin with a word."""
        form = self._forms[word]
        begun = 0
        if (not word[0].islower() or form in _PARTICLES) and form in self.first_words:
            begun |= _NAME
        if form and len(form) <= self.longest(opening(form)):
            begun |= _IDENTIFIER
        if _is_number(form):
            begun |= _NUMBER
        return begun

    def _may_be_phone(self, word: str, after: str) -> bool:
        """Whether a number may begin with a word of digits, as far as the next one tells, too."""
        return len(self._forms[word]) >= _TAIL or _is_number(self._forms[after])

    def _may_be_identifier(self, word: str, after: str) -> bool:
        """Whether an identifier may begin with a word, as far as that and the next one tell."""
        form = self._forms[word]
        if len(form) >= _LEAST_KEY:
            return True
        key = form + self._forms[after]
        return len(key) <= self.longest(opening(key))

    def _name(self, line: TextWords, start: int) -> Iterator[Mark]:
        key = ""
        for gap, word, end in line.words(start, _MOST_NAME_WORDS):
            form = self._forms[word]
            if key:
                if not self._joins[gap] & _NAME:
                    return
                if not form or (word[0].islower() and form not in _PARTICLES):
                    return
                key = f"{key} {form}"
                if key in self.names:
                    yield Mark(start, end, "name", key)
            else:
                key = form

    def _identifier(self, line: TextWords, start: int) -> Iterator[Mark]:
        key, digits_alone, longest = "", True, 0
        for gap, word, end in line.words(start, _MOST_WORDS):
            form = self._forms[word]
            digits_alone = digits_alone and _is_number(form)
            if key and not self._joins[gap] & (_DIGIT if digits_alone else _IDENTIFIER):
                return
            known = len(key) >= _OPENING
            key += form
            if not known:
                longest = self.longest(opening(key))
            if not form or len(key) > longest:
                return
            if (
                _is_long_enough(key)
                and key in self.identifiers
                and not (digits_alone and line.is_part_of_number(start, end))
            ):
                yield Mark(start, end, "identifier", key)

    def _phone(self, line: TextWords, first: int) -> Iterator[Mark]:
        digits = ""
        start = first - (line.text[first - 1 : first] == "+")
        for gap, word, end in line.words(first, _MOST_PHONE_WORDS):
            if digits and not self._joins[gap] & _NUMBER:
                return
            form = self._forms[word]
            if not _is_number(form):
                return
            digits += form
            if len(digits) > _MOST_PHONE_DIGITS:
                return
            # No known number has fewer digits than are looked up: see `phone_key`.
            if len(digits) < _TAIL or tail(digits) not in self.tails:
                continue
            if not line.is_part_of_number(start, end):
                key = self._known_phone(line.text[start:end], digits)
                if key is not None:
                    yield Mark(start, end, "phone", key)

    def _known_phone(self, written: str, digits: str) -> str | None:
        forms: tuple[str | None, ...]
        if written.startswith("+"):
            forms = (canonical_phone(written),)
        elif digits.startswith("00"):
            forms = (canonical_phone(f"+{digits[2:]}"),)
        else:
            national = canonical_phone(digits, self.region) if self.region else None
            forms = (national, f"+{digits}", digits)
        return next((form for form in forms if form in self.phones), None)


def first_word(name: str) -> str:
    """The first word of a folded name."""
    return name.partition(" ")[0]


def opening(text: str) -> str:
    """The code points by which the key of an identifier is told from other words."""
    return text[:_OPENING]


def openings(identifier: str) -> Iterator[str]:
    """What may be the opening of a text that begins the key of an identifier."""
    return (identifier[:size] for size in range(1, min(_OPENING, len(identifier)) + 1))


def tail(number: str) -> str:
    """The digits by which the key of a telephone number is told from other numbers."""
    return number[-_TAIL:]


def mailbox_key(address: str) -> str:
    """The form that all spellings of one mailbox share, plus tags and dots of Gmail included."""
    return canonical_address(address, provider_rules=True)


def phone_key(number: str, region: str | None = None) -> str | None:
    """The E.164 form; the digits alone where the country is not known; None for too few.

    >>> phone_key("01632 960961", "GB"), phone_key("01632 960961"), phone_key("961")
    ('+441632960961', '01632960961', None)
    """
    digits = "".join(_DIGITS.findall(number))
    return canonical_phone(number, region) or (digits if len(digits) >= _TAIL else None)


def recipient_key(address: str, region: str | None = None) -> str | None:
    """The form of an address or of a number, whichever it is."""
    return mailbox_key(address) if split_address(address.strip()) else phone_key(address, region)


def name_key(name: str) -> str:
    """The folded name without titles; "" where it is one word, which is nobody's own, or too long.

    >>> name_key("L\u00f3pez, Dr. Maria"), name_key("Maria")
    ('maria lopez', '')
    """
    parts = name_tokens(name)
    return " ".join(parts) if 2 <= len(parts) <= _MOST_NAME_WORDS else ""


def identifier_key(value: str) -> str:
    """An identifier without case, accents and separators; "" where it is too short to be certain.

    Four letters and digits are needed, six digits where it has no letter, eight letters of two
    words or more where it has no digit.

    >>> identifier_key("INV-2024/17"), identifier_key("inv 2024 17"), identifier_key("1042")
    ('inv202417', 'inv202417', '')
    """
    forms = list(words(value))
    key = "".join(forms)
    if not all(forms) or len(key) > _LONGEST_KEY or len(forms) > _MOST_WORDS:
        return ""
    is_certain = _is_long_enough(key) and (len(forms) > 1 or any(map(str.isdigit, key)))
    return key if is_certain else ""


def _is_long_enough(key: str) -> bool:
    """Whether a text without separators may be an identifier."""
    if len(key) >= _LEAST_WORDY:
        return True
    if _is_number(key):
        return len(key) >= _LEAST_DIGITS
    return len(key) >= _LEAST_KEY and any(map(str.isdigit, key))


def _what_joins(gap: str) -> int:
    """What goes on behind a gap."""
    joins = (
        (_NAME, _NAME_GAP),
        (_IDENTIFIER, _LOOSE_GAP),
        (_NUMBER, _PHONE_GAP),
        (_DIGIT, _NUMBER_GAP),
    )
    return sum(kind for kind, gaps in joins if gaps.fullmatch(gap))


def _is_number(form: str) -> bool:
    return form.isdecimal() and form.isascii()


def _address_spans(text: str) -> Iterator[tuple[int, int]]:
    taken, at = 0, text.find("@")
    while at >= 0:
        domain = _DOMAIN.match(text, at + 1)
        local = domain and _LOCAL.search(text[max(taken, at - 64) : at])
        if domain and local:
            name = local.group().lstrip(_OPENERS)
            if name:
                taken = domain.end()
                yield at - len(name), taken
        at = text.find("@", max(at + 1, taken))
