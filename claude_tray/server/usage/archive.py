"""
Move old records into Parquet files, and back.

A file has the records of a user in a calendar month (UTC). It is written and
read again before its records are deleted, in one transaction under the user's
lock. The sums stay, and the horizon keeps records that are sent again from
being counted twice.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.errors import StoreError
from claude_tray.server import own_files
from claude_tray.server.usage import bulk_sql, maintenance, parquet_files
from claude_tray.server.usage.models import Session, UsageSnapshot
from claude_tray.server.usage.row_mapping import (
    ROW_COLUMNS,
    UsageRow,
    load_stored_rows,
)
from claude_tray.server.usage.server_identity import get_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


_FIRST_SQL: Final = (
    "SELECT min(at_ms) FROM usage_usagesnapshot"
    " WHERE user_id = %s AND at_ms < %s"
)
_DELETE_SQL: Final = (
    "DELETE FROM usage_usagesnapshot"
    " WHERE user_id = %s AND at_ms >= %s AND at_ms < %s"
)
_NAME_FIELDS: Final = (
    "session__project__name",
    "session__session_id",
    "machine__machine_id",
    "account__key",
    "model__name",
    "model__speed",
    "model__inference_geo",
    "model__service_tier",
)
_BATCH_SIZE: Final = 5000


def archive_records(user_id: int, before: datetime) -> Iterator[int]:
    """
    Move a user's records of whole months into files.

    Yields:
        The number of records of each month, the oldest first.

    Raises:
        SettingsError: pyarrow is not installed.
        StoreError: A file cannot be written, or differs from the records.
    """
    end_ms = to_epoch_ms(_begin_month(before))
    while (first_ms := _find_first(user_id, end_ms)) is not None:
        with transaction.atomic():
            bulk_sql.lock_user(user_id)
            count = _archive_month(user_id, from_epoch_ms(first_ms))
        yield count


def restore_records(user_id: int, month: str = "") -> int:
    """
    Read a user's archived records back; return how many were missing.

    The sums already count them. What machines send about this time is still
    ignored.

    Args:
        user_id: Primary key of the user.
        month: As "2026-03"; empty for all.

    Raises:
        SettingsError: pyarrow is not installed.
        StoreError: A file is damaged or of another database.
    """
    return sum(
        _restore_file(user_id, path)
        for path in list_archives(user_id)
        if month in ("", path.stem)
    )


def list_archives(user_id: int) -> list[Path]:
    """Return the files of a user, the oldest first."""
    return sorted(_locate_folder(user_id).glob("????-??.parquet"))


def delete_archives(user_id: int) -> None:
    """Delete the files of a user."""
    for path in list_archives(user_id):
        path.unlink()


def _locate_folder(user_id: int) -> Path:
    return own_files.locate_server_files(os.environ).archive / f"{user_id}"


def _find_first(user_id: int, end_ms: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SQL, [user_id, end_ms])
        first_ms: int | None = cursor.fetchone()[0]
    return first_ms


def _begin_month(at: datetime) -> datetime:
    return datetime(at.year, at.month, 1, tzinfo=UTC)


def _archive_month(user_id: int, at: datetime) -> int:
    """Write the records of a month, compare the file, delete them."""
    begin = _begin_month(at)
    end = _begin_month(begin + timedelta(days=31))
    begin_ms, end_ms = to_epoch_ms(begin), to_epoch_ms(end)
    rows = _load_rows(user_id, begin_ms, end_ms)
    path = _locate_folder(user_id) / f"{begin:%Y-%m}.parquet"
    _write_file(path, rows)
    maintenance.set_horizon(user_id, end_ms)
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_SQL, [user_id, begin_ms, end_ms])
        deleted: int = cursor.rowcount
    if deleted != len(rows):
        summary = f"{path} has {len(rows)} of {deleted} records."
        raise StoreError(summary, hint="Nothing was deleted. Try again.")
    return deleted


def _load_rows(
    user_id: int, begin_ms: int, end_ms: int
) -> list[parquet_files.ArchivedRow]:
    records = UsageSnapshot.objects.filter(
        user=user_id,
        # Says where to look for the sessions: in one partition.
        session__user=user_id,
        at_ms__gte=begin_ms,
        at_ms__lt=end_ms,
    )
    width = len(ROW_COLUMNS)
    return [
        parquet_files.ArchivedRow(UsageRow(*values[:width]), values[width:])
        for values in records.order_by("key").values_list(
            *ROW_COLUMNS, *_NAME_FIELDS
        )
    ]


def _write_file(path: Path, rows: list[parquet_files.ArchivedRow]) -> None:
    """
    Write records, with those that the file already has, and compare.

    It has some if a run was killed before the records were deleted, or if
    they were restored.
    """
    server_id = get_server().server_id
    merged = {}
    if path.exists():
        merged = {one.row.key: one for one in _read_own(path).rows}
    merged |= {one.row.key: one for one in rows}
    archive = parquet_files.ArchiveFile(
        server_id, tuple(merged[key] for key in sorted(merged))
    )
    own_files.replace_private_file(path, parquet_files.encode_archive(archive))
    if parquet_files.read_archive(path) != archive:
        summary = f"{path} differs from the records in the database."
        raise StoreError(summary, hint="Nothing was deleted.")


def _read_own(path: Path) -> parquet_files.ArchiveFile:
    archive = parquet_files.read_archive(path)
    if archive.server_id != get_server().server_id:
        summary = f"{path} is an archive of another database."
        raise StoreError(summary, hint="Move the file away.")
    return archive


def _restore_file(user_id: int, path: Path) -> int:
    rows = [one.row for one in _read_own(path).rows]
    count = 0
    for start in range(0, len(rows), _BATCH_SIZE):
        with transaction.atomic():
            bulk_sql.lock_user(user_id)
            batch = rows[start : start + _BATCH_SIZE]
            count += _insert_missing(user_id, path, batch)
    return count


def _insert_missing(user_id: int, path: Path, rows: Sequence[UsageRow]) -> int:
    sessions = {row.session_id for row in rows}
    known = Session.objects.filter(user=user_id, pk__in=sessions).count()
    if known != len(sessions) or {row.user_id for row in rows} != {user_id}:
        summary = f"{path} has sessions that this user does not have."
        raise StoreError(summary, hint="Move the file away.")
    stored = load_stored_rows(user_id, [row.key for row in rows])
    missing = [row for row in rows if row.key not in stored]
    bulk_sql.upsert(
        UsageSnapshot,
        ROW_COLUMNS,
        missing,
        "user_id, key",
        "key = excluded.key",
    )
    return len(missing)
