"""Addresses and numbers that nothing can be delivered to."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from sendguard.canonical import address_problem, phone_problem, sms_sender_problem
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.model import Action, Finding


@frozen(repr=False)
class _Addresses(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        message = case.message
        if not message.recipients and (message.channel != "email" or message.envelope is not None):
            yield Finding(
                code="address.missing",
                action=Action.HOLD,
                message="The message goes to nobody.",
                suggestion="Give it at least one recipient.",
            )
        if message.channel == "email":
            yield from self._email(case)
        elif message.channel == "sms":
            yield from self._sms(case)

    def _email(self, case: Case) -> Iterator[Finding]:
        message = case.message
        for recipient in message.recipients:
            if problem := address_problem(recipient.address):
                yield Finding(
                    code="address.invalid",
                    action=Action.HOLD,
                    message=f"Nothing can be delivered to this {recipient.role} address: {problem}",
                    recipient=recipient,
                    suggestion="Correct the address, or leave this recipient out.",
                )
        if message.sender and (problem := address_problem(message.sender.address)):
            yield Finding(
                code="address.invalid-sender",
                action=Action.WARN,
                message=f"Nobody can answer the From address: {problem}",
                part="header:From",
                suggestion="Send from an address that people can answer.",
            )

    def _sms(self, case: Case) -> Iterator[Finding]:
        message = case.message
        for recipient in message.recipients:
            if problem := phone_problem(recipient.address, case.default_region):
                yield Finding(
                    code="address.invalid-phone",
                    action=Action.HOLD,
                    message=f"Nothing can be delivered to this number: {problem}",
                    recipient=recipient,
                    suggestion="Correct the number; write it with + and its country code.",
                )
        sender = message.sender.address if message.sender else ""
        if sender and (problem := sms_sender_problem(sender, case.default_region)):
            yield Finding(
                code="address.invalid-sender",
                action=Action.WARN,
                message=f"Carriers may refuse this sender: {problem}",
                part="header:From",
                suggestion="Send from a phone number, a short code, or a sender id of at most "
                "11 letters and digits.",
            )


def addresses() -> Check:
    """Recipients and senders whose address or number cannot be right (RFC 5321, RFC 6531, E.164).

    Codes:
        ``address.invalid`` (HOLD), ``address.invalid-phone`` (HOLD): it breaks the syntax, so the
        transport would refuse it or, worse, read it as another address.
        ``address.invalid-sender`` (WARN): the message arrives, but an answer would not.
        ``address.missing`` (HOLD): the message goes to nobody.
    """
    return _Addresses()
