"""The built-in checks, one file for each family, and the algebra that composes them.

Each is loaded when it is first asked for: a process pays for the checks that it uses.
"""

from typing import TYPE_CHECKING

from sendguard._front import front

__all__ = [
    "AllOf",
    "AnyOf",
    "Ask",
    "At",
    "Case",
    "Check",
    "Classifier",
    "Grant",
    "Leaf",
    "Named",
    "OnStoreError",
    "StatefulLeaf",
    "Unevaluable",
    "When",
    "addresses",
    "all_of",
    "allowed_recipients",
    "answer",
    "any_of",
    "apology",
    "attachment_contents",
    "attachment_types",
    "attachments_announced",
    "authority",
    "brusque",
    "classified",
    "contradictions",
    "cooling_off",
    "customer_binding",
    "disparaging",
    "domain_typos",
    "dummy_text",
    "duplicate",
    "empty_body",
    "empty_subject",
    "facts",
    "greeting",
    "header_injection",
    "hostile",
    "insensitive",
    "internal_only",
    "intimate",
    "is_stateful",
    "joking",
    "links",
    "look_alikes",
    "loop",
    "malformed",
    "missing_greeting",
    "missing_sign_off",
    "namesake",
    "near_miss",
    "needs_approval",
    "offensive",
    "offensive_greeting",
    "placeholders",
    "private",
    "promises",
    "quiet_hours",
    "rate_limit",
    "reader_language",
    "repeated_recipients",
    "rule",
    "sensitive_data",
    "shouting",
    "suppressed",
    "templates_not_for",
    "thread",
    "thread_audience",
    "thread_course",
    "thread_history",
    "too_short",
    "unattended_sender",
    "unknown_recipient",
    "unsubscribe",
    "visible_recipients",
]

if TYPE_CHECKING:
    from sendguard.checks._addresses import addresses
    from sendguard.checks._authority import Grant, authority
    from sendguard.checks._content import empty_body, empty_subject
    from sendguard.checks._customer_binding import customer_binding
    from sendguard.checks._domain_typos import domain_typos
    from sendguard.checks._headers import header_injection, malformed
    from sendguard.checks._limits import rate_limit
    from sendguard.checks._links import links
    from sendguard.checks._lookalikes import look_alikes
    from sendguard.checks._namesakes import namesake
    from sendguard.checks._near_misses import near_miss
    from sendguard.checks._quiet_hours import quiet_hours
    from sendguard.checks._recipients import (
        allowed_recipients,
        repeated_recipients,
        visible_recipients,
    )
    from sendguard.checks._repeats import duplicate, loop
    from sendguard.checks._suppressed import suppressed
    from sendguard.checks._unknown_recipients import unknown_recipient
    from sendguard.checks._unsubscribe import unsubscribe
    from sendguard.checks._waiting import cooling_off, needs_approval
    from sendguard.checks.algebra import (
        AllOf,
        AnyOf,
        Ask,
        At,
        Case,
        Check,
        Leaf,
        Named,
        OnStoreError,
        StatefulLeaf,
        Unevaluable,
        When,
        all_of,
        any_of,
        is_stateful,
        rule,
    )
    from sendguard.checks.answers import answer, apology, unattended_sender
    from sendguard.checks.attachment import (
        attachment_contents,
        attachment_types,
        attachments_announced,
    )
    from sendguard.checks.fact import contradictions, facts, promises
    from sendguard.checks.greetings import dummy_text, greeting, offensive_greeting
    from sendguard.checks.placeholder import placeholders
    from sendguard.checks.sensitive import sensitive_data
    from sendguard.checks.threads import (
        internal_only,
        private,
        thread,
        thread_audience,
        thread_course,
        thread_history,
    )
    from sendguard.checks.tone import (
        Classifier,
        brusque,
        classified,
        disparaging,
        hostile,
        insensitive,
        intimate,
        joking,
        missing_greeting,
        missing_sign_off,
        offensive,
        reader_language,
        shouting,
        templates_not_for,
        too_short,
    )
else:
    _HOMES = {
        "_addresses": "addresses",
        "_authority": "Grant authority",
        "_content": "empty_body empty_subject",
        "_customer_binding": "customer_binding",
        "_domain_typos": "domain_typos",
        "_headers": "header_injection malformed",
        "_limits": "rate_limit",
        "_links": "links",
        "_lookalikes": "look_alikes",
        "_namesakes": "namesake",
        "_near_misses": "near_miss",
        "_quiet_hours": "quiet_hours",
        "_recipients": "allowed_recipients repeated_recipients visible_recipients",
        "_repeats": "duplicate loop",
        "_suppressed": "suppressed",
        "_unknown_recipients": "unknown_recipient",
        "_unsubscribe": "unsubscribe",
        "_waiting": "cooling_off needs_approval",
        "algebra": (
            "AllOf AnyOf Ask At Case Check Leaf Named OnStoreError StatefulLeaf Unevaluable "
            "When all_of any_of is_stateful rule"
        ),
        "answers": "answer apology unattended_sender",
        "attachment": "attachment_contents attachment_types attachments_announced",
        "fact": "contradictions facts promises",
        "greetings": "dummy_text greeting offensive_greeting",
        "placeholder": "placeholders",
        "sensitive": "sensitive_data",
        "threads": "internal_only private thread thread_audience thread_course thread_history",
        "tone": (
            "Classifier brusque classified disparaging hostile insensitive intimate joking "
            "missing_greeting missing_sign_off offensive reader_language shouting "
            "templates_not_for too_short"
        ),
    }
    __getattr__, __dir__ = front("sendguard.checks", _HOMES)
