"""A message for one customer goes to that customer, and says nothing of the others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from attrs import field, frozen

from sendguard.checks._foreign import (
    Foreign,
    Shared,
    common_customers,
    known_recipients,
    stays_inside,
)
from sendguard.checks.algebra import Case, Check, DirectoryLeaf, check_directory
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.checks._foreign import Known
    from sendguard.matching import Belonging, DirectoryLike
    from sendguard.text import Analysis, Place

_PARTS = frozenset({"subject", "text", "html"})
_MOST_FINDINGS = 20  # of each code; more of them say nothing new
_MOST_NAMED = 3
_LONGEST_NAMED = 60  # code points
_LONGEST_LINK = 2_048  # code points


@frozen(repr=False)
class _CustomerBinding(DirectoryLeaf):
    directory: DirectoryLike | None = field(default=None, validator=check_directory)
    shared: tuple[str, ...] = ()
    _shared: Shared = field(init=False)

    @_shared.default
    def _read_shared(self) -> Shared:
        return Shared.of(self.shared)

    @property
    def completes(self) -> bool:
        return True  # whose data it is may be right once he is a recipient

    def look(self, case: Case, directory: DirectoryLike) -> Iterator[Finding]:
        known = known_recipients(case, directory, self._shared)
        yield from _other_recipients(case, known)
        if stays_inside(case):
            return
        is_bound = bool(known) or case.context.customer is not None
        foreign = Foreign.of(case, directory, known, common_customers(known), self._shared)
        yield from _foreign_data(case, foreign, is_bound=is_bound)

    def __repr__(self) -> str:
        options = [f"directory={self.directory!r}"]
        options += [f"shared=({len(self.shared)} values)"] if self.shared else []
        return f"customer_binding({', '.join(options)})"


def customer_binding(
    directory: DirectoryLike | None = None, *, shared: Iterable[str] = ()
) -> Check:
    """A message goes to one customer, and carries the data of no other one.

    Whom it is for is said by ``context.customer`` and by its recipients. Looked at are the
    subject, the text, and the HTML with its links and what it hides. What more than one customer
    bears is nobody's alone: common names, addresses of offices. Nor counts what is the
    organisation's own (``internal_domains``, and the sender's domain where not everybody may have
    an address there), or the name of somebody who sends or gets the message. A name alone counts
    only in new text, and only where the message's customer is known: else it may be that of anybody
    who is called so. Colleagues among themselves may name anybody.

    Args:
        directory: whose everything is; the guard's where it is None.
        shared: addresses, numbers, names and identifiers that are not one customer's, and domains
            (``"@accountants.example"``), although the directory gives them to one alone.

    Codes:
        ``identity.other-customer-recipient`` (HOLD): a recipient is not a contact of
        ``context.customer``; or To and Cc join contacts of customers who have none in common.
        ``identity.foreign-data`` (HOLD): an e-mail address, a telephone number, a full name or an
        identifier of a customer whom the message is not for.
        ``identity.foreign-data-quoted`` (WARN): the same in quoted mail, which is often there on
        purpose.
    """
    return _CustomerBinding(directory, _values(shared))


def _values(shared: Any) -> tuple[str, ...]:
    if isinstance(shared, str):
        raise TypeError("shared= takes several values, not one str")
    return tuple(shared)


def _other_recipients(case: Case, known: Known) -> Iterator[Finding]:
    wanted = case.context.customer
    if wanted is not None:
        for recipient, customers in known:
            if wanted not in customers:
                yield Finding(
                    code="identity.other-customer-recipient",
                    action=Action.HOLD,
                    message=f"The message is about customer {wanted}; this recipient is a contact "
                    f"of {_listed(customers)}.",
                    recipient=recipient,
                    suggestion="Leave this recipient out, or say whom the message is about.",
                )
        return
    # A mailing in Bcc has readers who do not see each other; one whom the others see is no mailing.
    if any(recipient.role != "bcc" for recipient, _ in known) and not common_customers(known):
        named = sorted({customer for _, customers in known for customer in customers})
        yield Finding(
            code="identity.other-customer-recipient",
            action=Action.HOLD,
            message=f"The recipients belong to different customers: {_some(named)}.",
            suggestion="Write to each customer in a message of his own.",
        )


def _foreign_data(case: Case, foreign: Foreign, *, is_bound: bool) -> Iterator[Finding]:
    found = [
        (place, owner, belonging)
        for place in case.analysis.places
        if place.part in _PARTS
        for owner, belonging in foreign.in_text(place.plain)
    ]
    if found:
        yield from _grouped(found, _Spans(case.analysis), is_bound=is_bound)
    yield from _in_links(case, foreign)


def _grouped(
    found: Sequence[tuple[Place, str, Belonging]], spans: _Spans, *, is_bound: bool
) -> Iterator[Finding]:
    """One finding for each part and customer.

    A name alone is a stranger's who happens to bear it, where it stands in quoted mail or where
    nobody knows which customer the message is for.
    """
    sure = {owner for _, owner, belonging in found if belonging.kind != "name"}
    groups: dict[tuple[str, str, str], list[tuple[Place, Belonging]]] = {}
    for place, owner, belonging in found:
        if spans.sign(place, belonging):
            continue
        quoted = spans.quote(place, belonging)
        if belonging.kind == "name" and owner not in sure and (quoted or not is_bound):
            continue
        code = "identity.foreign-data-quoted" if quoted else "identity.foreign-data"
        groups.setdefault((code, place.part, owner), []).append((place, belonging))
    told: dict[str, int] = {}
    for (code, part, owner), group in groups.items():
        told[code] = told.get(code, 0) + 1
        if told[code] <= _MOST_FINDINGS:
            place, first = group[0]
            shown = [" ".join(p.plain[b.start : b.end].split()) for p, b in group]
            yield _finding(code, part, owner, shown, place.span(first.start, first.end))


def _in_links(case: Case, foreign: Foreign) -> Iterator[Finding]:
    told: set[str] = set()
    for link in case.analysis.links:
        if link.part not in _PARTS or len(told) >= _MOST_FINDINGS:
            continue
        for owner, belonging in foreign.in_text(unquote(link.href[:_LONGEST_LINK])):
            if belonging.kind in ("email", "identifier") and owner not in told:
                told.add(owner)
                code = "identity.foreign-data"
                yield _finding(code, link.part, owner, [belonging.value], None, where="A link")


def _finding(
    code: str,
    part: str,
    owner: str,
    shown: Sequence[str],
    span: tuple[int, int] | None,
    where: str | None = None,
) -> Finding:
    is_quoted = code.endswith("quoted")
    subject = where or ("Quoted text" if is_quoted else f"The {_CALLED[part]}")
    values = list(dict.fromkeys(value[:_LONGEST_NAMED] for value in shown))
    return Finding(
        code=code,
        action=Action.WARN if is_quoted else Action.HOLD,
        message=f"{subject} has what belongs to customer {owner}, whom the message is not for: "
        f"{_some(values)}.",
        part=part,
        span=span,
        suggestion="Take the quoted mail out, unless these readers may see it."
        if is_quoted
        else "Check whose message this is, and that it was filled with the right data.",
    )


_CALLED = {"subject": "subject", "text": "text", "html": "text in HTML"}


class _Spans:
    """What is quoted, and what is the writer's own signature."""

    def __init__(self, analysis: Analysis) -> None:
        self._quoted: dict[Place, list[tuple[int, int]]] = {}
        self._signed: dict[Place, list[tuple[int, int]]] = {}
        for quoting, ending in zip(analysis.quoting, analysis.endings, strict=True):
            own = [*quoting.signatures, ending.signature]
            if ending.sign_off is not None:
                own.append(ending.sign_off.name)
            quoted = (quotation.where for quotation in quoting.quotations)
            self._quoted[quoting.place] = sorted((each.start, each.end) for each in quoted)
            self._signed[quoting.place] = [(each.start, each.end) for each in own if each]

    def quote(self, place: Place, belonging: Belonging) -> bool:
        """Whether it stands in what is quoted."""
        spans = self._quoted.get(place, [])
        nearest = bisect_right(spans, belonging.start, key=itemgetter(0)) - 1
        return nearest >= 0 and belonging.start < spans[nearest][1]

    def sign(self, place: Place, belonging: Belonging) -> bool:
        """Whether it is a name with which the writer signs."""
        return belonging.kind == "name" and any(
            start <= belonging.start < end for start, end in self._signed.get(place, [])
        )


def _listed(customers: Iterable[str]) -> str:
    return "customer " + _some(sorted(customers))


def _some(values: Sequence[str]) -> str:
    shown = ", ".join(values[:_MOST_NAMED])
    more = len(values) - _MOST_NAMED
    return shown if more <= 0 else f"{shown} and {more} more"
