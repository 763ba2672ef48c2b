"""Store the usage history of another program."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.usage import (
    ImportedDayTotal,
    ImportedHistory,
    ImportedRecord,
    UsageRecord,
    merge,
)
from claude_tray.errors import gettext_noop
from claude_tray.ingest.other_requests import update_after_import
from claude_tray.store import imported_totals
from claude_tray.store.connection import Writer, transaction
from claude_tray.store.records import RecordWriter, UpsertResult
from claude_tray.store.schema import IS_IMPORTED
from claude_tray.store.windows import invalidate_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from claude_tray.core.price_table import PriceTable


_CHUNK_SIZE: Final = 10_000
ALREADY_COVERED_DAYS: Final = gettext_noop("days with more detailed data")


class HistoryImportResult(NamedTuple):
    """
    Counters of an import.

    Attributes:
        added: New messages.
        updated: Messages of an earlier import that changed.
        known: Messages already stored.
        days: Days with stored totals.
        left_out: Number of skipped entries by reason.
    """

    added: int
    updated: int
    known: int
    days: int
    left_out: dict[str, int]


def import_history(
    writer: Writer,
    history: ImportedHistory,
    account: str,
    prices: PriceTable,
) -> HistoryImportResult:
    """
    Store a history without changing usage from transcripts.

    Messages are matched by id. Totals of a day are stored only if no other
    usage of that day is, and dropped when its messages arrive.

    Args:
        writer: The store.
        history: Content of the imported file.
        account: Account of entries that name none.
        prices: Determines the cost.
    """
    total = UpsertResult()
    for chunk in _iter_record_chunks(history.records):
        with transaction(writer):
            counts = _import_records(writer, chunk, account, prices)
        total = UpsertResult(
            total.added + counts.added, total.updated + counts.updated
        )
    with transaction(writer):
        imported_totals.drop_superseded_totals(writer)
        days, skipped_days = _import_day_totals(
            writer, history.day_totals, account, prices
        )
        # Old records can move any window.
        invalidate_closed(writer, 0)
    skipped_by_reason = Counter(dict(history.skipped))
    if skipped_days:
        skipped_by_reason[ALREADY_COVERED_DAYS] = len(skipped_days)
    message_count = sum(p.record.is_message for p in history.records)
    already_known = message_count - total.added - total.updated
    return HistoryImportResult(
        total.added, total.updated, already_known, len(days), skipped_by_reason
    )


def _import_records(
    writer: Writer,
    chunk: Iterable[ImportedRecord],
    default_account: str,
    prices: PriceTable,
) -> UpsertResult:
    record_writer = RecordWriter(writer, prices, IS_IMPORTED)
    by_account: dict[str, dict[int, UsageRecord]] = {}
    account_by_key: dict[int, str] = {}
    for record, file_account, is_guess in chunk:
        record_account = (
            default_account if file_account is None else file_account
        )
        record_account = account_by_key.setdefault(record.key, record_account)
        record_writer.sessions.assign_projects(
            [record.origin], record_account, is_guess=is_guess
        )
        records = by_account.setdefault(record_account, {})
        existing = records.get(record.key)
        records[record.key] = merge(existing, record) if existing else record
    total = UpsertResult()
    for record_account, records in by_account.items():
        counts = record_writer.upsert(records, record_account)
        total = UpsertResult(
            total.added + counts.added, total.updated + counts.updated
        )
    record_writer.flush()
    imported = (
        record
        for records in by_account.values()
        for record in records.values()
    )
    update_after_import(writer, prices, imported)
    return total


def _import_day_totals(
    writer: Writer,
    day_totals: Iterable[ImportedDayTotal],
    default_account: str,
    prices: PriceTable,
) -> tuple[set[date], set[date]]:
    """Return the stored and the skipped days."""
    by_source: dict[tuple[str, str], list[ImportedDayTotal]] = {}
    for day_total in day_totals:
        day_account = (
            default_account if day_total.account is None else day_total.account
        )
        by_source.setdefault((day_total.kind, day_account), []).append(
            day_total
        )
    days: set[date] = set()
    skipped_days: set[date] = set()
    for (kind, day_account), group in by_source.items():
        group_days = {day_total.day for day_total in group}
        free_days = {
            day
            for day in group_days
            if imported_totals.is_day_importable(writer, day, kind)
        }
        importable = [
            day_total for day_total in group if day_total.day in free_days
        ]
        imported_totals.save_day_totals(
            writer, importable, day_account, prices
        )
        days |= free_days
        skipped_days |= group_days - free_days
    return days, skipped_days


def _iter_record_chunks(
    records: Iterable[ImportedRecord],
) -> Iterator[list[ImportedRecord]]:
    remaining = iter(records)
    while chunk := list(islice(remaining, _CHUNK_SIZE)):
        yield chunk
