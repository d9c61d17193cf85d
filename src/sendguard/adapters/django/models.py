"""Held messages as Django's database keeps them. Only `DjangoHoldStore` writes here."""

from __future__ import annotations

from django.db import models


class HeldMessage(models.Model):  # type: ignore[misc]  # Django has no type hints
    """One held message: what it is sorted by, and the rest, which only the queue reads.

    Instants are whole microseconds since 1970 in UTC, which no setting of time zones moves.
    """

    id = models.CharField(primary_key=True, max_length=32, editable=False)
    state = models.CharField(max_length=10, editable=False)
    held_at = models.BigIntegerField(editable=False)
    due = models.BigIntegerField(null=True, editable=False)
    revision = models.BigIntegerField(editable=False)
    channel = models.CharField(max_length=20, default="", editable=False)
    labels = models.TextField(editable=False)
    body = models.TextField(editable=False)
    payload = models.BinaryField(null=True, editable=False)

    class Meta:
        """How it is found, and what people may be allowed to do with it."""

        app_label = "sendguard"
        verbose_name = "held message"
        default_permissions = ("view",)
        permissions = (
            ("approve_held", "Can approve held messages"),
            ("reject_held", "Can reject held messages"),
            ("undo_held", "Can take held messages back"),
        )
        indexes = (
            models.Index(fields=("state", "held_at", "id"), name="sendguard_held_by_state"),
            models.Index(fields=("state", "due", "id"), name="sendguard_held_by_due"),
            models.Index(fields=("held_at",), name="sendguard_held_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class HeldLabel(models.Model):  # type: ignore[misc]  # the same
    """One finding code for which an open message waits."""

    label = models.CharField(max_length=200)
    held_at = models.BigIntegerField()
    # Nothing that is deleted has labels: only open messages do, and only ended ones are forgotten.
    held = models.ForeignKey(HeldMessage, on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        """How it is found."""

        app_label = "sendguard"
        default_permissions = ()
        indexes = (
            models.Index(fields=("label", "held_at", "held"), name="sendguard_held_by_label"),
        )

    def __str__(self) -> str:
        return f"{self.label} of {self.held_id}"
