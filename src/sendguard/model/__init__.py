"""The values that everything else speaks in: message, context, finding, decision."""

from sendguard.canonical import Mailbox
from sendguard.model._action import Action
from sendguard.model._approval import Approval
from sendguard.model._attachment import Attachment
from sendguard.model._charset import decode_text
from sendguard.model._clock import Clock, system_clock
from sendguard.model._commitment import Commitment
from sendguard.model._context import Actor, Context, Purpose
from sendguard.model._decision import Audience, Decision, Mode, RecipientDecision
from sendguard.model._digest import message_digest
from sendguard.model._duration import LONGEST, Duration, length_of, seconds_of
from sendguard.model._finding import Finding, check_code, matches_code
from sendguard.model._mapping import FrozenMap
from sendguard.model._message import Channel, Defect, Envelope, Message
from sendguard.model._money import Money
from sendguard.model._naming import importable_name, name_of, object_named
from sendguard.model._override import Override
from sendguard.model._recipient import ROLES, Recipient, Role
from sendguard.model._terms import Terms

__all__ = [
    "LONGEST",
    "ROLES",
    "Action",
    "Actor",
    "Approval",
    "Attachment",
    "Audience",
    "Channel",
    "Clock",
    "Commitment",
    "Context",
    "Decision",
    "Defect",
    "Duration",
    "Envelope",
    "Finding",
    "FrozenMap",
    "Mailbox",
    "Message",
    "Mode",
    "Money",
    "Override",
    "Purpose",
    "Recipient",
    "RecipientDecision",
    "Role",
    "Terms",
    "check_code",
    "decode_text",
    "importable_name",
    "length_of",
    "matches_code",
    "message_digest",
    "name_of",
    "object_named",
    "seconds_of",
    "system_clock",
]
