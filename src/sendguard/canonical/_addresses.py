"""Addresses: whether one can be delivered to, and the form in which two are compared.

Sources: RFC 5321 §4.1.2 and §4.5.3.1 (syntax, sizes), RFC 5322 §3.4.1, RFC 6531 (UTF-8 local
parts), RFC 5890 and UTS #46 (internationalised domains).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from sendguard.canonical._invisible import has_invisible
from sendguard.canonical._normal import normalize

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\-"
# An address of the common kind. `{1,63}` and `{1,64}` hold each label and the local part to their
# sizes, and keep the backtracking inside a label bounded.
_COMMON = re.compile(
    rf"(?=.{{1,64}}@)[{_ATEXT}]++(?:\.[{_ATEXT}]++)*+"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)++"
    r"(?![0-9]++\Z)[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
)
_DOT_ATOM = re.compile(rf"[{_ATEXT}\u0080-\U0010ffff]++(?:\.[{_ATEXT}\u0080-\U0010ffff]++)*+")
_ASCII_HOST = re.compile(r"[a-z0-9\-]++(?:\.[a-z0-9\-]++)*+")
_QUOTED_OR_AT = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)|@', re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Full stops of other scripts, which UTS #46 maps to a dot and which a mail server may not.
_OTHER_STOP = re.compile("[\u3002\uff0e\uff61\u2024\ufe52]")

_MAX_ADDRESS = 254  # octets; RFC 3696 erratum 1690: the path of RFC 5321 less its angle brackets
_MAX_LOCAL = 64  # octets
_MAX_DOMAIN = 255  # octets
_MAX_LABEL = 63  # octets

_IGNORES_DOTS = frozenset({"gmail.com"})
_DROPS_PLUS_TAGS = frozenset(
    {
        "fastmail.com",
        "gmail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mac.com",
        "me.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
    }
)
_SAME_PROVIDER = {"googlemail.com": "gmail.com"}


def split_address(address: str) -> tuple[str, str] | None:
    """Return the local part and the domain, as written, parted at the last @ outside quotes.

    Returns:
        Both parts, or None when there is no such @ or one of the parts is empty.

    >>> split_address('"a@b"@other.example')
    ('"a@b"', 'other.example')
    """
    at = -1
    if '"' in address:
        for match in _QUOTED_OR_AT.finditer(address):
            if match.group() == "@":
                at = match.start()
    else:
        at = address.rfind("@")
    if at <= 0 or at == len(address) - 1:
        return None
    return address[:at], address[at + 1 :]


def address_problem(address: str) -> str | None:
    """Return what keeps the address from being delivered to, or None when nothing visible does.

    The form alone is judged: special-use domains (`.example`, `.test`, `localhost`) are fine, the
    domain is not looked up. Quoted local parts are accepted where Python's own mail software, which
    writes the envelope, reads the same address from them.

    Args:
        address: an addr-spec, without a display name.

    Returns:
        One sentence, which never contains any part of the address.

    >>> address_problem("maria@shop.example")
    >>> address_problem("maria@shop..example")
    'The domain has an empty label: two dots in a row, or a dot at an end.'
    """
    common = len(address) <= _MAX_ADDRESS and _COMMON.fullmatch(address)
    if common and "xn--" not in address.lower():
        return None
    if not address.strip():
        return "The address is empty."
    if _CONTROL.search(address):
        return "The address contains a line break or another control character."
    if has_invisible(address):
        return "The address contains a character that cannot be seen."
    parts = split_address(address)
    if parts is None:
        if "@" in address:
            return "The address has nothing before or after its @."
        return "The address has no @."
    local, domain = parts
    return (
        _size_problem(address, local, domain)
        or _local_problem(local)
        or _domain_problem(domain)
        or _reading_problem(address)
    )


def _size_problem(address: str, local: str, domain: str) -> str | None:
    # Lone surrogates have no UTF-8 form; they are three octets here and refused later.
    octets = {part: len(part.encode("utf-8", "surrogatepass")) for part in (address, local, domain)}
    if octets[local] > _MAX_LOCAL:
        return f"The part before the @ is longer than {_MAX_LOCAL} octets."
    if octets[domain] > _MAX_DOMAIN:
        return f"The domain is longer than {_MAX_DOMAIN} octets."
    if octets[address] > _MAX_ADDRESS:
        return f"The address is longer than {_MAX_ADDRESS} octets."
    return None


def _local_problem(local: str) -> str | None:
    quoted = _QUOTED.fullmatch(local) is not None
    if not quoted:
        if "@" in local:
            return "There is more than one @ outside quotes."
        if any(each.isspace() for each in local):
            return "There is white space before the @."
        if local.startswith(".") or local.endswith(".") or ".." in local:
            return "The part before the @ begins or ends with a dot, or has two in a row."
        if not _DOT_ATOM.fullmatch(local):
            return "The part before the @ has a character that is allowed there only in quotes."
    from email_validator import EmailNotValidError, validate_email

    try:
        # The domain is judged apart, so that special-use domains are not refused with it.
        validate_email(f"{local}@host.org", check_deliverability=False, allow_quoted_local=quoted)
    except EmailNotValidError:
        return "The part before the @ has a character that is not allowed in an address."
    return None


def _domain_problem(domain: str) -> str | None:
    if domain.startswith("["):
        return "The domain is an address literal in brackets, not a name."
    if any(each.isspace() for each in domain):
        return "There is white space after the @."
    if _OTHER_STOP.search(domain):
        return "The domain has a character that only looks like a dot."
    if normalize("NFKC", domain) != normalize("NFC", domain):
        return "The domain has characters that stand for other characters."
    labels = domain.split(".")
    if "" in labels:
        return "The domain has an empty label: two dots in a row, or a dot at an end."
    encoded = _to_ascii(domain)
    if encoded is None:
        return "The domain has a character that is not allowed in a domain name."
    labels = encoded.split(".")
    for label in labels:
        if label.startswith("-") or label.endswith("-"):
            return "A label of the domain begins or ends with a hyphen."
        if len(label) > _MAX_LABEL:
            return f"A label of the domain is longer than {_MAX_LABEL} octets."
    if labels[-1].isdigit():
        return "The last label of the domain is a number."
    if len(labels) == 1 and encoded != "localhost":
        return "The domain has no dot."
    return None


def _reading_problem(address: str) -> str | None:
    from email.utils import parseaddr

    # smtplib passes each recipient through this parser before it writes RCPT TO.
    if parseaddr(address)[1] != address:
        return "Mail software reads another address from this one."
    return None


def _to_ascii(domain: str) -> str | None:
    """Return the A-label form by UTS #46, or None when the domain has none."""
    lowered = domain.lower()
    if lowered.isascii():
        return lowered if _ASCII_HOST.fullmatch(lowered) and _punycode_is_sound(lowered) else None
    if len(domain) > _MAX_DOMAIN:
        return None
    import idna

    try:
        encoded = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError:  # idna.IDNAError is one
        return None
    return encoded if _ASCII_HOST.fullmatch(encoded) else None


def _punycode_is_sound(domain: str) -> bool:
    if "xn--" not in domain:
        return True
    if len(domain) > _MAX_DOMAIN:
        return False
    import idna

    try:
        idna.decode(domain)
    except UnicodeError:
        return False
    return True


def canonical_address(address: str, *, provider_rules: bool = False) -> str:
    """Return the form in which addresses are compared; the form of the form is itself.

    The domain is in lower-case A-labels without a trailing dot, or lower-case where IDNA refuses
    it. The local part is in NFC, case-folded, and quoted only where it must be: RFC 5321 lets a
    host tell `Maria` from `maria`, but none that people use does.

    Args:
        address: an addr-spec; anything else is stripped and case-folded.
        provider_rules: also apply what well-known providers do: dots and plus tags at Gmail,
            googlemail.com, plus tags elsewhere.

    >>> canonical_address("Maria@B\u00dcCHER.example")
    'maria@xn--bcher-kva.example'
    >>> canonical_address("Ma.ria+news@googlemail.com", provider_rules=True)
    'maria@gmail.com'
    """
    address = address.strip()
    parts = split_address(address)
    if parts is None:
        return _folded(address)
    local, domain = _canonical_local(parts[0]), _canonical_domain(parts[1])
    if provider_rules:
        local, domain = _by_provider(local, domain)
    return f"{local}@{domain}"


def _canonical_local(local: str) -> str:
    if _QUOTED.fullmatch(local):
        content = _ESCAPED.sub(r"\1", local[1:-1])
        local = content if _DOT_ATOM.fullmatch(content) else _requoted(content)
    return _folded(local)


def _requoted(content: str) -> str:
    return '"' + content.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Canonical caseless matching (Unicode 15 §3.13, D145), composed again for brevity.
    return normalize("NFC", normalize("NFD", text).casefold())


def _canonical_domain(domain: str) -> str:
    stripped = domain.rstrip(".")
    # White space at the end would be stripped when the form is compared again.
    if stripped and not stripped[-1].isspace():
        domain = stripped
    if domain.isascii():
        return domain.lower()
    return _to_ascii(domain) or domain.lower()


def _by_provider(local: str, domain: str) -> tuple[str, str]:
    domain = _SAME_PROVIDER.get(domain, domain)
    if not local.startswith('"'):
        if domain in _DROPS_PLUS_TAGS:
            local = local.partition("+")[0] or local
        if domain in _IGNORES_DOTS:
            local = local.replace(".", "") or local
    return local, domain


def domain_of(address: str) -> str:
    """Return the domain in the form in which domains are compared, or "" when there is none.

    >>> domain_of("Maria@Shop.Example.")
    'shop.example'
    """
    parts = split_address(address.strip())
    return _canonical_domain(parts[1]) if parts else ""


@lru_cache(maxsize=4096)
def _registrable(domain: str) -> str:
    found: str | None = _public_suffixes().privatesuffix(domain)
    return found or domain


def is_within(domain: str, domains: Collection[str]) -> bool:
    """Tell whether a canonical domain is one of these canonical domains, or below one.

    >>> is_within("mail.shop.example", {"shop.example"})
    True
    >>> is_within("xshop.example", {"shop.example"})
    False
    """
    while domain:
        if domain in domains:
            return True
        domain = domain.partition(".")[2]
    return False


def registrable_domain(domain: str) -> str:
    """Return the part of a domain that was registered: its public suffix and one label more.

    By the Public Suffix List, with private suffixes such as `github.io`. A name that is itself a
    public suffix, a name without a dot, and what is no domain name at all are returned as they are,
    in canonical form.

    >>> registrable_domain("mail.shop.co.uk")
    'shop.co.uk'
    """
    canonical = _canonical_domain(domain.strip())
    if len(canonical) > _MAX_DOMAIN or not _ASCII_HOST.fullmatch(canonical):
        return canonical
    return _registrable(canonical)


_suffixes: list[PublicSuffixList] = []
_suffixes_lock = Lock()


def _public_suffixes() -> PublicSuffixList:
    # functools.cache may build twice when two threads come first together; this list is large.
    with _suffixes_lock:
        if not _suffixes:
            from publicsuffixlist import PublicSuffixList

            _suffixes.append(PublicSuffixList())
        return _suffixes[0]
