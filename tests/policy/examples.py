"""One way to build each built-in check, with options that are not the default ones."""

from __future__ import annotations

from sendguard import checks

EXAMPLES = {
    "addresses": checks.addresses(),
    "allowed_recipients": checks.allowed_recipients(
        ["shop.example", "ann@a.example"], everywhere=True
    ),
    "authority": checks.authority(
        [
            checks.Grant(actor="role:support", purposes=["transactional"], recipients=5),
            checks.Grant(actor="ann", channels=["email", "sms"], domains=["shop.example"]),
        ],
        revoked=["tom", "eve"],
    ),
    "contradictions": checks.contradictions(),
    "customer_binding": checks.customer_binding(shared=["+44 20 7946 0958"]),
    "domain_typos": checks.domain_typos(),
    "duplicate": checks.duplicate(within="90s", near=True, across=True),
    "empty_body": checks.empty_body(),
    "empty_subject": checks.empty_subject(),
    "facts": checks.facts(),
    "header_injection": checks.header_injection(),
    "look_alikes": checks.look_alikes(),
    "loop": checks.loop(within="1h30m", recipients=7, by="campaign"),
    "malformed": checks.malformed(),
    "namesake": checks.namesake(),
    "near_miss": checks.near_miss(),
    "placeholders": checks.placeholders(),
    "promises": checks.promises(),
    "quiet_hours": checks.quiet_hours(start="22:30", end="07:15", time_zone="Europe/Berlin"),
    "rate_limit": checks.rate_limit(limit=3, per="1d", by="tests.policy.plugins:tenant"),
    "repeated_recipients": checks.repeated_recipients(),
    "suppressed": checks.suppressed(),
    "unknown_recipient": checks.unknown_recipient(),
    "visible_recipients": checks.visible_recipients(warn_above=3, hold_above=4),
    "greeting": checks.greeting(),
    "dummy_text": checks.dummy_text(),
    "offensive_greeting": checks.offensive_greeting(words=["oaf"]),
    "thread_audience": checks.thread_audience(),
    "thread_history": checks.thread_history(),
    "thread_course": checks.thread_course(),
    "internal_only": checks.internal_only(),
    "private": checks.private(),
    "attachments_announced": checks.attachments_announced(),
    "attachment_contents": checks.attachment_contents(),
    "attachment_types": checks.attachment_types(blocked=[".zip"], max_bytes=10_000),
    "links": checks.links(redirectors=["go.shop.example"]),
    "unsubscribe": checks.unsubscribe(),
    "sensitive_data": checks.sensitive_data(kinds=["secret"], own=["DE89370400440532013000"]),
    "thread": checks.thread(),
}
