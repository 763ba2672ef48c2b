"""Keep limits that accounts were reported not to have."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("usage", "0001_initial")]
    operations: ClassVar = [
        migrations.AlterField(
            model_name="limittold",
            name="percent",
            field=models.FloatField(null=True),
        ),
    ]
