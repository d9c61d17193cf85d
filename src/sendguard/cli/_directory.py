"""``sendguard directory``: build a directory of contacts, and ask it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

from attrs import frozen

from sendguard.canonical import mask_address, mask_number
from sendguard.cli._fault import say
from sendguard.cli._harmless import fold, masked_name, well_formed
from sendguard.cli._progress import Stages
from sendguard.cli._screen import Screen
from sendguard.cli._sources import STANDARD_INPUT, Source, Unread, bytes_of, read_source
from sendguard.cli._text import wrapped
from sendguard.errors import ConfigurationError, IndexFileError
from sendguard.matching import (
    Belonging,
    Contact,
    Directory,
    MemoryDirectory,
    open_directory,
    read_contacts,
)
from sendguard.text import Analysis

SCHEMA: Final = 1
DONE: Final = 0
SUSPICIOUS: Final = 1
MISUSED: Final = 2

_MOST_SHOWN: Final = 20  # contacts of one answer, as text
_INDENT: Final = "    "


@frozen
class DirectoryOptions:
    """What was asked for on the command line."""

    action: Literal["build", "info", "near", "whose"]
    directory: str
    csv: str | None = None
    subjects: tuple[str, ...] = ()
    distance: int = 2
    verify: bool = False
    region: str | None = None
    format: Literal["text", "json"] = "text"
    show_addresses: bool = False


def directory(options: DirectoryOptions) -> int:
    """Write what was asked for to standard output, and return the exit code."""
    if options.subjects.count(STANDARD_INPUT) > 1:
        say("standard input (-) can be read only once")
        return MISUSED
    try:
        if options.action == "build":
            return _build(options)
        opened = open_directory(options.directory, default_region=options.region)
        match options.action:
            case "info":
                return _info(opened, options)
            case "near":
                return _near(opened, options)
        return _whose(opened, options)
    except (ConfigurationError, IndexFileError) as error:
        say(str(error))
    except OSError as error:
        if error.filename is None:  # what is written to: the report
            raise
        say(f"{error.filename}: {error.strerror}")
    return MISUSED


def _build(options: DirectoryOptions) -> int:
    assert options.csv is not None  # noqa: S101  (argparse asks for it)
    stages = Stages(sys.stderr, os.environ)
    try:
        built = Directory.build(
            options.directory,
            read_contacts(options.csv),
            default_region=options.region,
            progress=stages.tell,
        )
    finally:
        stages.clear()
    return _info(built, options)


def _info(opened: Directory | MemoryDirectory, options: DirectoryOptions) -> int:
    told: dict[str, Any] = {"directory": options.directory, "contacts": len(opened)}
    if isinstance(opened, Directory):
        if options.verify:
            opened.verify()
        told |= opened.counts()
        told |= {"region": opened.default_region, "bytes": opened.path.stat().st_size}
    if options.format == "json":
        _write_json(told)
    else:
        rows = (f"{name}: {_counted(value)}" for name, value in told.items() if value is not None)
        _lines(rows)
    return DONE


def _counted(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _near(opened: Directory | MemoryDirectory, options: DirectoryOptions) -> int:
    mask = _Mask(reveal=options.show_addresses)
    results: list[dict[str, Any]] = []
    for address in options.subjects:
        who = opened.who(address)
        near = () if who else opened.near(address, options.distance)
        results.append(
            {
                "address": mask.address(address),
                "contacts": [mask.contact(contact) for contact in who],
                "near": [
                    {
                        "address": mask.address(miss.address),
                        "distance": miss.distance,
                        "contact": mask.contact(miss.contact),
                    }
                    for miss in near
                ],
            }
        )
    if options.format == "json":
        _write_json({"schema": SCHEMA, "results": results})
    else:
        _lines(line for each in results for line in _said_of_address(each))
    return SUSPICIOUS if any(each["near"] for each in results) else DONE


def _said_of_address(result: dict[str, Any]) -> Iterator[str]:
    address = result["address"]
    if result["contacts"]:
        yield from _shortened(f"{address}: {_said(each)}" for each in result["contacts"])
    elif result["near"]:
        yield from _shortened(
            f"{address}: nobody's, but {_edits(each['distance'])} from {each['address']}, "
            f"{_said(each['contact'])}"
            for each in result["near"]
        )
    else:
        yield f"{address}: nobody's, nor nearly anybody's"


def _edits(count: int) -> str:
    return "1 edit" if count == 1 else f"{count} edits"


def _whose(opened: Directory | MemoryDirectory, options: DirectoryOptions) -> int:
    mask = _Mask(reveal=options.show_addresses)
    results: list[dict[str, Any]] = []
    code = DONE
    for name in options.subjects:
        shown = name if options.show_addresses else masked_name(name)
        texts = _texts(name)
        if isinstance(texts, str):
            say(f"{shown}: {texts}")
            code = MISUSED
            continue
        found = [(part, each) for part, text in texts for each in opened.whose(text)]
        customers = sorted({next(iter(b.customers)) for _, b in found if len(b.customers) == 1})
        if len(customers) > 1:
            code = max(code, SUSPICIOUS)
        results.append(
            {
                "source": shown,
                "customers": customers,
                "found": [mask.belonging(part, each) for part, each in found],
            }
        )
    if options.format == "json":
        _write_json({"schema": SCHEMA, "results": results})
    else:
        _lines(line for each in results for line in _said_of_text(each))
    return code


def _said_of_text(result: dict[str, Any]) -> Iterator[str]:
    for each in result["found"]:
        where = f"{each['part']} {each['span'][0]}-{each['span'][1]}"
        several = len(each["customers"])
        owner = f"customer {each['customers'][0]}" if several == 1 else f"{several} customers"
        yield f"{result['source']}: {where}: {each['kind']} {each['value']}, {owner}"
    customers = ", ".join(result["customers"]) or "nobody"
    yield f"{result['source']}: has what is of {customers} alone"


def _texts(name: str) -> list[tuple[str, str]] | str:
    """The parts of a message and their texts, or the text of another file; else what is wrong."""
    path = Path(name)
    if name != STANDARD_INPUT and path.suffix.lower() in (".eml", ".json"):
        message = read_source(Source(path, "mail" if path.suffix.lower() == ".eml" else "json"))
        if isinstance(message, Unread):
            return message.problem.reason if message.problem else message.finding.message
        analysis = Analysis(message)
        return [(place.part, place.text) for place in (*analysis.places, *analysis.file_texts)]
    try:
        raw = bytes_of(Source(None if name == STANDARD_INPUT else path, "either"))
    except OSError as error:
        return error.strerror or type(error).__name__
    return [("text", raw.decode("utf-8-sig", "replace"))]


@frozen
class _Mask:
    """What of a person is shown."""

    reveal: bool

    def address(self, address: str) -> str:
        if self.reveal:
            return address
        return mask_address(address) if "@" in address else mask_number(address)

    def contact(self, contact: Contact) -> dict[str, str]:
        """Ids are shown, as findings show them; the name only where it was asked for."""
        shown = {"id": contact.id, "customer": contact.customer}
        return {**shown, "name": contact.name} if self.reveal else shown

    def belonging(self, part: str, belonging: Belonging) -> dict[str, Any]:
        return {
            "part": part,
            "span": [belonging.start, belonging.end],
            "kind": belonging.kind,
            "value": self._value(belonging),
            "customers": sorted(belonging.customers),
            "contacts": [self.contact(contact) for contact in belonging.contacts],
        }

    def _value(self, belonging: Belonging) -> str:
        if self.reveal:
            return belonging.value
        match belonging.kind:
            case "email":
                return mask_address(belonging.value)
            case "name":
                return " ".join(f"{word[0]}…" for word in belonging.value.split())
        return mask_number(belonging.value)


def _said(contact: dict[str, str]) -> str:
    name = f" ({contact['name']})" if contact.get("name") else ""
    return f"contact {contact['id']}{name} of customer {contact['customer']}"


def _shortened(lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == _MOST_SHOWN:
            yield "… and more; --format json has them all"
            return
        yield line


def _lines(lines: Iterator[str]) -> None:
    screen = Screen.of(sys.stdout, os.environ)
    for line in lines:
        indent = ""
        for piece in wrapped(screen.shown(fold(line)), screen.width - len(_INDENT)):
            sys.stdout.write(f"{indent}{piece}\n")
            indent = _INDENT


def _write_json(document: Any) -> None:
    json.dump(_well_formed(document), sys.stdout, indent=2)
    sys.stdout.write("\n")


def _well_formed(value: Any) -> Any:
    match value:
        case str():
            return well_formed(value)
        case list():
            return [_well_formed(each) for each in value]
        case dict():
            return {key: _well_formed(each) for key, each in value.items()}
    return value
