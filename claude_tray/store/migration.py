"""Brings a store of any earlier version up to date."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from claude_tray.errors import StoreTooNewError
from claude_tray.store.schema import STEPS

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


def version_of(connection: sqlite3.Connection) -> int:
    """Return how many steps made this store; 0 for an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def refuse_newer(connection: sqlite3.Connection) -> None:
    """
    Let a store pass that this version of the program understands.

    Raises:
        StoreTooNewError: A newer version of this program wrote it.
    """
    if version_of(connection) > len(STEPS):
        summary = "The store was written by a newer claude-tray."
        raise StoreTooNewError(summary, hint="Update claude-tray.")


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """
    Take the steps that the store lacks, each whole or not at all.

    Before the first of them a store with content is copied to
    `<name>.before-<version>`, so that an older program can go back to it.
    """
    version = version_of(connection)
    if 0 < version < len(STEPS):
        _back_up(connection, path, version)
    for number in range(version, len(STEPS)):
        _take(connection, number)


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    copy = path.with_name(f"{path.name}.before-{version + 1}")
    copy.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(copy),))


def _take(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have taken it while this one waited.
        if version_of(connection) == number:
            for statement in STEPS[number].split(";\n"):
                connection.execute(statement)
            if number == 0:
                connection.execute(
                    "INSERT INTO identity VALUES ('store_id', ?)",
                    (str(uuid.uuid4()),),
                )
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
