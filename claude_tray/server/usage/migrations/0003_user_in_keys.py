"""
Add the user to every key and index, so that a query reads one partition.

Cells and shares lose their number: their columns are the key. Django cannot
change a primary key to a composite one, hence the SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


# Table, its new key and the constraint that was on these columns.
_KEYS: Final = (
    (
        "usage_sessionshare",
        ("user_id", "session_id", "machine_id", "account_id", "model_id"),
        "share_of_session",
    ),
    (
        "usage_usagecell",
        ("user_id", "cell", "machine_id", "account_id", "model_id"),
        "cell_of_user",
    ),
)
_SUM_COLUMNS: Final = (
    "messages",
    "input_tokens",
    "output_tokens",
    "cache_5m_tokens",
    "cache_1h_tokens",
    "cache_read_tokens",
    "cost_nano",
    "unpriced",
)


def _change_keys(_: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table, key, constraint in _KEYS:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {constraint},"
                f" DROP COLUMN id, ADD PRIMARY KEY ({', '.join(key)})"
            )
        else:
            _rebuild_table(schema_editor, table, key)


def _rebuild_table(
    schema_editor: BaseDatabaseSchemaEditor, table: str, key: tuple[str, ...]
) -> None:
    """Copy a table of SQLite into one that is stored in order of its key."""
    columns = ", ".join((*key, *_SUM_COLUMNS))
    types = ", ".join(f"{n} bigint NOT NULL" for n in (*key, *_SUM_COLUMNS))
    constraints = (
        f"PRIMARY KEY ({', '.join(key)}),"
        " FOREIGN KEY (user_id) REFERENCES accounts_user (id)"
        " DEFERRABLE INITIALLY DEFERRED"
    )
    for statement in (
        f"CREATE TABLE new_{table} ({types}, {constraints}) WITHOUT ROWID",
        f"INSERT INTO new_{table} ({columns}) SELECT {columns} FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE new_{table} RENAME TO {table}",
    ):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("usage", "0002_absent_limits"),
    ]
    operations: ClassVar = [
        migrations.RemoveConstraint("limittold", "limit_of_window"),
        migrations.AddField(
            "limittold",
            "user",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(
            "UPDATE usage_limittold SET user_id = (SELECT user_id"
            " FROM usage_claudeaccount WHERE id = account_id)",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "limittold",
            "user",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "limittold",
            models.UniqueConstraint(
                fields=("user", "account", "name", "resets_ms"),
                name="limit_of_window",
            ),
        ),
        migrations.RemoveIndex("session", "session_project_last"),
        migrations.AddIndex(
            "session",
            models.Index(
                fields=["user", "project", "last_ms"],
                name="session_user_project_last",
            ),
        ),
        migrations.RemoveIndex("sessionshare", "share_user"),
        migrations.RemoveIndex("usagesnapshot", "reply_account_at"),
        migrations.RemoveIndex("usagesnapshot", "reply_session_at"),
        migrations.AddIndex(
            "usagesnapshot",
            models.Index(
                fields=["user", "account", "at_ms"],
                name="reply_user_account_at",
            ),
        ),
        migrations.AddIndex(
            "usagesnapshot",
            models.Index(
                fields=["user", "session", "at_ms"],
                name="reply_user_session_at",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(_change_keys)],
            [
                migrations.RemoveConstraint(
                    "sessionshare", "share_of_session"
                ),
                migrations.RemoveField("sessionshare", "id"),
                migrations.AddField(
                    "sessionshare",
                    "pk",
                    models.CompositePrimaryKey(
                        "user",
                        "session",
                        "machine",
                        "account",
                        "model",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                migrations.RemoveConstraint("usagecell", "cell_of_user"),
                migrations.RemoveField("usagecell", "id"),
                migrations.AddField(
                    "usagecell",
                    "pk",
                    models.CompositePrimaryKey(
                        "user",
                        "cell",
                        "machine",
                        "account",
                        "model",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
    ]
