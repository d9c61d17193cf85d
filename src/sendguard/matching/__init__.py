"""The fast core: who somebody is, who nearly is, and who must not be written to."""

from sendguard.errors import IndexFileError
from sendguard.matching._contact_csv import read_contacts
from sendguard.matching._contacts import Belonging, Contact, DirectoryLike, NearMiss
from sendguard.matching._directory import Directory
from sendguard.matching._distance import bounded_distance
from sendguard.matching._engine import engine
from sendguard.matching._identifiers import IdentifierIndex
from sendguard.matching._memory_directory import MemoryDirectory
from sendguard.matching._mention import Mention
from sendguard.matching._opening import open_directory
from sendguard.matching._string_index import StringIndex
from sendguard.matching._suppression import SuppressionList
from sendguard.matching._whose import identifier_key, name_key, recipient_key

__all__ = [
    "Belonging",
    "Contact",
    "Directory",
    "DirectoryLike",
    "IdentifierIndex",
    "IndexFileError",
    "MemoryDirectory",
    "Mention",
    "NearMiss",
    "StringIndex",
    "SuppressionList",
    "bounded_distance",
    "engine",
    "identifier_key",
    "name_key",
    "open_directory",
    "read_contacts",
    "recipient_key",
]
