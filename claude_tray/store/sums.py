"""Sums over stretches of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.price import NanoUsd
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.store.rollups import CELL_MS, SUM_OF_MESSAGES
from claude_tray.store.schema import SUM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.store.connection import Reader, Writer

SUM_OF_CELLS: Final = ", ".join(f"ifnull(sum({c}), 0)" for c in SUM_COLUMNS)
_NUMBER: Final = "SELECT id FROM profile WHERE account = ?"
# Looked up row by row: a stretch has few, an account thousands of sessions.
_OF_PROFILE: Final = """
    AND EXISTS (SELECT 1 FROM session s WHERE s.id = session AND profile = ?3)
"""
_CELLS: Final = f"""
    SELECT {SUM_OF_CELLS} FROM cell WHERE bucket >= ?1 AND bucket < ?2
"""
_MESSAGES: Final = f"""
    SELECT {SUM_OF_MESSAGES} FROM message WHERE at_ms >= ?1 AND at_ms < ?2
"""


def totals_of(row: Sequence[int]) -> Totals:
    """Return sums in the order of SUM_COLUMNS as a value."""
    return Totals(
        messages=row[0],
        tokens=TokenCounts(*row[1:6]),
        priced_cost=NanoUsd(row[6]),
        unpriced=row[7],
        incomplete=row[8],
    )


def between(
    reader: Reader | Writer,
    start_ms: int,
    end_ms: int,
    profile: int | None = None,
) -> Totals:
    """
    Return what the records from start to before end add up to, exactly.

    Whole cells are summed as cells, the ends of the stretch by record.

    Args:
        reader: The store.
        start_ms: The first moment.
        end_ms: The moment after the last.
        profile: Only this account's; None for all.
    """
    first, last = -(-start_ms // CELL_MS), end_ms // CELL_MS
    if first >= last:
        return _of(reader, _MESSAGES, start_ms, end_ms, profile)
    total = _of(reader, _CELLS, first, last, profile)
    if start_ms < first * CELL_MS:
        head = _of(reader, _MESSAGES, start_ms, first * CELL_MS, profile)
        total = total.plus(head)
    if last * CELL_MS < end_ms:
        end = _of(reader, _MESSAGES, last * CELL_MS, end_ms, profile)
        total = total.plus(end)
    return total


def of_account(
    reader: Reader | Writer,
    start_ms: int,
    end_ms: int,
    account: str,
) -> Totals:
    """Return what an account's records in a stretch add up to, exactly."""
    row = reader.execute(_NUMBER, (account,)).fetchone()
    return between(reader, start_ms, end_ms, row[0]) if row else NOTHING


def _of(
    reader: Reader | Writer,
    statement: str,
    start: int,
    end: int,
    profile: int | None,
) -> Totals:
    if profile is None:
        row = reader.execute(statement, (start, end)).fetchone()
    else:
        full = statement + _OF_PROFILE
        row = reader.execute(full, (start, end, profile)).fetchone()
    return totals_of(row)
