"""Small facts about the store itself, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.store.connection import Reader, Writer


# The version of the prices by which all that is stored has its cost.
PRICE_TABLE: Final = "price_table"
# How far the change counter of the records has come.
SEQ: Final = "seq"
# Tells this store from any other, a rebuilt one included.
STORE_ID: Final = "store_id"


def file_of(path: Path) -> tuple[int, int] | None:
    """Return what tells a store's file from another of its name, if any."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def get(reader: Reader | Writer, name: str, default: str = "") -> str:
    """Return a fact, or the default where it was never told."""
    row = reader.execute(
        "SELECT value FROM identity WHERE name = ?",
        (name,),
    ).fetchone()
    return str(row[0]) if row else default


def put(writer: Writer, name: str, value: str) -> None:
    """Tell a fact."""
    writer.execute(
        "INSERT INTO identity VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def add(writer: Writer, name: str, amount: int) -> None:
    """Count on in a fact that is a number."""
    if amount:
        put(writer, name, str(int(get(writer, name, "0")) + amount))
