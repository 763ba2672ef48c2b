"""Drop the last foreign keys without a user, which no partition can check."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("usage", "0008_window_chains"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="limittold",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="usage.claudeaccount",
            ),
        ),
        migrations.AlterField(
            model_name="session",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sessions",
                to="usage.project",
            ),
        ),
    ]
