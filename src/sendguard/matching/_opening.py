"""The directory that a file holds, in either form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sendguard.matching._contact_csv import read_contacts
from sendguard.matching._directory import Directory
from sendguard.matching._file import MAGIC
from sendguard.matching._memory_directory import MemoryDirectory

if TYPE_CHECKING:
    import os


def open_directory(
    path: str | os.PathLike[str], *, default_region: str | None = None
) -> Directory | MemoryDirectory:
    """The directory in a file: one that `Directory.build` wrote, or a CSV file, which is read.

    Args:
        path: the file; its first bytes tell which of the two it is.
        default_region: ISO 3166 region in which numbers without a country code are dialled, for a
            CSV file; the other has its own.

    Raises:
        ConfigurationError: the CSV file is not as `read_contacts` describes it.
        IndexFileError: the other is damaged or incomplete.
        OSError: it cannot be read.
    """
    with Path(path).open("rb") as file:
        is_built = file.read(len(MAGIC)) == MAGIC
    if is_built:
        return Directory.open(path)
    return MemoryDirectory(read_contacts(path), default_region=default_region)
