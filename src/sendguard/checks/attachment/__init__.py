"""What travels with a message: whether it is there, whose it is, and what kind of file."""

from sendguard.checks.attachment._announced import attachments_announced
from sendguard.checks.attachment._contents import attachment_contents
from sendguard.checks.attachment._types import attachment_types

__all__ = ["attachment_contents", "attachment_types", "attachments_announced"]
