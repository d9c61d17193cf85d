"""Contacts from a CSV file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sendguard.canonical import mask_address, mask_number, split_address
from sendguard.errors import ConfigurationError
from sendguard.matching._contacts import Contact

COLUMNS = ("id", "customer", "name", "emails", "phones", "identifiers")
_REQUIRED = ("id", "customer")
_LONGEST_PHONE = 40  # code points
_LEAST_DIGITS = 3


def read_contacts(path: str | os.PathLike[str]) -> Iterator[Contact]:
    """The contacts of a UTF-8 CSV file, one row at a time.

    Its first line names the columns, in any order: `id` and `customer`, and, where they are known,
    `name`, `emails`, `phones`, `identifiers`; these last three are lists separated by `;`. Fields
    with commas, line ends or quotes in them stand in double quotes (RFC 4180). Empty lines and a
    byte order mark are left out.

    Args:
        path: the file.

    Raises:
        ConfigurationError: the file is not as described; the message names line and column, and
            masks what stands there.
        OSError: it cannot be read.
    """
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        yield from _contacts(file, os.fspath(path))


def _contacts(file: IO[str], path: str) -> Iterator[Contact]:
    rows = _rows(file, path)
    _, header = next(rows, (1, []))
    columns = _columns(header, path)
    for line, row in rows:
        where = f"{path}, line {line}"
        if len(row) != len(header):
            raise ConfigurationError(
                f"{where}: {len(row)} columns instead of {len(header)}; "
                "put fields with commas in double quotes"
            )
        fields = {name: row[index].strip() for name, index in columns.items()}
        for name in _REQUIRED:
            if not fields[name]:
                raise ConfigurationError(f"{where}, column {name}: empty; every contact has one")
        yield Contact(
            fields["id"],
            fields["customer"],
            fields.get("name", ""),
            tuple(_emails(fields.get("emails", ""), where)),
            tuple(_phones(fields.get("phones", ""), where)),
            _listed(fields.get("identifiers", "")),
        )


def _rows(file: IO[str], path: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the number of the line on which it begins."""
    reader = csv.reader(file, strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ConfigurationError(f"{path}, line {line}: {error}") from None
        except UnicodeDecodeError as error:
            raise ConfigurationError(
                f"{path}, line {line} or below: not UTF-8 ({error.reason}); save it as UTF-8"
            ) from None
        if any(map(str.strip, row)):
            yield line, row
        line = reader.line_num + 1


def _columns(header: list[str], path: str) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    for index, name in enumerate(names, start=1):
        if name not in COLUMNS:
            raise ConfigurationError(
                f"{path}, line 1, column {index}: not one of {', '.join(COLUMNS)}"
            )
    if len(set(names)) < len(names):
        raise ConfigurationError(f"{path}, line 1: a column is named twice")
    if missing := [name for name in _REQUIRED if name not in names]:
        raise ConfigurationError(f"{path}, line 1: there is no column {missing[0]}")
    return {name: index for index, name in enumerate(names)}


def _listed(field: str) -> tuple[str, ...]:
    return tuple(value for each in field.split(";") if (value := each.strip()))


def _emails(field: str, where: str) -> Iterator[str]:
    for value in _listed(field):
        if split_address(value) is None:
            raise ConfigurationError(
                f"{where}, column emails: {mask_address(value)!r} is no e-mail address; "
                "separate several by ;"
            )
        yield value


def _phones(field: str, where: str) -> Iterator[str]:
    for value in _listed(field):
        digits = sum(each.isdigit() for each in value)
        if len(value) > _LONGEST_PHONE or digits < _LEAST_DIGITS or "@" in value:
            raise ConfigurationError(
                f"{where}, column phones: {mask_number(value)!r} is no phone number; "
                "separate several by ;"
            )
        yield value
