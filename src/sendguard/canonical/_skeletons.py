"""Look-alikes: confusable skeletons and mixed scripts, by UTS #39 (Unicode 17.0)."""

from __future__ import annotations

from bisect import bisect_right
from importlib.resources import files
from threading import Lock
from typing import NamedTuple

from sendguard.canonical._invisible import strip_invisible
from sendguard.canonical._normal import normalize

# Pairs of letters that read as one in most fonts. Spelling the one letter out, instead of joining
# the pair, keeps the result independent of where a pair begins ("vvv"). UTS #39 itself has rn = m.
_DIGRAPHS = str.maketrans({"w": "vv", "d": "cl"})

# One round is the operation of UTS #39. It is repeated because a few prototypes decompose into
# characters that have prototypes themselves; three rounds reach the end of the longest chain.
_ROUNDS = 8


def skeleton(text: str, *, digraphs: bool = False) -> str:
    r"""Return the form that two texts share when they look alike (UTS #39 §4, `skeleton`).

    A skeleton is for comparing with another skeleton; it is not for showing to people.

    Args:
        text: any text, best a whole label of a domain or a whole name.
        digraphs: the stronger form: `vv` is `w`, `cl` is `d`, and letter case does not count, so
            that `0` is `o` too.

    >>> skeleton("p\u0430ypal") == skeleton("paypal"), skeleton("rnail") == skeleton("mail")
    (True, True)
    >>> skeleton("vvindovvs", digraphs=True) == skeleton("windows", digraphs=True)
    True
    """
    table = _table()
    visible = strip_invisible(text)
    for _ in range(_ROUNDS):
        mapped = table.mapped(visible)
        if digraphs:
            mapped = mapped.lower().translate(_DIGRAPHS)
        if mapped == visible:
            break
        visible = mapped
    return visible


def scripts_of(text: str) -> frozenset[str]:
    r"""Return the scripts of the characters, as ISO 15924 codes; common characters have none.

    >>> sorted(scripts_of("p\u0430ypal-1"))
    ['Cyrl', 'Latn']
    """
    if text.isascii():
        return frozenset({"Latn"}) if any(each.isalpha() for each in text) else frozenset()
    table = _table()
    return frozenset(table.script(each) for each in set(text)) - {"Zyyy"}


def is_mixed_script(text: str) -> bool:
    r"""Tell whether no single writing system has all the characters (UTS #39 §5.1).

    Japanese, Korean and Chinese with bopomofo count as one writing system each.

    >>> is_mixed_script("p\u0430ypal"), is_mixed_script("\u65e5\u672c\u306e")
    (True, False)
    """
    if text.isascii():
        return False
    table = _table()
    resolved: frozenset[str] | None = None
    for each in set(text):
        systems = table.writing_systems(each)
        if systems is not None:
            resolved = systems if resolved is None else resolved & systems
            if not resolved:
                return True
    return False


# Writing systems that join scripts, and the scripts in them (UTS #39 §5.1, augmentation).
_JOINED = {
    "Hani": {"Hanb", "Jpan", "Kore"},
    "Hira": {"Jpan"},
    "Kana": {"Jpan"},
    "Hang": {"Kore"},
    "Bopo": {"Hanb"},
}


class _Script(NamedTuple):
    last: int
    script: str
    writing_systems: frozenset[str]


class _Table:
    """What the data files say. Immutable once built, so it is safe to share between threads."""

    def __init__(self) -> None:
        self.prototypes: dict[int, str] = {}
        for line in _lines("confusables.txt"):
            target, _, sources = line.partition("<")
            prototype = "".join(chr(int(code, 16)) for code in target.split())
            self.prototypes.update((int(code, 16), prototype) for code in sources.split())
        self._never_composed = {
            code: prototype
            for code, prototype in self.prototypes.items()
            if normalize("NFC", chr(code)) != chr(code)
        }
        self._firsts: list[int] = []
        self._scripts: list[_Script] = []
        for line in _lines("scripts.txt"):
            first, last, script, *extensions = line.split()
            systems = set(extensions or [script])
            for each in tuple(systems):
                systems |= _JOINED.get(each, set())
            self._firsts.append(int(first, 16))
            self._scripts.append(_Script(int(last, 16), script, frozenset(systems)))

    def mapped(self, text: str) -> str:
        """Return the text with each character's prototype in its place, decomposed."""
        # The data names composed characters too, which are gone once the text is decomposed, and
        # some that are gone already once it is composed.
        composed = normalize("NFC", text.translate(self._never_composed))
        decomposed = normalize("NFD", composed.translate(self.prototypes))
        return normalize("NFD", decomposed.translate(self.prototypes))

    def _entry(self, character: str) -> _Script | None:
        code = ord(character)
        index = bisect_right(self._firsts, code) - 1
        if index < 0 or self._scripts[index].last < code:
            return None
        return self._scripts[index]

    def script(self, character: str) -> str:
        entry = self._entry(character)
        return entry.script if entry else "Zyyy"

    def writing_systems(self, character: str) -> frozenset[str] | None:
        """Return those that have the character, or None when all have it."""
        entry = self._entry(character)
        return entry.writing_systems if entry else None


def _lines(name: str) -> list[str]:
    text = (files("sendguard.canonical") / "data" / name).read_text(encoding="ascii")
    return [line for line in text.splitlines() if not line.startswith("#")]


_loaded: list[_Table] = []
_lock = Lock()


def _table() -> _Table:
    if not _loaded:
        with _lock:  # so that two threads that come first together build it once
            if not _loaded:
                _loaded.append(_Table())
    return _loaded[0]
