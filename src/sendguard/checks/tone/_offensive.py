"""Words that no business writes; a name is not one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from attrs import frozen

from sendguard.canonical import skeleton
from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import remarks
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Finding
from sendguard.text import Passage, Words, fold_letters

_WORD = re.compile(r"[^\W_]++")
_CHUNK = re.compile(r"\S++")
_EDGES = ".,;:!?\"'’”“()[]"
_ADDRESS = re.compile(r"@|://|www\.|\w\.\w|\w/\w")
_REACH: Final = 60  # code points to either side in which an address shows
_LONGEST: Final = 30  # code points of a disguised word
_DIGITS = str.maketrans("0134578@$!+", "oieastbasit")
_MASKED = re.compile(r"[^\W\d_][^\W\d_]*+[*#]{1,6}[^\W\d_]*+")


@frozen(repr=False)
class _Offensive(Leaf):
    words: tuple[str, ...] | None
    disguised: bool

    @property
    def completes(self) -> bool:
        return True  # the name of a recipient more may be the word

    def find(self, case: Case) -> Iterator[Finding]:
        yield from remarks(
            "tone.offensive",
            ((where, Action.WARN) for where in self._found(case)),
            '"{words}" is a word that offends.',
            "Write it without that word; if it is somebody's name, write it with a capital.",
        )

    def _found(self, case: Case) -> Iterator[Passage]:
        always, lower_only = self._lists(case)
        listed = always | lower_only
        names: frozenset[str] | None = None
        for words in case.analysis.words:
            if not listed.isdisjoint(words.vocabulary):
                names = _names(case) if names is None else names
                for index, token in enumerate(words.tokens):
                    if token in listed:
                        where = words.at(index, index)
                        if not (
                            _is_name(token, where.text, lower_only, names) or _in_address(where)
                        ):
                            yield where
            if self.disguised:
                yield from _disguised(words, listed)

    def _lists(self, case: Case) -> tuple[frozenset[str], frozenset[str]]:
        """The words that count, and those that count in lower case only."""
        if self.words is not None:
            return frozenset(), frozenset(self.words)
        always, by_language = _built_in()
        anywhere = frozenset[str]().union(*by_language.values())
        if all(anywhere.isdisjoint(words.vocabulary) for words in case.analysis.words):
            return always, frozenset()  # which saves asking for the language
        return always, by_language.get(case.analysis.language, frozenset())


@cache
def _built_in() -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    data = word_lists("offensive")
    only = {language: frozenset(words) for language, words in data["only"].items()}
    return frozenset(data["words"]), only


def _is_name(token: str, written: str, lower_only: frozenset[str], names: frozenset[str]) -> bool:
    if written.islower():
        return False
    return token in lower_only or (written.istitle() and token in names)


def _names(case: Case) -> frozenset[str]:
    """The words of names and addresses of this message, and of the signatures below it."""
    message = case.message
    texts = [text for each in message.recipients for text in (each.name[:200], each.address[:200])]
    if message.sender is not None:
        texts += [message.sender.name, message.sender.address]
    for ending in case.analysis.endings:
        if ending.sign_off is not None and ending.sign_off.name is not None:
            texts.append(ending.sign_off.name.text)
        if ending.signature is not None:
            texts.append(ending.signature.text)
    return frozenset(word for text in texts for word in _WORD.findall(fold_letters(text)))


def _in_address(where: Passage) -> bool:
    """Whether a word is part of an address or of the name of a file."""
    text = where.place.plain
    before = text[max(0, where.start - _REACH) : where.start]
    after = text[where.end : where.end + _REACH]
    head = before.split()[-1] if before and not before[-1].isspace() else ""
    tail = after.split()[0] if after and not after[0].isspace() else ""
    return _ADDRESS.search(f"{head}{where.text}{tail}") is not None


def _disguised(words: Words, listed: frozenset[str]) -> Iterator[Passage]:
    """Listed words written with digits, signs, stars or look-alike letters."""
    text = words.passage.text
    for match in _CHUNK.finditer(text):
        chunk = match[0]
        if len(chunk) > _LONGEST or (chunk.isascii() and chunk.isalpha()):
            continue
        bare = chunk.strip(_EDGES)
        if fold_letters(bare) not in listed and _is_disguise(bare, listed):
            start = words.passage.start + match.start() + chunk.index(bare)
            yield words.passage.at(start, start + len(bare))


def _is_disguise(bare: str, listed: frozenset[str]) -> bool:
    if len(bare) < 4 or not any(each.isalpha() for each in bare):
        return False
    lowered = fold_letters(bare)
    if _MASKED.fullmatch(lowered):
        masked = re.compile(re.sub(r"[*#]", ".", lowered))
        alike = (word for word in listed if word[0] == lowered[0] and len(word) == len(lowered))
        return any(masked.fullmatch(word) for word in alike)
    if lowered.translate(_DIGITS) in listed or lowered.replace(".", "") in listed:
        return True
    return not bare.isascii() and fold_letters(skeleton(bare)) in listed


def offensive(*, words: Iterable[str] | None = None, disguised: bool = False) -> Check:
    """No offensive words in the new text. A name is not an insult.

    Whole words count, so Scunthorpe and Essex are places. A word that is a name as well (Dick), or
    harmless in another language, counts in lower case only and in a text of its own language; any
    other not where it stands with a capital and belongs to the sender, a recipient or a signature;
    none of them in addresses.

    Args:
        words: words instead of the built-in ones, each of which counts in lower case only.
        disguised: see through digits, stars and look-alike letters ("sh1t", "f**k") too.

    Codes:
        ``tone.offensive`` (WARN): such words stop hardly any honest mail of a business, but people
        who know each other do write them.

    Raises:
        ConfigurationError: `words` is empty, or an entry is no single word.
    """
    if isinstance(words, str):
        raise TypeError("offensive(words=) takes several words, not one str")
    given = None if words is None else tuple(words)
    if given is not None and not given:
        raise ConfigurationError("offensive(words=) is empty; give at least one word, or None")
    for word in given or ():
        if not _WORD.fullmatch(word):
            raise ConfigurationError(
                f"offensive(words=) has {word!r}; give single words, letters and digits only"
            )
    folded = None if given is None else tuple(fold_letters(word) for word in given)
    return _Offensive(folded, bool(disguised))
