"""Keep the sums of all time and of days; the former exist from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


_SUMS: Final = ", ".join(
    f"sum({name})"
    for name in (
        "messages",
        "input_tokens",
        "output_tokens",
        "cache_5m_tokens",
        "cache_1h_tokens",
        "cache_read_tokens",
        "cost_nano",
        "unpriced",
    )
)


def _fill_totals(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Sum the buckets of one user after the other."""
    users = apps.get_model("accounts", "User").objects.order_by("pk")
    with schema_editor.connection.cursor() as cursor:
        for user in users.values_list("pk", flat=True):
            cursor.execute(
                "INSERT INTO usage_usagetotal (user_id, machine_id,"
                " account_id, model_id, messages, input_tokens, output_tokens,"
                " cache_5m_tokens, cache_1h_tokens, cache_read_tokens,"
                " cost_nano, unpriced)"
                f" SELECT user_id, machine_id, account_id, model_id, {_SUMS}"
                " FROM usage_usagecell WHERE user_id = %s"
                " GROUP BY user_id, machine_id, account_id, model_id",
                [user],
            )


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("usage", "0006_is_original"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DayCoverage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user",
                        "utc_offset",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("utc_offset", models.SmallIntegerField()),
                ("first_day", models.IntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UsageDay",
            fields=[
                ("messages", models.BigIntegerField(default=0)),
                ("input_tokens", models.BigIntegerField(default=0)),
                ("output_tokens", models.BigIntegerField(default=0)),
                ("cache_5m_tokens", models.BigIntegerField(default=0)),
                ("cache_1h_tokens", models.BigIntegerField(default=0)),
                ("cache_read_tokens", models.BigIntegerField(default=0)),
                ("cost_nano", models.BigIntegerField(default=0)),
                ("unpriced", models.BigIntegerField(default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user",
                        "utc_offset",
                        "day",
                        "machine",
                        "account",
                        "model",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("utc_offset", models.SmallIntegerField()),
                ("day", models.IntegerField()),
                ("hour_00", models.BigIntegerField(default=0)),
                ("hour_01", models.BigIntegerField(default=0)),
                ("hour_02", models.BigIntegerField(default=0)),
                ("hour_03", models.BigIntegerField(default=0)),
                ("hour_04", models.BigIntegerField(default=0)),
                ("hour_05", models.BigIntegerField(default=0)),
                ("hour_06", models.BigIntegerField(default=0)),
                ("hour_07", models.BigIntegerField(default=0)),
                ("hour_08", models.BigIntegerField(default=0)),
                ("hour_09", models.BigIntegerField(default=0)),
                ("hour_10", models.BigIntegerField(default=0)),
                ("hour_11", models.BigIntegerField(default=0)),
                ("hour_12", models.BigIntegerField(default=0)),
                ("hour_13", models.BigIntegerField(default=0)),
                ("hour_14", models.BigIntegerField(default=0)),
                ("hour_15", models.BigIntegerField(default=0)),
                ("hour_16", models.BigIntegerField(default=0)),
                ("hour_17", models.BigIntegerField(default=0)),
                ("hour_18", models.BigIntegerField(default=0)),
                ("hour_19", models.BigIntegerField(default=0)),
                ("hour_20", models.BigIntegerField(default=0)),
                ("hour_21", models.BigIntegerField(default=0)),
                ("hour_22", models.BigIntegerField(default=0)),
                ("hour_23", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="usage.claudeaccount",
                    ),
                ),
                (
                    "machine",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="usage.machine",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="usage.model",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UsageTotal",
            fields=[
                ("messages", models.BigIntegerField(default=0)),
                ("input_tokens", models.BigIntegerField(default=0)),
                ("output_tokens", models.BigIntegerField(default=0)),
                ("cache_5m_tokens", models.BigIntegerField(default=0)),
                ("cache_1h_tokens", models.BigIntegerField(default=0)),
                ("cache_read_tokens", models.BigIntegerField(default=0)),
                ("cost_nano", models.BigIntegerField(default=0)),
                ("unpriced", models.BigIntegerField(default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user",
                        "machine",
                        "account",
                        "model",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="usage.claudeaccount",
                    ),
                ),
                (
                    "machine",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="usage.machine",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="usage.model",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RunPython(_fill_totals, migrations.RunPython.noop),
    ]
