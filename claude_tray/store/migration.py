"""Brings a store of any earlier version up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claude_tray.errors import StoreTooNewError
from claude_tray.store.schema import STEPS

if TYPE_CHECKING:
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


def is_behind(connection: sqlite3.Connection) -> bool:
    """Tell whether a store lacks steps."""
    return version_of(connection) < len(STEPS)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """
    Take the steps that the store lacks, all of them or none.

    Before them a store with content is copied to
    `<name>.before-<version>-<time>`, so that an older program can go back to
    it.
    """
    if not is_behind(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have taken them while this one waited.
        version = version_of(connection)
        if 0 < version < len(STEPS):
            _back_up(path, version)
        for number in range(version, len(STEPS)):
            take(connection, number)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _back_up(path: Path, version: int) -> None:
    """Copy a store as it is; whoever has begun to write has not yet."""
    name = f"{path.name}.before-{version + 1}"
    copy = path.with_name(f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    earlier = set(path.parent.glob(f"{name}-*")) - {copy}
    part = path.with_name(f"{name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("VACUUM INTO ?", (str(part),))
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
    for old in earlier:
        old.unlink(missing_ok=True)


def take(connection: sqlite3.Connection, number: int) -> None:
    """Take the step of that number, in whatever transaction there is."""
    for statement in STEPS[number].split(";\n"):
        connection.execute(statement)
    if number == 0:
        # Late: only a new store needs it.
        from uuid import uuid4  # noqa: PLC0415

        connection.execute(
            "INSERT INTO identity VALUES ('store_id', ?)",
            (str(uuid4()),),
        )
    connection.execute(f"PRAGMA user_version = {number + 1}")
