"""Directories, suppression lists and stores by name, as a policy file refers to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from attrs import frozen

from sendguard.errors import ConfigurationError, SendGuardError
from sendguard.policy._kinds import Resource
from sendguard.stores import ClaimStore

SCHEMES: Final[dict[str, Resource]] = {
    "memory": "store",
    "sqlite": "store",
    "redis": "store",
    "rediss": "store",
    "unix": "store",
    "csv": "directory",
    "directory": "directory",
    "suppression": "suppression",
}


@frozen(eq=False)
class Opened:
    """A resource that a policy uses.

    Attributes:
        kind: what it is.
        value: the thing itself.
    """

    kind: Resource
    value: Any


def open_resource(address: str, folder: Path, region: str | None) -> Opened:
    """Open what an address names.

    Args:
        address: ``memory:``, ``sqlite:PATH``, ``redis://…``, ``csv:PATH``,
            ``directory:PATH`` or ``suppression:PATH``.
        folder: where relative paths begin.
        region: for phone numbers in a directory without a country code.

    Raises:
        ConfigurationError: the scheme is unknown, or it cannot be opened.
    """
    scheme, _, rest = address.partition(":")
    kind = SCHEMES.get(scheme)
    if kind is None:
        raise ConfigurationError(
            f"{_without_password(address)!r} begins with none of "
            f"{', '.join(f'{each}:' for each in SCHEMES)}"
        )
    try:
        if scheme == "memory":
            from sendguard.stores import MemoryStore

            return Opened(kind, MemoryStore())
        if scheme in ("redis", "rediss", "unix"):
            return Opened(kind, _redis(address))
        return Opened(kind, _file(scheme, folder, rest, region))
    except ConfigurationError:
        raise
    except (SendGuardError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(f"{_without_password(address)!r}: {reason}") from error


def open_store(address: str, folder: Path) -> ClaimStore:
    """Open the store at an address such as ``sqlite:PATH`` or ``redis://…``.

    Args:
        address: as a policy file writes it.
        folder: where relative paths begin.

    Raises:
        ConfigurationError: it names no store, or one that is not there.
    """
    scheme, _, name = address.partition(":")
    if SCHEMES.get(scheme) != "store" or scheme == "memory":
        shared = [f"{each}:" for each, kind in SCHEMES.items() if kind == "store"]
        shared.remove("memory:")
        raise ConfigurationError(
            f"{_without_password(address)!r} is no store that several processes share; use one of "
            f"{', '.join(shared)}"
        )
    if scheme == "sqlite" and not (folder / name).is_file():
        raise ConfigurationError(f"the file {str(folder / name)!r} is not there")
    return open_resource(address, folder, None).value  # type: ignore[no-any-return]  # of its kind


def _file(scheme: str, folder: Path, name: str, region: str | None) -> Any:
    if not name:
        raise ConfigurationError(f"{scheme}: names no file; write {scheme}:PATH")
    path = folder / name
    if scheme == "sqlite":
        from sendguard.stores.sqlite import SQLiteStore

        if not path.parent.is_dir():
            raise ConfigurationError(f"the folder {str(path.parent)!r} is not there")
        return SQLiteStore(path)
    if not path.is_file():
        raise ConfigurationError(f"the file {str(path)!r} is not there")
    if scheme == "suppression":
        from sendguard.matching import SuppressionList

        return SuppressionList.open(path)
    from sendguard.matching import Directory, MemoryDirectory, read_contacts

    if scheme == "directory":
        return Directory.open(path)

    return MemoryDirectory(read_contacts(path), default_region=region)


def _redis(address: str) -> Any:
    try:
        from sendguard.stores.redis import RedisStore
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        raise ConfigurationError(
            "a store in Redis needs its client: pip install 'sendguard[redis]'"
        ) from None
    return RedisStore.from_url(address)


def _without_password(address: str) -> str:
    before, sign, host = address.rpartition("@")
    return f"{before.partition('//')[0]}//…@{host}" if sign else address


def address_of(value: object) -> str:
    """The address by which a policy file names an opened resource.

    Raises:
        ConfigurationError: no address leads to it.
    """
    kind = type(value).__name__
    match kind:
        case "MemoryStore":
            return "memory:"
        case "SQLiteStore":
            return f"sqlite:{value.path}"  # type: ignore[attr-defined]  # known by its name
        case "SuppressionList":
            return f"suppression:{value.path}"  # type: ignore[attr-defined]  # the same
        case "Directory":
            return f"directory:{value.path}"  # type: ignore[attr-defined]  # the same
        case "RedisStore":
            return str(value.address)  # type: ignore[attr-defined]  # the same
    raise ConfigurationError(
        f"a {kind} has no address that a policy file could name; leave it out of the guard and "
        "give it beside the file: Guard.from_toml(path, store=…)"
    )
