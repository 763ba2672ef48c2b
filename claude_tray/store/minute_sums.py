"""
Keep sums by minute of the last hours.

They make the cost of a line independent of the number of recent records.
They are maintained by difference in the transaction of the records, and
rebuilt from the records if they are not complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.forecasts import HOUR_MS, MINUTE_MS, UsageMinute
from claude_tray.store import metadata
from claude_tray.store.aggregates import (
    SUM_OF_BUCKETS,
    SUM_OF_HIGH_COSTS,
    SUM_OF_LOW_COSTS,
    SUM_OF_RECORDS,
    compute_totals,
    parse_totals,
)
from claude_tray.store.limit_tables import COUNTS_FOR_WINDOWS, REQUEST_TIME
from claude_tray.store.schema import AGGREGATE_COLUMNS, COST_HALF_BITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.cost import Totals
    from claude_tray.store.connection import Reader, Writer


# Name of the first complete minute in `identity`.
COMPLETE_FROM: Final = "minutes_from"
# The open window is at most five hours old.
_RETENTION_MS: Final = 8 * HOUR_MS
# Old minutes are deleted in portions of this length.
_PRUNED_MS: Final = 4 * HOUR_MS

_COLUMNS: Final = ", ".join(AGGREGATE_COLUMNS)
_ADD_EXCLUDED: Final = ", ".join(
    f"{c} = {c} + excluded.{c}" for c in AGGREGATE_COLUMNS
)
_NEGATED: Final = ", ".join(f"-{c}" for c in AGGREGATE_COLUMNS)
# Selects nothing while the sums are not maintained: null compares to nothing.
# The unary plus keeps the index on time out: there are fewer changed records
# than recent ones.
_SUM_BY_MINUTE: Final = f"""
    SELECT at_ms / {MINUTE_MS} AS minute, session.profile, {SUM_OF_RECORDS}
    FROM message JOIN session ON session.id = message.session
    WHERE {{which}} >= {MINUTE_MS} * (
        SELECT CAST(value AS INTEGER) FROM identity
        WHERE name = '{COMPLETE_FROM}')
    GROUP BY 1, 2
"""
_ON_CONFLICT: Final = (
    f"ON CONFLICT (minute, profile) DO UPDATE SET {_ADD_EXCLUDED}"
)
_IS_REMOVED: Final = "seq IN (SELECT value FROM json_each(?)) AND +at_ms"
_ADD_ALL: Final = f"""
    INSERT INTO minute (minute, profile, {_COLUMNS})
    {_SUM_BY_MINUTE.format(which="at_ms")}
"""
_ADD_RECORDS: Final = f"""
    INSERT INTO minute (minute, profile, {_COLUMNS})
    {_SUM_BY_MINUTE.format(which="seq >= ? AND +at_ms")} {_ON_CONFLICT}
"""
_SUBTRACT_RECORDS: Final = f"""
    WITH removed (minute, profile, {_COLUMNS}) AS (
        {_SUM_BY_MINUTE.format(which=_IS_REMOVED)}
    )
    INSERT INTO minute (minute, profile, {_COLUMNS})
    SELECT minute, profile, {_NEGATED} FROM removed WHERE true {_ON_CONFLICT}
"""
_DELETE_EMPTY: Final = "DELETE FROM minute WHERE " + " AND ".join(
    f"{c} = 0" for c in AGGREGATE_COLUMNS
)


def add_records(writer: Writer, first_seq: int) -> None:
    """Add all records from a sequence number on."""
    writer.execute(_ADD_RECORDS, (first_seq,))


def subtract_records(writer: Writer, seqs: Sequence[int]) -> None:
    """Subtract records before they are deleted."""
    writer.execute(_SUBTRACT_RECORDS, (f"[{','.join(map(str, seqs))}]",))


def delete_empty(writer: Writer) -> None:
    """Delete the minutes that have lost all their records."""
    writer.execute(_DELETE_EMPTY)


def stop_maintaining(writer: Writer) -> None:
    """Drop all sums, as when the cost of records is changed in place."""
    writer.execute("DELETE FROM minute")
    writer.execute("DELETE FROM identity WHERE name = ?", (COMPLETE_FROM,))


def maintain_minutes(writer: Writer, now_ms: int) -> None:
    """
    Keep the sums of the last hours complete; the caller has a transaction.

    They are rebuilt if they do not exist yet or the clock was set back.
    """
    from_minute = (now_ms - _RETENTION_MS) // MINUTE_MS
    stored = _get_complete_from(writer)
    if stored is None or from_minute < stored:
        stop_maintaining(writer)
        metadata.set_value(writer, COMPLETE_FROM, str(from_minute))
        writer.execute(_ADD_ALL)
    elif from_minute - stored > _PRUNED_MS // MINUTE_MS:
        writer.execute("DELETE FROM minute WHERE minute < ?", (from_minute,))
        metadata.set_value(writer, COMPLETE_FROM, str(from_minute))


_SELECT_COMPLETE_FROM: Final = (
    f"SELECT value FROM identity WHERE name = '{COMPLETE_FROM}'"
)


def _get_complete_from(reader: Reader | Writer) -> int | None:
    row = reader.execute(_SELECT_COMPLETE_FROM).fetchone()
    return int(row[0]) if row else None


# The minutes, then what is outside the window in the first and the last one.
_SUM_WINDOW: Final = f"""
    SELECT {SUM_OF_BUCKETS} FROM minute
    WHERE minute >= ?1 AND minute < ?2 {{of_account}}
    UNION ALL SELECT {SUM_OF_RECORDS} FROM message
    WHERE at_ms >= ?1 * {MINUTE_MS} AND at_ms < ?3 {{has_account}}
    UNION ALL SELECT {SUM_OF_RECORDS} FROM message
    WHERE at_ms >= ?4 AND at_ms < ?2 * {MINUTE_MS} {{has_account}}
"""
_SUM_WINDOW_OF_ALL: Final = _SUM_WINDOW.format(of_account="", has_account="")
_SUM_WINDOW_OF_ACCOUNT: Final = _SUM_WINDOW.format(
    of_account="AND profile = ?5",
    has_account="""AND EXISTS (
        SELECT 1 FROM session s WHERE s.id = session AND profile = ?5)""",
)
_SELECT_MINUTES: Final = """
    SELECT minute, input + output, cost, cost_high, unpriced FROM minute
    WHERE minute >= ?1 AND minute < ?2 AND profile = ?3 ORDER BY minute
"""
_SELECT_MINUTES_OF_RECORDS: Final = f"""
    SELECT at_ms / {MINUTE_MS}, sum(input + output), {SUM_OF_LOW_COSTS},
        {SUM_OF_HIGH_COSTS}, sum(cost IS NULL)
    FROM message JOIN session ON session.id = message.session
    WHERE at_ms >= {MINUTE_MS} * ?1 AND at_ms < {MINUTE_MS} * ?2
        AND session.profile = ?3
    GROUP BY 1 ORDER BY 1
"""


def load_minutes(
    reader: Reader | Writer, account_id: int, start_ms: int, end_ms: int
) -> list[UsageMinute]:
    """Return an account's usage by minute; both ends are whole minutes."""
    first, end = start_ms // MINUTE_MS, -(-end_ms // MINUTE_MS)
    is_complete = _is_complete(reader, first)
    rows = reader.execute(
        _SELECT_MINUTES if is_complete else _SELECT_MINUTES_OF_RECORDS,
        (first, end, account_id),
    )
    return [
        UsageMinute(minute, tokens, low + (high << COST_HALF_BITS), unpriced)
        for minute, tokens, low, high, unpriced in rows
    ]


def compute_window_totals(
    reader: Reader | Writer,
    start_ms: int,
    end_ms: int,
    account_id: int | None = None,
) -> Totals:
    """
    Return the exact totals of a window.

    The minutes are summed; what is outside the window in its first and last
    one is subtracted. That is little: a window mostly starts with a record.

    Args:
        reader: Open database.
        start_ms: First millisecond.
        end_ms: Millisecond after the last.
        account_id: Row ID of an account; None for all.
    """
    first, end = start_ms // MINUTE_MS, -(-end_ms // MINUTE_MS)
    if not _is_complete(reader, first):
        return compute_totals(reader, start_ms, end_ms, account_id)
    statement = _SUM_WINDOW_OF_ALL
    parameters: tuple[int, ...] = (first, end, start_ms, end_ms)
    if account_id is not None:
        statement = _SUM_WINDOW_OF_ACCOUNT
        parameters = (*parameters, account_id)
    inside, before, after = reader.execute(statement, parameters)
    return parse_totals(
        [a - b - c for a, b, c in zip(inside, before, after, strict=True)]
    )


def _is_complete(reader: Reader | Writer, first: int) -> bool:
    complete_from = _get_complete_from(reader)
    return complete_from is not None and complete_from <= first


_SELECT_FIRST_MINUTE: Final = """
    SELECT minute FROM minute WHERE minute >= ? AND profile = ?
    ORDER BY minute LIMIT 1
"""
_SELECT_FIRST_RECORD: Final = f"""
    SELECT {REQUEST_TIME}
    FROM message CROSS JOIN session ON session.id = message.session
        CROSS JOIN model ON model.id = message.model
    WHERE message.at_ms >= ?1 AND {REQUEST_TIME} >= ?3
        AND session.profile = ?2 AND {COUNTS_FOR_WINDOWS}
    ORDER BY message.at_ms LIMIT 1
"""


def find_first_ms(
    reader: Reader | Writer, account_id: int, from_ms: int
) -> int | None:
    """
    Return the time of an account's first request from a time on.

    Only those that its limits count. A minute's sum shows where to look, among the records of busier accounts.
    """
    search_ms = from_ms
    if _is_complete(reader, from_ms // MINUTE_MS):
        row = reader.execute(
            _SELECT_FIRST_MINUTE, (from_ms // MINUTE_MS, account_id)
        ).fetchone()
        if row is None:
            return None
        search_ms = max(from_ms, row[0] * MINUTE_MS)
    row = reader.execute(
        _SELECT_FIRST_RECORD, (search_ms, account_id, from_ms)
    ).fetchone()
    return int(row[0]) if row else None
