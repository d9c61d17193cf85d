"""A message read once, for all checks."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar, cast

from attrs import field, frozen

from sendguard.canonical import strip_invisible_with_offsets
from sendguard.model import Defect, Message
from sendguard.text._accounts import AccountNumber, read_accounts
from sendguard.text._amounts import Amount, read_amounts
from sendguard.text._attachments_named import (
    AttachmentMention,
    may_announce,
    read_attachment_mentions,
)
from sendguard.text._commitments import CommitmentMention, read_commitments
from sendguard.text._contacts import EmailMention, PhoneMention, read_emails, read_phones
from sendguard.text._dates import DateMention, read_dates
from sendguard.text._digits import figures_of
from sendguard.text._files import AttachedFile
from sendguard.text._greeting import Greeting, read_greeting
from sendguard.text._html import Link, VisibleText, read_html
from sendguard.text._language import read_language
from sendguard.text._lazy import lazy
from sendguard.text._moods import Mood, read_moods
from sendguard.text._passage import Passage, spoken_in
from sendguard.text._quantities import Quantity, read_quantities
from sendguard.text._quoted import Quoting, read_quoting
from sendguard.text._references import Reference, read_references
from sendguard.text._sentences import read_sentences
from sendguard.text._signoff import Ending, read_ending
from sendguard.text._times import TimeMention, read_times
from sendguard.text._words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Found = TypeVar("Found")

TEXT_LIMIT: Final = 1 << 20
"""Code points of one part that are judged; what is longer is reported."""

NESTING_LIMIT: Final = 20
"""Messages inside messages that are judged; what lies deeper is reported."""

_NOWHERE: Final[tuple[tuple[int, int], ...]] = ()


@frozen
class Place:
    """A text that a reader sees, and where.

    Attributes:
        part: where it stands, as in `Finding.part`.
        text: the text as decoded; of HTML, what is shown.
        plain: the same without characters that cannot be seen.
        hidden: whether it is in the source of the part without being shown with it (a preheader).
        code: spans of `plain` that are set as code.
        quotes: spans of `plain` that are set as quotations.
    """

    part: str
    text: str
    plain: str
    hidden: bool = False
    code: tuple[tuple[int, int], ...] = _NOWHERE
    quotes: tuple[tuple[int, int], ...] = _NOWHERE
    _offsets: Sequence[int] | None = field(default=None, eq=False, repr=False)

    @classmethod
    def of(cls, part: str, text: str, *, hidden: bool = False) -> Place:
        """A place with that text."""
        plain, offsets = strip_invisible_with_offsets(text)
        return cls(part, text, plain, hidden, offsets=offsets)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        r"""Where a span of `plain` stands in `text`; None for a hidden place, which has no spans.

        >>> Place.of("subject", "Pay\u200bment").span(2, 4)
        (2, 5)
        """
        if self.hidden:
            return None
        if self._offsets is None:
            return start, end
        if start == end:
            return self._offsets[start], self._offsets[start]
        return self._offsets[start], self._offsets[end - 1] + 1

    @property
    def words(self) -> frozenset[str]:
        """Every run of letters in `plain`, case-folded, once: by it readers know what to skip.

        >>> sorted(Place.of("text", "EUR5, l'Ordine, eur").words)
        ['eur', 'l', 'ordine']
        """
        return self._spoken[1]

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word in `plain`, those with digits in them too, as `words_of` gives them, once."""
        return self._spoken[0]

    @cached_property
    def figures(self) -> str | None:
        """The shapes of numbers in `plain`, as `figures_of` gives them."""
        return figures_of(self.plain)

    @cached_property
    def _spoken(self) -> tuple[frozenset[str], frozenset[str]]:
        return spoken_in(self.plain)

    @property
    def is_nested(self) -> bool:
        """Whether it is in a message that this one carries."""
        return "/" in self.part


class Analysis:
    """What can be read from one message, computed when first asked for.

    Safe to share between threads: what two of them compute at once is equal.
    """

    def __init__(self, message: Message) -> None:
        self.message = message
        self._others: dict[int, Analysis] = {}
        self._read: dict[tuple[object, int], tuple[Passage, tuple[object, ...]]] = {}

    def of(self, other: Message) -> Analysis:
        """The analysis of another message, such as one of the thread, kept as long as this one."""
        return self._others.setdefault(id(other), Analysis(other))  # which keeps `other` alive too

    @lazy
    def places(self) -> tuple[Place, ...]:
        """All that a reader sees: the subject, names in the header, texts, names of files.

        In the order subject, names, text, HTML, hidden text, attachments, each nested message in
        place of its attachment's content.
        """
        return tuple(place for reading in self._readings for place in reading.places())

    @lazy
    def html(self) -> VisibleText | None:
        """What the HTML part shows; None where there is no such part."""
        return self._readings[0].html

    @lazy
    def links(self) -> tuple[Link, ...]:
        """The hyperlinks of all HTML parts, those of nested messages too."""
        return tuple(
            link for reading in self._readings if reading.html for link in reading.html.links
        )

    @lazy
    def defects(self) -> tuple[Defect, ...]:
        """What reading the message met and could not make good, its own defects included."""
        found = [defect for reading in self._readings for defect in reading.defects()]
        return (*self.message.defects, *found)  # a message names the defects of those inside it

    @lazy
    def quoting(self) -> tuple[Quoting, ...]:
        """New and quoted text of what the message itself shows, text and HTML each."""
        return tuple(read_quoting(place) for place in self._bodies)

    @lazy
    def greetings(self) -> tuple[Greeting, ...]:
        """The greeting of the text and that of the HTML, where they have one."""
        found = (read_greeting(quoting.new) for quoting in self.quoting)
        return tuple(greeting for greeting in found if greeting is not None)

    @lazy
    def greeted(self) -> tuple[Passage, ...]:
        """The words in the place of the reader's name, in subject, text and HTML."""
        subject = (place for place in self.places if place.part == "subject")
        found = [read_greeting((Passage(place, 0, len(place.plain)),)) for place in subject]
        return tuple(
            each.addressee
            for each in (*found, *self.greetings)
            if each is not None and each.addressee is not None
        )

    @lazy
    def endings(self) -> tuple[Ending, ...]:
        """How the new text ends, for the text and the HTML each."""
        return tuple(read_ending(quoting) for quoting in self.quoting)

    @lazy
    def new_text(self) -> tuple[Passage, ...]:
        """The subject, and what is new in text and HTML: the words of this message alone."""
        subject = (
            Passage(place, 0, len(place.plain)) for place in self.places if place.part == "subject"
        )
        new = (passage for quoting in self.quoting for passage in quoting.new)
        return (*subject, *new)

    @lazy
    def amounts(self) -> tuple[Amount, ...]:
        """The amounts of money in the subject and the new text."""
        return tuple(each for passage in self.new_text for each in self.amounts_of(passage))

    def amounts_of(self, passage: Passage) -> tuple[Amount, ...]:
        """The amounts of money in one passage."""
        return self._once(read_amounts, passage)

    @lazy
    def quantities(self) -> tuple[Quantity, ...]:
        """The quantities with a unit in the subject and the new text."""
        return tuple(each for passage in self.new_text for each in read_quantities(passage))

    @lazy
    def dates(self) -> tuple[DateMention, ...]:
        """The days that the subject and the new text name."""
        return tuple(each for passage in self.new_text for each in self.dates_of(passage))

    def dates_of(self, passage: Passage) -> tuple[DateMention, ...]:
        """The days that one passage names."""
        return self._once(read_dates, passage)

    @lazy
    def times(self) -> tuple[TimeMention, ...]:
        """The times of day that the subject and the new text name."""
        return tuple(each for passage in self.new_text for each in read_times(passage))

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The labelled numbers (orders, invoices, cases) in the subject and the new text."""
        return tuple(each for passage in self.new_text for each in self.references_of(passage))

    def references_of(self, passage: Passage) -> tuple[Reference, ...]:
        """The labelled numbers in one passage."""
        return self._once(read_references, passage)

    @lazy
    def emails(self) -> tuple[EmailMention, ...]:
        """The e-mail addresses in the subject and the new text."""
        return tuple(each for passage in self.new_text for each in read_emails(passage))

    @lazy
    def phones(self) -> tuple[PhoneMention, ...]:
        """The telephone numbers in the subject and the new text, no region assumed."""
        return tuple(each for passage in self.new_text for each in read_phones(passage))

    @lazy
    def accounts(self) -> tuple[AccountNumber, ...]:
        """The IBANs and card numbers in the subject and the new text."""
        return tuple(each for passage in self.new_text for each in read_accounts(passage))

    @lazy
    def sentences(self) -> tuple[Passage, ...]:
        """The sentences of the new text."""
        new = (passage for quoting in self.quoting for passage in quoting.new)
        return tuple(each for passage in new for each in read_sentences(passage))

    @lazy
    def commitments(self) -> tuple[CommitmentMention, ...]:
        """The sentences of the new text that promise something for a day."""
        return read_commitments(self.sentences, self.dates)

    @lazy
    def words(self) -> tuple[Words, ...]:
        """The words of the subject and of each passage of the new text."""
        return tuple(map(Words, self.new_text))

    @lazy
    def quoted_words(self) -> tuple[tuple[Words, ...], ...]:
        """The words of each quotation, in the order of `quoting` and of its quotations."""
        return tuple(tuple(Words(q.where) for q in each.quotations) for each in self.quoting)

    @lazy
    def moods(self) -> tuple[Mood, ...]:
        """What the writer of the new text goes through, as far as he says so."""
        return tuple(each for words in self.words for each in read_moods(words))

    @lazy
    def language(self) -> str:
        """The language of the new text, as an ISO 639-1 code, or "unknown"."""
        return read_language(passage for quoting in self.quoting for passage in quoting.new)

    @lazy
    def attachments_named(self) -> tuple[AttachmentMention, ...]:
        """Where the new text announces an attachment."""
        if not may_announce(self.words):
            return ()
        new = (passage for quoting in self.quoting for passage in quoting.new)
        return tuple(each for passage in new for each in read_attachment_mentions(passage))

    @lazy
    def files(self) -> tuple[AttachedFile, ...]:
        """The files that travel with the message, those of nested messages too."""
        return tuple(each for reading in self._readings for each in reading.files())

    @lazy
    def file_texts(self) -> tuple[Place, ...]:
        """What the files of text types say: plain text, CSV, HTML as it is shown and hidden."""
        return tuple(place for file in self.files for place in _texts_of(file))

    def _once(
        self, read: Callable[[Passage], tuple[Found, ...]], passage: Passage
    ) -> tuple[Found, ...]:
        """What a passage was read for, kept as long as this analysis, and with it the passage."""
        key = read, id(passage)
        known = self._read.get(key)
        if known is None:
            known = self._read.setdefault(key, (passage, read(passage)))
        return cast("tuple[Found, ...]", known[1])

    @lazy
    def _bodies(self) -> tuple[Place, ...]:
        return tuple(
            place for place in self.places if place.part in ("text", "html") and not place.hidden
        )

    @lazy
    def _readings(self) -> tuple[_Reading, ...]:
        return tuple(_walk(self.message))


def _walk(message: Message) -> Iterator[_Reading]:
    """The message and those inside it, each before its own; a stack, since nesting is hostile."""
    waiting = [_Reading(message, "", 0)]
    while waiting:
        reading = waiting.pop()
        yield reading
        if reading.depth < NESTING_LIMIT:
            waiting += [
                _Reading(file.message, f"{reading.prefix}attachment:{n}/", reading.depth + 1)
                for n, file in reversed(tuple(enumerate(reading.message.attachments)))
                if file.message is not None
            ]


class _Reading:
    """One message of those that travel together."""

    def __init__(self, message: Message, prefix: str, depth: int) -> None:
        self.message = message
        self.prefix = prefix
        self.depth = depth

    @lazy
    def html(self) -> VisibleText | None:
        source = self.message.html
        if source is None:
            return None
        return read_html(source[:TEXT_LIMIT], f"{self.prefix}html")

    def places(self) -> Iterator[Place]:
        message, prefix = self.message, self.prefix
        if message.subject:
            yield Place.of(f"{prefix}subject", message.subject[:TEXT_LIMIT])
        for header, name in self._names():
            yield Place.of(f"{prefix}header:{header}", name[:TEXT_LIMIT])
        if message.text:
            yield Place.of(f"{prefix}text", message.text[:TEXT_LIMIT])
        if self.html is not None:
            yield _of_html(f"{prefix}html", self.html)
            for unseen in (self.html.title, self.html.hidden):
                if unseen:
                    yield Place.of(f"{prefix}html", unseen, hidden=True)
        for n, file in enumerate(message.attachments):
            if file.name:
                yield Place.of(f"{prefix}attachment:{n}.name", file.name[:TEXT_LIMIT])

    def _names(self) -> Iterator[tuple[str, str]]:
        message = self.message
        if message.sender is not None and message.sender.name:
            yield "From", message.sender.name
        for recipient in message.recipients:
            if recipient.name and recipient.role != "bcc":
                yield recipient.role.capitalize(), recipient.name
        for name, value in message.headers:
            if name.lower() in _SHOWN_HEADERS:
                yield name, value

    def files(self) -> Iterator[AttachedFile]:
        for n, file in enumerate(self.message.attachments):
            yield AttachedFile(f"{self.prefix}attachment:{n}", file)

    def defects(self) -> Iterator[Defect]:
        message = self.message
        for name, text in (
            ("subject", message.subject),
            ("text", message.text),
            ("html", message.html),
        ):
            if text is not None and len(text) > TEXT_LIMIT:
                yield Defect(
                    "limit",
                    f"Only the first {TEXT_LIMIT:,} characters of {len(text):,} were judged.",
                    f"{self.prefix}{name}",
                )
        if self.html is not None:
            yield from self.html.defects
        if self.depth == NESTING_LIMIT and any(f.message is not None for f in message.attachments):
            yield Defect(
                "limit",
                f"Messages nested deeper than {NESTING_LIMIT} were not judged.",
                self.prefix.removesuffix("/"),
            )


_SHOWN_HEADERS = frozenset({"reply-to", "organization", "list-unsubscribe"})


def _texts_of(file: AttachedFile) -> Iterator[Place]:
    text = file.text
    if text is None:
        return
    part = f"{file.part}.text"
    if not file.is_html:
        yield Place.of(part, text)
        return
    html = read_html(text, part)
    yield _of_html(part, html)
    if html.hidden:
        yield Place.of(part, html.hidden, hidden=True)


def _of_html(part: str, html: VisibleText) -> Place:
    plain, offsets = strip_invisible_with_offsets(html.text)
    if offsets is None:
        return Place(part, html.text, plain, code=html.code, quotes=html.quotes)
    return Place(
        part,
        html.text,
        plain,
        code=_moved(html.code, offsets),
        quotes=_moved(html.quotes, offsets),
        offsets=offsets,
    )


def _moved(
    spans: tuple[tuple[int, int], ...], offsets: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Spans of a text, in the same text without its invisible characters."""
    return tuple((bisect_left(offsets, start), bisect_left(offsets, end)) for start, end in spans)
