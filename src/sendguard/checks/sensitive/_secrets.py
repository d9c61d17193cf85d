"""Keys, tokens and passwords, by the exact shape that their makers gave them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sendguard.checks._word_lists import word_lists
from sendguard.checks.sensitive._hit import Hit
from sendguard.model import Action
from sendguard.text import PhraseWords, Place, has_digit

if TYPE_CHECKING:
    from collections.abc import Sequence

_CODE = "content.secret"
_START, _END = r"(?<![A-Za-z0-9_\-])", r"(?![A-Za-z0-9_\-])"
# What it is, its shape, whether it may stand in a web address that is meant to be clicked.
_SHAPES: Final = (
    ("an AWS access key", r"(?:AKIA|ASIA)[A-Z2-7]{16}", True),
    ("a GitHub token", r"gh[pousr]_[A-Za-z0-9]{36}", False),
    ("a GitHub token", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}", False),
    ("a GitLab token", r"glpat-[A-Za-z0-9_\-]{20}", False),
    ("a Slack token", r"xox[abeoprs]-[0-9]{6,14}-[A-Za-z0-9\-]{10,150}", False),
    ("a Stripe key", r"[sr]k_live_[0-9A-Za-z]{24,200}", False),
    ("a Google key", r"AIza[0-9A-Za-z_\-]{35}", True),
    ("a SendGrid key", r"SG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43}", False),
    ("an npm token", r"npm_[A-Za-z0-9]{36}", False),
    ("an API key", r"sk-(?:proj|ant|svcacct)-[A-Za-z0-9_\-]{40,200}", False),
    (
        "a JSON web token",
        r"eyJ[A-Za-z0-9_\-]{10,4000}+\.eyJ[A-Za-z0-9_\-]{10,4000}+\.[A-Za-z0-9_\-]{16,1000}+",
        True,
    ),
)  # fmt: skip
# In each shape one of these stands, by its rarest character, which is found at once.
_HINTS: Final = {
    "_": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "k_live_", "npm_"),
    "-": ("glpat-", "xox", "sk-"),
    "K": ("AKIA",),
    "I": ("ASIA",),
    "z": ("AIza",),
    "G": ("SG.",),
    "J": ("eyJ",),
}
_SHORTEST: Final = 20  # code points of a key; the shortest is that of AWS
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z]{2,9} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?=\s{1,8}(?:[A-Za-z\-]{4,20}: |[A-Za-z0-9+/=]{16}))"
)
_VALUE = r"(?P<value>[^\s<>{}\[\]*•…]{6,64}+)(?=[\s<]|\Z)"
_IN_ADDRESS = 500  # code points back to the beginning of a web address
_NO_VALUE = re.compile(r"(?i)https?:|[xX.…]{4}|\$")


def secrets(place: Place) -> Iterator[Hit]:
    """The keys, tokens and passwords in a text."""
    text = place.plain
    if _may_have_key(text):
        for what, pattern, may_be_linked in _shapes():
            for match in pattern.finditer(text):
                if match.group().endswith("EXAMPLE"):
                    continue  # of the maker's own documentation
                if may_be_linked and _is_in_address(text, match.start()):
                    continue
                yield Hit(_CODE, Action.HOLD, what, place, *match.span())
    if "-" in text and "-----BEGIN " in text:
        for match in _PRIVATE_KEY.finditer(text):
            yield Hit(_CODE, Action.HOLD, "a private key", place, *match.span())
    if not _may_have_password(place):
        return
    for match in _passwords().finditer(text):
        if _is_value(match["value"]) and not _is_in_address(text, match.start()):
            yield Hit(_CODE, Action.WARN, "a password", place, *match.span("value"))


def _may_have_key(text: str) -> bool:
    """Whether a key or a token may be there; never False where one of `_SHAPES` is. Quick."""
    if len(text) < _SHORTEST:
        return False
    for rare, hints in _HINTS.items():
        if rare in text and any(map(text.__contains__, hints)):
            return True
    return False


def _may_have_password(place: Place) -> bool:
    """Whether a password is named and a digit is there, which each has. Quick."""
    text = place.plain
    if text.isascii() and not has_digit(text):
        return False
    return _password_names().may_be_among(place.words)


def _is_in_address(text: str, at: int) -> bool:
    words = text[max(0, at - _IN_ADDRESS) : at].rsplit(None, 1)
    return bool(words) and "://" in words[-1] and not text[at - 1].isspace()


def _is_value(value: str) -> bool:
    """Whether it is made as passwords are, with letters and digits, rather than a word."""
    value = value.rstrip(".,;:!?)\"'")
    return (
        len(value) >= 6
        and any(map(str.isalpha, value))
        and any(map(str.isdigit, value))
        and _NO_VALUE.search(value) is None
    )


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    return tuple(
        (what, re.compile(f"{_START}(?:{shape}){_END}"), may_be_linked)
        for what, shape, may_be_linked in _SHAPES
    )


@cache
def _password_names() -> PhraseWords:
    return PhraseWords(word_lists("sensitive")["password_words"])


@cache
def _passwords() -> re.Pattern[str]:
    lists = word_lists("sensitive")
    words = "|".join(map(re.escape, sorted(lists["password_words"], key=len, reverse=True)))
    joints = "|".join(map(re.escape, sorted(lists["password_joints"], key=len, reverse=True)))
    return re.compile(
        rf"(?i)(?<!\w)(?:{words})"
        rf"(?:[ \t]{{0,3}}[:=]|[ \t]{{1,3}}(?:{joints})[ \t:])\s{{0,3}}+{_VALUE}"
    )


# Those of detect-secrets that know a secret by its shape alone; not those that guess by entropy or
# by the words around, and not those that repeat the shapes above.
_PLUGINS: Final = (
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("basic_auth", "BasicAuthDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("openai", "OpenAIDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
)
_WINDOW = 1_000  # code points given to a plugin at once: their expressions backtrack
_OVERLAP = 200


def secrets_by_plugins(place: Place) -> Iterator[Hit]:
    """What the plugins of detect-secrets find in a text. They are asked without their network."""
    text = place.plain
    for begin in range(0, len(text), _WINDOW):
        window = text[begin : begin + _WINDOW + _OVERLAP]
        for what, plugin in _plugins():
            for secret in plugin.analyze_string(window):
                at = window.find(secret) if secret else -1
                if 0 <= at < _WINDOW:
                    start = begin + at
                    yield Hit(_CODE, Action.HOLD, what, place, start, start + len(secret))


@cache
def _plugins() -> Sequence[tuple[str, Any]]:
    import importlib

    found = []
    for module, name in _PLUGINS:
        plugin = getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), name)()
        found.append((f"a secret ({plugin.secret_type})", plugin))
    return tuple(found)
