"""Whether there is anything to read."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from sendguard.canonical import strip_invisible
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.model import Action, Finding


@frozen(repr=False)
class _EmptySubject(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        message = case.message
        if message.channel != "email" or _is_read_elsewhere(case):
            return
        if _is_blank(message.subject):
            yield Finding(
                code="content.empty-subject",
                action=Action.WARN,
                message="The message has no subject.",
                part="subject",
                suggestion="Say in a few words what the message is about.",
            )


@frozen(repr=False)
class _EmptyBody(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        message = case.message
        if message.attachments or _is_read_elsewhere(case):
            return
        if not _is_blank(message.text):
            return
        html = case.analysis.html
        if html is not None and (html.sources or not _is_blank(html.text)):
            return
        has_subject = not _is_blank(message.subject)
        yield Finding(
            code="content.empty-body",
            action=Action.WARN if has_subject else Action.HOLD,
            message="The message says all it has to say in its subject."
            if has_subject
            else "The message would arrive blank.",
            part="html" if message.text is None and message.html is not None else "text",
            suggestion="Check that the template was rendered, and with the right data.",
        )


def empty_subject() -> Check:
    """An e-mail has a subject that can be seen.

    Codes:
        ``content.empty-subject`` (WARN): people overlook such mail and filters distrust it, but
        some do write it, so it is not stopped.
    """
    return _EmptySubject()


def empty_body() -> Check:
    """A message has something to read or to look at: visible text, an image, a file.

    Codes:
        ``content.empty-body`` (HOLD): a blank message is a template that failed. WARN where an
        e-mail has a subject, which may be all that its author wanted to say.
    """
    return _EmptyBody()


def _is_blank(text: str | None) -> bool:
    return not (text and strip_invisible(text).strip())


def _is_read_elsewhere(case: Case) -> bool:
    """Whether the text is not here: the provider holds the template, or it could not be read."""
    message = case.message
    if any(defect.kind in {"unreadable", "unparsable"} for defect in message.defects):
        return True
    return message.template is not None and message.text is None and message.html is None
