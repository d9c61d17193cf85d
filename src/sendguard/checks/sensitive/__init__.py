"""What money, a person's identity or a system can be stolen with."""

from sendguard.checks.sensitive._sensitive_data import sensitive_data

__all__ = ["sensitive_data"]
