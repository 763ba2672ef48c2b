"""Compute totals of time ranges from buckets and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.pricing import NanoUsd
from claude_tray.core.tokens import TokenCounts
from claude_tray.core.totals import ZERO_TOTALS, Totals
from claude_tray.store.accounts import find_account_id
from claude_tray.store.aggregates import SUM_OF_RECORDS
from claude_tray.store.schema import AGGREGATE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.store.connection import Reader, Writer


SUM_OF_BUCKETS: Final = ", ".join(
    f"ifnull(sum({c}), 0)" for c in AGGREGATE_COLUMNS
)
# Checked row by row: a range has few sessions, an account thousands.
_FOR_ACCOUNT: Final = """
    AND EXISTS (SELECT 1 FROM session s WHERE s.id = session AND profile = ?3)
"""
_SUM_BUCKETS: Final = f"""
    SELECT {SUM_OF_BUCKETS} FROM cell WHERE bucket >= ?1 AND bucket < ?2
"""
_SUM_RECORDS: Final = f"""
    SELECT {SUM_OF_RECORDS} FROM message WHERE at_ms >= ?1 AND at_ms < ?2
"""


def parse_totals(row: Sequence[int]) -> Totals:
    """Return sums in the order of AGGREGATE_COLUMNS as totals."""
    messages, *tokens, cost, unpriced, incomplete = row
    return Totals(
        messages, TokenCounts(*tokens), NanoUsd(cost), unpriced, incomplete
    )


def build_aggregate_row(totals: Totals) -> list[int]:
    """Return totals as sums in the order of AGGREGATE_COLUMNS."""
    return [
        totals.messages,
        *totals.tokens,
        totals.priced_cost,
        totals.unpriced,
        totals.incomplete,
    ]


def compute_totals(
    reader: Reader | Writer,
    start_ms: int,
    end_ms: int,
    account_id: int | None = None,
) -> Totals:
    """
    Return the exact totals of a time range.

    Whole buckets are summed as buckets, both ends by record.

    Args:
        reader: Open database.
        start_ms: First millisecond.
        end_ms: Millisecond after the last.
        account_id: Row ID of an account; None for all.
    """
    first_bucket, end_bucket = -(-start_ms // BUCKET_MS), end_ms // BUCKET_MS
    if first_bucket >= end_bucket:
        return _query_totals(
            reader, _SUM_RECORDS, start_ms, end_ms, account_id
        )
    total = _query_totals(
        reader, _SUM_BUCKETS, first_bucket, end_bucket, account_id
    )
    if start_ms < first_bucket * BUCKET_MS:
        head_totals = _query_totals(
            reader,
            _SUM_RECORDS,
            start_ms,
            first_bucket * BUCKET_MS,
            account_id,
        )
        total = total.plus(head_totals)
    if end_bucket * BUCKET_MS < end_ms:
        tail_totals = _query_totals(
            reader, _SUM_RECORDS, end_bucket * BUCKET_MS, end_ms, account_id
        )
        total = total.plus(tail_totals)
    return total


def compute_account_totals(
    reader: Reader | Writer,
    start_ms: int,
    end_ms: int,
    account: str,
) -> Totals:
    """Return the exact totals of an account in a time range."""
    account_id = find_account_id(reader, account)
    return (
        ZERO_TOTALS
        if account_id is None
        else compute_totals(reader, start_ms, end_ms, account_id)
    )


def _query_totals(
    reader: Reader | Writer,
    statement: str,
    start: int,
    end: int,
    account_id: int | None,
) -> Totals:
    if account_id is None:
        row = reader.execute(statement, (start, end)).fetchone()
    else:
        filtered = statement + _FOR_ACCOUNT
        row = reader.execute(filtered, (start, end, account_id)).fetchone()
    return parse_totals(row)
