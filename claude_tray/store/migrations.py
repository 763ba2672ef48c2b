"""Migrate a database of an earlier version."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claude_tray.errors import StoreTooNewError, gettext_noop
from claude_tray.platform.replace_file import replace_file
from claude_tray.store.repair import repair_values
from claude_tray.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from pathlib import Path


def get_schema_version(connection: sqlite3.Connection) -> int:
    """Return the number of applied migrations, 0 for an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def is_newer(connection: sqlite3.Connection) -> bool:
    """Return whether a newer version has written the database."""
    return get_schema_version(connection) > len(MIGRATIONS)


def reject_newer(connection: sqlite3.Connection) -> None:
    """
    Raise if a newer version has written the database.

    Raises:
        StoreTooNewError: It has migrations that this version does not know.
    """
    if is_newer(connection):
        raise StoreTooNewError(
            gettext_noop(
                "A newer version of claude-tray has written the database."
            ),
            hint=gettext_noop("Update claude-tray."),
        )


def needs_migration(connection: sqlite3.Connection) -> bool:
    """Return whether migrations are missing."""
    return get_schema_version(connection) < len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """
    Apply all missing migrations, or none.

    A database with content is first copied to
    `<name>.before-<version>-<time>`, so that an older version can return to
    it.
    """
    if not needs_migration(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have migrated while this one was waiting.
        version = get_schema_version(connection)
        if 0 < version < len(MIGRATIONS):
            _back_up(path, version)
        for step in range(version, len(MIGRATIONS)):
            apply_step(connection, step)
        if version:
            repair_values(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _back_up(path: Path, version: int) -> None:
    """Copy the database; other writers are locked out meanwhile."""
    name = f"{path.name}.before-{version + 1}"
    backup = path.with_name(f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    old_backups = set(path.parent.glob(f"{name}-*")) - {backup}
    partial = path.with_name(f"{name}.part")
    partial.unlink(missing_ok=True)
    try:
        partial.touch(0o600)
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("VACUUM INTO ?", (str(partial),))
        replace_file(partial, backup)
    finally:
        partial.unlink(missing_ok=True)
    for old_backup in old_backups:
        old_backup.unlink(missing_ok=True)


def apply_step(connection: sqlite3.Connection, step: int) -> None:
    """Apply one migration in the current transaction."""
    for statement in MIGRATIONS[step].split(";\n"):
        connection.execute(statement)
    if step == 0:
        # Imported late: only a new database needs it.
        from uuid import uuid4

        connection.execute(
            "INSERT INTO identity VALUES ('store_id', ?)",
            (str(uuid4()),),
        )
    connection.execute(f"PRAGMA user_version = {step + 1}")
