"""The fast core: near look-up of strings, and suppression lists, in files that are mapped."""

from sendguard.errors import IndexFileError
from sendguard.matching._contacts import Belonging, Contact, DirectoryLike, NearMiss
from sendguard.matching._string_index import StringIndex
from sendguard.matching._suppression import SuppressionList

__all__ = [
    "Belonging",
    "Contact",
    "DirectoryLike",
    "IndexFileError",
    "NearMiss",
    "StringIndex",
    "SuppressionList",
]
