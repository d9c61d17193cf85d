"""The fast core: near look-up of strings and suppression lists, in files that are mapped."""

from sendguard.matching._string_index import StringIndex

__all__ = ["StringIndex"]
