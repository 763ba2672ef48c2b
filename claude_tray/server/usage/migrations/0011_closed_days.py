"""Count changes of days that are over, of which processes remember sums."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("usage", "0010_retired_names")]

    operations: ClassVar = [
        migrations.AddField(
            "daycoverage", "closed_bucket", models.IntegerField(default=0)
        ),
        migrations.AddField(
            "daycoverage", "changes", models.BigIntegerField(default=0)
        ),
        # The last two days of a user remain open, as in usage.day_sums.
        migrations.RunSQL(
            "UPDATE usage_daycoverage SET closed_bucket = coalesce((SELECT"
            " max(cell) FROM usage_usagecell AS cell WHERE cell.user_id ="
            " usage_daycoverage.user_id), 192) - 192",
            migrations.RunSQL.noop,
        ),
    ]
