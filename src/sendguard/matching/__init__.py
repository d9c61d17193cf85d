"""The fast core: near look-up, suppression lists and whose data is in a text, in mapped files."""

from sendguard.errors import IndexFileError
from sendguard.matching._identifiers import IdentifierIndex
from sendguard.matching._mention import Mention
from sendguard.matching._string_index import StringIndex
from sendguard.matching._suppression import SuppressionList

__all__ = ["IdentifierIndex", "IndexFileError", "Mention", "StringIndex", "SuppressionList"]
