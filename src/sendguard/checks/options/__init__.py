"""What the options of several checks have in common: for whom is counted, how many, how long."""

from sendguard.checks.options._by import By, Function, Subject, function_of, label_of, subjects
from sendguard.checks.options._count import count_of
from sendguard.model import Duration, length_of, seconds_of

__all__ = [
    "By",
    "Duration",
    "Function",
    "Subject",
    "count_of",
    "function_of",
    "label_of",
    "length_of",
    "seconds_of",
    "subjects",
]
