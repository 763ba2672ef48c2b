"""Remember up to where an account's windows are finished."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("usage", "0007_day_sums"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="claudeaccount",
            name="chain_ms",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="claudeaccount",
            name="chain_rule",
            field=models.CharField(default="", max_length=16),
        ),
    ]
