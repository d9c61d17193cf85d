"""What fills the place of a name and is none: dummies, and words that insult."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from sendguard.canonical import fold_name
from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.greetings._readers import reader
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Finding
from sendguard.text import Passage, PhraseWords, Words, vocabulary

if TYPE_CHECKING:
    from sendguard.checks.greetings._readers import Reader

_LONGEST_LINE: Final = 60  # code points of one that is a dummy
_MOST_READERS: Final = 20  # whose names are looked at
_LETTERS = re.compile(r"[^\W\d_]++")
_TRIALS: Final = frozenset({"test", "tests", "testing", "tester", "qa", "demo", "dev", "staging"})
_QUOTES: Final = "\"'“”„‘’«»`[("


def _readers(case: Case) -> tuple[Reader, ...]:
    return tuple(reader(each, case) for each in case.message.recipients[:_MOST_READERS])


@frozen(repr=False)
class _DummyText(Leaf):
    @property
    def completes(self) -> bool:
        return True

    def find(self, case: Case) -> Iterator[Finding]:
        yield from self._names(case)
        yield from _latin(case)

    def _names(self, case: Case) -> Iterator[Finding]:
        for slot in case.analysis.greeted:
            words = _without_titles(fold_name(slot.text).split())
            action = _of_dummy(words)
            if action is None or _is_really_called(words, action, case):
                continue
            yield Finding(
                code="placeholder.dummy-name",
                action=action,
                message=f'"{slot.text}" stands where the name of the reader belongs.',
                part=slot.part,
                span=slot.span,
                suggestion="Fill in the reader's name, or greet without one.",
            )

    def __repr__(self) -> str:
        return "dummy_text()"


def _without_titles(words: list[str]) -> list[str]:
    while len(words) > 1 and words[0] in _titles():
        words = words[1:]
    return words


def _of_dummy(words: list[str]) -> Action | None:
    lists = word_lists("dummies")
    if not 0 < len(words) <= 4:  # words
        return None
    is_dummy = [word in _dummies() or _is_typed_idly(word) for word in words]
    known = (word in lists["companions"] for word in words)
    if any(is_dummy) and all(a or b for a, b in zip(is_dummy, known, strict=True)):
        return Action.HOLD
    return Action.WARN if " ".join(words) in lists["specimens"] else None


def _is_typed_idly(word: str) -> bool:
    """Whether a finger ran along a row of the keyboard, or stayed on a key.

    >>> [_is_typed_idly(word) for word in ("xxx", "asdf", "asas", "Bee")]
    [True, True, False, False]
    """
    if len(word) > 1 and word.strip("x") == "":
        return True
    if len(word) > 2 and len(set(word)) == 1:
        return word != "iii"  # the third of his name
    return len(word) > 3 and any(word in row for row in word_lists("dummies")["rows"])


def _is_really_called(words: list[str], action: Action, case: Case) -> bool:
    for each in _readers(case):
        if not _TRIALS.isdisjoint(each.address_words):
            return True
        known = {*each.address_words}
        known.update(*(fold_name(contact.name).split() for contact in each.contacts))
        if action is Action.WARN:  # a dummy in the greeting is one in the display name, too
            known.update(fold_name(each.recipient.name).split())
        if known.issuperset(words):
            return True
    return False


def _latin(case: Case) -> Iterator[Finding]:
    told: set[str] = set()
    for words in case.analysis.words:
        part = words.passage.part
        if part == "subject" or part in told:
            continue
        found = _latin_in(words)
        if found is not None:
            told.add(part)
            yield found


def _latin_in(words: Words) -> Finding | None:
    passage = words.passage
    text = passage.place.plain
    if _latin_words().may_be_in(words):
        match = _runs_of_latin().search(text, passage.start, passage.end)
        if match is not None:
            # Who quotes it writes about it.
            is_talk = text[max(0, match.start() - 1) : match.start()].strip() in [*_QUOTES]
            return _dummy(passage.at(*match.span()), Action.WARN if is_talk else Action.HOLD)
    if _words_of_lines().may_be_in(words):
        match = _dummy_lines().search(text, passage.start, passage.end)
        if match is not None:
            return _dummy(passage.at(*match.span(1)), Action.WARN)
    return None


def _dummy(where: Passage, action: Action) -> Finding:
    shown = " ".join(where.text.split())
    return Finding(
        code="placeholder.dummy-text",
        action=action,
        message=f'"{shown}" is dummy text.',
        part=where.part,
        span=where.span,
        suggestion="Put in what was to stand there.",
    )


@cache
def _dummies() -> frozenset[str]:
    return frozenset(word_lists("dummies")["dummies"])


@cache
def _titles() -> frozenset[str]:
    return frozenset(map(fold_name, vocabulary("greetings")["titles"]))


@cache
def _latin_words() -> PhraseWords:
    return PhraseWords(word_lists("dummies")["latin"])


@cache
def _words_of_lines() -> PhraseWords:
    return PhraseWords(word_lists("dummies")["lines"])


@cache
def _runs_of_latin() -> re.Pattern[str]:
    runs = (r"[\s,.;]{1,4}".join(run.split()) for run in word_lists("dummies")["latin"])
    return re.compile(rf"(?i)\b(?:{'|'.join(runs)})\b")


@cache
def _dummy_lines() -> re.Pattern[str]:
    lines = "|".join(re.escape(line) for line in word_lists("dummies")["lines"])
    return re.compile(rf"(?im)^[ \t*\[(<]{{0,4}}+((?:{lines}))[ \t*.!…:\])>]{{0,6}}+$")


@frozen(repr=False)
class _OffensiveGreeting(Leaf):
    words: frozenset[str] | None = field()

    @property
    def completes(self) -> bool:
        return True

    def find(self, case: Case) -> Iterator[Finding]:
        offensive = _offensive() if self.words is None else self.words
        for slot in case.analysis.greeted:
            greeted = fold_name(slot.text)
            insults = list(offensive.intersection(_LETTERS.findall(greeted)))
            insults += [
                each for each in _of_several_words(offensive) if f" {each} " in f" {greeted} "
            ]
            if not insults or _is_own_name(insults, case):
                continue
            yield Finding(
                code="tone.offensive-greeting",
                action=Action.HOLD,
                message=f'The reader is greeted as "{slot.text}".',
                part=slot.part,
                span=slot.span,
                suggestion="Fill in the reader's name; if it really is his name, add it to his "
                "address.",
            )

    def __repr__(self) -> str:
        return "offensive_greeting()" if self.words is None else "offensive_greeting(words=…)"


@lru_cache(maxsize=16)
def _of_several_words(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(each for each in words if " " in each)


def _is_own_name(insults: list[str], case: Case) -> bool:
    return any(
        all(
            word in each.names or any(word in part for part in each.address_words)
            for word in insults
        )
        for each in _readers(case)
    )


@cache
def _offensive() -> frozenset[str]:
    return frozenset(word_lists("offensive-greetings")["words"])


def dummy_text() -> Check:
    """What was only to hold a place does not go out: "Dear Test Test", "Dear asdf", lorem ipsum.

    Names are judged where somebody is greeted, in subject, text and HTML; the typesetters' Latin
    and lines such as "your text here" anywhere in the new text. A reader who is really called so,
    and an address that is there for tests, may be greeted so.

    Codes:
        ``placeholder.dummy-name`` (HOLD): the greeting names what nobody is called. WARN for names
        of nobody in particular ("John Doe", "Max Mustermann"), which some people bear.
        ``placeholder.dummy-text`` (HOLD): a passage of lorem ipsum. WARN where it is quoted, and
        for lines that say of themselves that they are dummies.
    """
    return _DummyText()


def offensive_greeting(*, words: Iterable[str] | None = None) -> Check:
    """Nobody is greeted with an insult that somebody typed where the name should be.

    Args:
        words: what counts as one, instead of the list that is shipped; case and diacritics do not
            matter, and a phrase of several words is looked for as a whole.

    Codes:
        ``tone.offensive-greeting`` (HOLD): nobody sends that on purpose to somebody whom he wants
        to keep. A word that is part of the recipient's own name or address is none.

    Raises:
        ConfigurationError: `words` is empty.
    """
    if words is None:
        return _OffensiveGreeting(None)
    if isinstance(words, str):
        raise TypeError("offensive_greeting() takes several words, not one str")
    folded = frozenset(filter(None, map(fold_name, words)))
    if not folded:
        raise ConfigurationError("offensive_greeting() got no words; leave out words= for ours")
    return _OffensiveGreeting(folded)
