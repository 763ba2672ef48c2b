"""Small facts about the store itself, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.store.connection import Reader, Writer


# The version of the prices by which all that is stored has its cost.
PRICE_TABLE_VERSION: Final = "price_table"
# How far the change counter of the records has come.
LAST_SEQ: Final = "seq"
# Tells this store from any other, a rebuilt one included.
STORE_ID: Final = "store_id"


def get_file_identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a store's file from another of its name, if any."""
    try:
        file_stat = path.stat()
    except OSError:
        return None
    return file_stat.st_dev, file_stat.st_ino


def get_data_version(reader: Reader | Writer) -> int:
    """Return a number that changes when another connection has written."""
    (version,) = reader.execute("PRAGMA data_version").fetchone()
    return int(version)


def get_value(reader: Reader | Writer, key: str, default: str = "") -> str:
    """Return a fact, or the default where it was never told."""
    row = reader.execute(
        "SELECT value FROM identity WHERE name = ?",
        (key,),
    ).fetchone()
    return str(row[0]) if row else default


def set_value(writer: Writer, key: str, value: str) -> None:
    """Tell a fact."""
    writer.execute(
        "INSERT INTO identity VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def increment(writer: Writer, key: str, amount: int) -> None:
    """Count on in a fact that is a number."""
    if amount:
        set_value(writer, key, str(int(get_value(writer, key, "0")) + amount))
