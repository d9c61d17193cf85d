"""The tables of held messages."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):  # type: ignore[misc]  # Django has no type hints
    """Makes them."""

    initial = True
    dependencies: tuple[tuple[str, str], ...] = ()
    operations: tuple[Any, ...] = (
        migrations.CreateModel(
            name="HeldMessage",
            fields=[
                (
                    "id",
                    models.CharField(
                        editable=False, max_length=32, primary_key=True, serialize=False
                    ),
                ),
                ("state", models.CharField(editable=False, max_length=10)),
                ("held_at", models.BigIntegerField(editable=False)),
                ("due", models.BigIntegerField(editable=False, null=True)),
                ("revision", models.BigIntegerField(editable=False)),
                ("channel", models.CharField(default="", editable=False, max_length=20)),
                ("labels", models.TextField(editable=False)),
                ("body", models.TextField(editable=False)),
                ("payload", models.BinaryField(null=True)),
            ],
            options={
                "verbose_name": "held message",
                "permissions": (
                    ("approve_held", "Can approve held messages"),
                    ("reject_held", "Can reject held messages"),
                    ("undo_held", "Can take held messages back"),
                ),
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["state", "held_at", "id"], name="sendguard_held_by_state"),
                    models.Index(fields=["state", "due", "id"], name="sendguard_held_by_due"),
                    models.Index(fields=["held_at"], name="sendguard_held_by_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldLabel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=200)),
                ("held_at", models.BigIntegerField()),
                (
                    "held",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="sendguard.heldmessage",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["label", "held_at", "held"], name="sendguard_held_by_label"
                    )
                ],
            },
        ),
    )
