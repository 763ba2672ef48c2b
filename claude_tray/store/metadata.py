"""Store named values about the database itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.store.connection import Reader, Writer


# Version of the price table that all stored costs were computed with.
PRICE_TABLE_VERSION: Final = "price_table"
# Sequence number of the last change to a record.
LAST_SEQ: Final = "seq"
# Number of lines with usage in an unknown form.
UNREAD_LINES: Final = "unread_usage"
# Name of an account's subscription; the account key follows.
PLAN_PREFIX: Final = "plan "
# Number of sent values that receivers did not use.
SYNC_IGNORED: Final = "sync_ignored"
# Identifies this database; a rebuilt one has another ID.
STORE_ID: Final = "store_id"


_SELECT_COST_STATE: Final = "SELECT 1 FROM cost_state LIMIT 1"


def get_file_identity(path: Path) -> tuple[int, int] | None:
    """Identify the file at a path, None without one."""
    try:
        file_stat = path.stat()
    except OSError:
        return None
    return file_stat.st_dev, file_stat.st_ino


def get_data_version(reader: Reader | Writer) -> int:
    """Return a number that changes when another connection has written."""
    (version,) = reader.execute("PRAGMA data_version").fetchone()
    return int(version)


def has_cost_states(reader: Reader | Writer) -> bool:
    """Return whether there are sums that Claude Code wrote."""
    return reader.execute(_SELECT_COST_STATE).fetchone() is not None


def get_value(reader: Reader | Writer, key: str, default: str = "") -> str:
    """Return a value, or the default if it is not set."""
    row = reader.execute(
        "SELECT value FROM identity WHERE name = ?",
        (key,),
    ).fetchone()
    return str(row[0]) if row else default


def set_value(writer: Writer, key: str, value: str) -> None:
    """Set a value."""
    writer.execute(
        "INSERT INTO identity VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def increment(writer: Writer, key: str, amount: int) -> None:
    """Add to a value that is a number."""
    if amount:
        set_value(writer, key, str(int(get_value(writer, key, "0")) + amount))
