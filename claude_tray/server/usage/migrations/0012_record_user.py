"""
Drop the constraint from records to users, which each new row is checked by.

The code that writes a record writes its sums in the same transaction, and these
keep theirs. SQLite would have to copy the table, and checks cost little there.
"""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_DROP_SQL = """
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT conname FROM pg_constraint
            WHERE contype = 'f' AND confrelid = 'accounts_user'::regclass
                AND conrelid = 'usage_usagesnapshot'::regclass
        LOOP
            EXECUTE format(
                'ALTER TABLE usage_usagesnapshot DROP CONSTRAINT %I', name);
        END LOOP;
    END $$
"""


def _drop_constraint(apps: object, schema_editor: object) -> None:  # noqa: ARG001
    connection = schema_editor.connection  # type: ignore[attr-defined] # a schema editor
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_DROP_SQL)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("usage", "0011_closed_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(
                    _drop_constraint, migrations.RunPython.noop
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="usagesnapshot",
                    name="user",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
            ],
        ),
    ]
