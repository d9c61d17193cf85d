"""The domains of mail providers, and how people mistype them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from attrs import frozen

from sendguard.canonical import is_freemail


@frozen
class MailDomains:
    """The table in `data/mail-domains.toml`.

    Attributes:
        real: domains at which people have their mail; they are never corrected.
        typos: each mistyped domain with the one that is meant.
        endings: each mistyped last label with the one that is meant.
        nearly: domains whose names are long enough for any single slip to be one.
    """

    real: frozenset[str]
    typos: dict[str, str]
    endings: dict[str, str]
    nearly: tuple[str, ...]


@cache
def mail_domains() -> MailDomains:
    """The table, read once."""
    source = files("sendguard.checks") / "data" / "mail-domains.toml"
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    return MailDomains(
        frozenset({*table["real"], *table["typos"]}),
        {typo: meant for meant, typos in table["typos"].items() for typo in typos},
        {typo: meant for meant, typos in table["endings"].items() for typo in typos},
        tuple(table["nearly"]),
    )


def is_mail_provider(domain: str) -> bool:
    """Whether a canonical domain is one at which people of all kinds have their mail."""
    return is_freemail(domain) or domain in mail_domains().real
