"""What can be read from a message; one file for each thing read."""

from sendguard.text._accounts import (
    AccountNumber,
    read_accounts,
)
from sendguard.text._amounts import (
    Amount,
    Rate,
    read_amounts,
)
from sendguard.text._analysis import (
    NESTING_LIMIT,
    TEXT_LIMIT,
    Analysis,
    Place,
)
from sendguard.text._attachments_named import (
    AttachmentMention,
    read_attachment_mentions,
)
from sendguard.text._commitments import (
    CommitmentMention,
    read_commitments,
)
from sendguard.text._contacts import (
    EmailMention,
    PhoneMention,
    read_emails,
    read_phones,
)
from sendguard.text._dates import (
    DateMention,
    Day,
    may_name_date,
    may_name_weekday,
    read_dates,
)
from sendguard.text._digits import has_digit
from sendguard.text._files import (
    FILE_LIMIT,
    AttachedFile,
)
from sendguard.text._greeting import (
    Greeting,
    read_greeting,
)
from sendguard.text._html import (
    Link,
    VisibleText,
    read_html,
)
from sendguard.text._language import (
    UNKNOWN,
    known_languages,
    read_language,
)
from sendguard.text._moods import (
    Mood,
    MoodKind,
    read_moods,
)
from sendguard.text._part_text import part_text
from sendguard.text._passage import (
    Passage,
    words_in,
)
from sendguard.text._phrase_words import PhraseWords
from sendguard.text._phrases import (
    PhraseHit,
    Phrases,
)
from sendguard.text._quantities import (
    Quantity,
    read_quantities,
)
from sendguard.text._quoted import (
    Quotation,
    Quoting,
    read_quoting,
)
from sendguard.text._quoted_header import QuotedHeader
from sendguard.text._references import (
    Reference,
    read_references,
)
from sendguard.text._sentences import read_sentences
from sendguard.text._signoff import (
    Ending,
    SignOff,
    read_ending,
)
from sendguard.text._times import (
    TimeMention,
    read_times,
)
from sendguard.text._vocabulary import vocabulary
from sendguard.text._words import (
    Words,
    fold_letters,
)

__all__ = [
    "FILE_LIMIT",
    "NESTING_LIMIT",
    "TEXT_LIMIT",
    "UNKNOWN",
    "AccountNumber",
    "Amount",
    "Analysis",
    "AttachedFile",
    "AttachmentMention",
    "CommitmentMention",
    "DateMention",
    "Day",
    "EmailMention",
    "Ending",
    "Greeting",
    "Link",
    "Mood",
    "MoodKind",
    "Passage",
    "PhoneMention",
    "PhraseHit",
    "PhraseWords",
    "Phrases",
    "Place",
    "Quantity",
    "Quotation",
    "QuotedHeader",
    "Quoting",
    "Rate",
    "Reference",
    "SignOff",
    "TimeMention",
    "VisibleText",
    "Words",
    "fold_letters",
    "has_digit",
    "known_languages",
    "may_name_date",
    "may_name_weekday",
    "part_text",
    "read_accounts",
    "read_amounts",
    "read_attachment_mentions",
    "read_commitments",
    "read_dates",
    "read_emails",
    "read_ending",
    "read_greeting",
    "read_html",
    "read_language",
    "read_moods",
    "read_phones",
    "read_quantities",
    "read_quoting",
    "read_references",
    "read_sentences",
    "read_times",
    "vocabulary",
    "words_in",
]
