"""Brings a store of any earlier version up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claude_tray.errors import StoreTooNewError
from claude_tray.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from pathlib import Path


def get_schema_version(connection: sqlite3.Connection) -> int:
    """Return how many steps made this store; 0 for an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def reject_newer(connection: sqlite3.Connection) -> None:
    """
    Let a store pass that this version of the program understands.

    Raises:
        StoreTooNewError: A newer version of this program wrote it.
    """
    if get_schema_version(connection) > len(MIGRATIONS):
        summary = "The store was written by a newer claude-tray."
        raise StoreTooNewError(summary, hint="Update claude-tray.")


def needs_migration(connection: sqlite3.Connection) -> bool:
    """Tell whether a store lacks steps."""
    return get_schema_version(connection) < len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """
    Take the steps that the store lacks, all of them or none.

    Before them a store with content is copied to
    `<name>.before-<version>-<time>`, so that an older program can go back to
    it.
    """
    if not needs_migration(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have taken them while this one waited.
        version = get_schema_version(connection)
        if 0 < version < len(MIGRATIONS):
            _back_up(path, version)
        for step in range(version, len(MIGRATIONS)):
            apply_step(connection, step)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _back_up(path: Path, version: int) -> None:
    """Copy a store as it is; whoever has begun to write has not yet."""
    name = f"{path.name}.before-{version + 1}"
    backup = path.with_name(f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    old_backups = set(path.parent.glob(f"{name}-*")) - {backup}
    partial = path.with_name(f"{name}.part")
    partial.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("VACUUM INTO ?", (str(partial),))
        partial.replace(backup)
    finally:
        partial.unlink(missing_ok=True)
    for old_backup in old_backups:
        old_backup.unlink(missing_ok=True)


def apply_step(connection: sqlite3.Connection, step: int) -> None:
    """Take the step of that number, in whatever transaction there is."""
    for statement in MIGRATIONS[step].split(";\n"):
        connection.execute(statement)
    if step == 0:
        # Late: only a new store needs it.
        from uuid import uuid4

        connection.execute(
            "INSERT INTO identity VALUES ('store_id', ?)",
            (str(uuid4()),),
        )
    connection.execute(f"PRAGMA user_version = {step + 1}")
