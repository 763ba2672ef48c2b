"""Write and read archived records as Parquet; the only user of pyarrow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.errors import SettingsError, StoreError
from claude_tray.server.usage.row_mapping import ROW_COLUMNS, UsageRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import ModuleType


# What the numbers of a row mean, for readers without this database.
NAME_COLUMNS: Final = (
    "project",
    "session",
    "machine",
    "account",
    "model",
    "speed",
    "inference_geo",
    "service_tier",
)
_BOOLEANS: Final = ("is_sidechain", "is_original")
_FORMAT: Final = "1"
_PREFIX: Final = b"claude_tray_"


class ArchivedRow(NamedTuple):
    """A record and its names, in the order of NAME_COLUMNS."""

    row: UsageRow
    names: tuple[str, ...]


class ArchiveFile(NamedTuple):
    """
    The records of a user in a month.

    Attributes:
        server_id: Database that they are from.
        rows: In the order of their keys.
    """

    server_id: str
    rows: tuple[ArchivedRow, ...]


def encode_archive(archive: ArchiveFile) -> bytes:
    """
    Return the content of a Parquet file.

    Raises:
        SettingsError: pyarrow is not installed.
    """
    pyarrow, parquet = _import_pyarrow()
    columns: dict[str, Any] = {
        name: pyarrow.array(
            [one.row[place] for one in archive.rows],
            pyarrow.bool_() if name in _BOOLEANS else pyarrow.int64(),
        )
        for place, name in enumerate(ROW_COLUMNS)
    }
    columns |= {
        name: pyarrow.array(
            [one.names[place] for one in archive.rows], pyarrow.string()
        ).dictionary_encode()
        for place, name in enumerate(NAME_COLUMNS)
    }
    columns["time"] = pyarrow.array(
        [one.row.at_ms for one in archive.rows],
        pyarrow.timestamp("ms", tz="UTC"),
    )
    metadata = {"format": _FORMAT, "server_id": archive.server_id}
    table = pyarrow.table(columns).replace_schema_metadata(
        {_PREFIX + name.encode(): text for name, text in metadata.items()}
    )
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def read_archive(path: Path) -> ArchiveFile:
    """
    Read a file.

    Raises:
        SettingsError: pyarrow is not installed.
        StoreError: It is damaged, or of a newer version.
    """
    pyarrow, parquet = _import_pyarrow()
    hint = "Restore this file from a backup, or move it away."
    try:
        table = parquet.read_table(path)
    except (OSError, pyarrow.ArrowException) as error:
        summary = f"Cannot read {path}."
        raise StoreError(summary, hint=hint) from error
    metadata = table.schema.metadata or {}
    if metadata.get(_PREFIX + b"format") != _FORMAT.encode():
        summary = f"{path} is no archive that this version can read."
        raise StoreError(summary, hint=hint)
    return ArchiveFile(
        metadata[_PREFIX + b"server_id"].decode(),
        tuple(_iter_rows(table.select([*ROW_COLUMNS, *NAME_COLUMNS]))),
    )


def _iter_rows(table: Any) -> Sequence[ArchivedRow]:
    width = len(ROW_COLUMNS)
    columns = [column.to_pylist() for column in table.columns]
    return [
        ArchivedRow(UsageRow(*values[:width]), values[width:])
        for values in zip(*columns, strict=True)
    ]


def _import_pyarrow() -> tuple[ModuleType, ModuleType]:
    try:
        # Late: an extra, and slow to import.
        import pyarrow  # noqa: ICN001
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        summary = "pyarrow is not installed, which writes and reads archives."
        hint = "Run: pip install 'claude-tray[archive]'."
        raise SettingsError(summary, hint=hint) from error
    return pyarrow, parquet
