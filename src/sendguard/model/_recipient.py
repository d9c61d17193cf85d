"""Who a message goes to."""

from __future__ import annotations

from typing import Any, Literal, get_args

from attrs import field, frozen

from sendguard.canonical import mask_address, read_mailbox
from sendguard.errors import ConfigurationError
from sendguard.model._types import instance_of

Role = Literal["to", "cc", "bcc"]
ROLES: tuple[Role, ...] = get_args(Role)


def _known_role(_: object, __: object, value: Any) -> None:
    if value not in ROLES:
        raise ConfigurationError(f"Recipient.role is {value!r}; use one of {', '.join(ROLES)}")


@frozen(repr=False)
class Recipient:
    """One addressee.

    Args:
        address: e-mail address, phone number, or the channel's own id of a person or room; any
            text is accepted, what is wrong with it is a finding.
        name: display name, or "".
        role: "to", "cc" or "bcc".
    """

    address: str = field(validator=instance_of(str))
    name: str = field(default="", validator=instance_of(str))
    role: Role = field(default="to", validator=_known_role)

    @classmethod
    def parse(cls, text: str, *, role: Role = "to") -> Recipient:
        """Read ``"Maria <m@x.example>"`` strictly (RFC 5322 §3.4).

        What is ambiguous or broken is repaired by nobody: the whole text becomes the address.
        """
        if not isinstance(text, str):
            raise TypeError(f"a recipient is a str or a Recipient, not {type(text).__name__}")
        mailbox = read_mailbox(text)
        return cls(mailbox.address, mailbox.name, role)

    def __repr__(self) -> str:
        return f"Recipient({mask_address(self.address)!r}, role={self.role!r})"
