"""
Repair values that no version should have stored.

Earlier versions stored times of any year, and sums that no longer were
integers. Such values are no damage of the file: records of an impossible time
are removed, as if their lines had been counted as bad, and the sums are
computed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.bounds import END_TIME_MS, MIN_STORED_MS
from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.usage import STATS_CACHE
from claude_tray.core.windows import ValueSource, WindowRule
from claude_tray.store.schema import (
    AGGREGATE_COLUMNS,
    COST_HALF_BITS,
    COST_HALF_MASK,
    IS_ADVISOR_PART,
    IS_CONFIRMED,
    IS_INCOMPLETE,
    IS_OTHER_REQUESTS,
    TOKEN_COLUMNS,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


_TOKENS: Final = ", ".join(TOKEN_COLUMNS)
_COLUMNS: Final = ", ".join(AGGREGATE_COLUMNS)
_SUMS: Final = ", ".join(f"sum({column})" for column in AGGREGATE_COLUMNS)


def _is_outside(column: str) -> str:
    # A value of another type compares greater than every number.
    return f"({column} < {MIN_STORED_MS} OR {column} >= {END_TIME_MS})"


# Found by the index on time.
_DELETE_RECORDS: Final = (
    f"DELETE FROM message WHERE at_ms < {MIN_STORED_MS}",
    f"DELETE FROM message WHERE at_ms >= {END_TIME_MS}",
    f"DELETE FROM imported_sum WHERE {_is_outside('at_ms')}",
)
# One scan for all, as such values are rare. Earlier versions did not split
# costs: see AGGREGATE_COLUMNS.
_PROBE_RECORDS: Final = f"""
    SELECT ifnull(max({_is_outside("counted_ms")}
            OR {_is_outside("origin_ms")}), 0),
        ifnull(max(cost), 0) > {COST_HALF_MASK}
    FROM message
"""
_REPAIR_TIMES: Final = tuple(
    f"UPDATE message SET {column} = at_ms WHERE {_is_outside(column)}"
    for column in ("counted_ms", "origin_ms")
)
_low_cost = f"ifnull(cost, 0) & {COST_HALF_MASK}"
_high_cost = f"ifnull(cost, 0) >> {COST_HALF_BITS}"
_is_other = f"flags & {IS_OTHER_REQUESTS}"
# No time is before 1970 any more, so that SQLite rounds down.
_ALL_PARTS: Final = f"""
    SELECT at_ms / {BUCKET_MS} AS bucket, session, model,
        flags & {IS_ADVISOR_PART} = 0 AS messages, {_TOKENS},
        {_low_cost} AS cost, cost IS NULL AS unpriced,
        {IS_INCOMPLETE} AS incomplete,
        {_high_cost} AS cost_high,
        flags & {IS_CONFIRMED | IS_ADVISOR_PART} = 0 AS unconfirmed,
        iif({_is_other}, {_low_cost}, 0) AS other_cost,
        iif({_is_other}, {_high_cost}, 0) AS other_cost_high,
        iif({_is_other}, {" + ".join(TOKEN_COLUMNS)}, 0) AS other_tokens
    FROM message
    UNION ALL
    SELECT at_ms / {BUCKET_MS}, session, model, 0, {_TOKENS},
        {_low_cost}, cost IS NULL, 0, {_high_cost},
        kind = '{STATS_CACHE}', 0, 0, 0
    FROM imported_sum
"""
_REBUILD_SUMS: Final = (
    "DELETE FROM cell",
    "DELETE FROM usage_session",
    "DELETE FROM usage_project",
    "DELETE FROM closed_window",
    # Sums by minute are built again while this row is missing: see
    # minute_sums.COMPLETE_FROM.
    "DELETE FROM minute",
    "DELETE FROM identity WHERE name = 'minutes_from'",
    f"""
    INSERT INTO cell (bucket, session, model, {_COLUMNS})
    SELECT bucket, session, model, {_SUMS} FROM ({_ALL_PARTS})
    GROUP BY bucket, session, model
    """,
    f"""
    INSERT INTO usage_session (session, model, {_COLUMNS})
    SELECT session, model, {_SUMS} FROM cell GROUP BY session, model
    """,
    f"""
    INSERT INTO usage_project (project, model, {_COLUMNS})
    SELECT project, model, {_SUMS}
    FROM usage_session JOIN session ON session.id = usage_session.session
    GROUP BY project, model
    """,
)
_REBUILD_INTERVALS: Final = (
    "DROP TABLE IF EXISTS temp.interval",
    """
    CREATE TEMP TABLE interval AS
    SELECT session, min(at_ms) AS first, max(at_ms) AS last,
        min(placed_ms) AS origin
    FROM (
        SELECT session, at_ms, origin_ms AS placed_ms FROM message
        UNION ALL SELECT session, at_ms, at_ms FROM imported_sum)
    GROUP BY session
    """,
    "CREATE INDEX temp.interval_session ON interval (session)",
    f"""
    UPDATE session SET (first_ms, last_ms) = (
        SELECT first, last FROM interval WHERE session = session.id)
    WHERE {_is_outside("first_ms")} OR {_is_outside("last_ms")}
    """,
    f"""
    UPDATE session SET origin_ms = ifnull((
        SELECT origin FROM interval WHERE session = session.id), 0)
    WHERE {_is_outside("origin_ms")}
    """,
    "DROP TABLE temp.interval",
)
_HAS_INVALID_SUMS: Final = " UNION ALL ".join(
    f"SELECT 1 FROM {table} WHERE "
    + " OR ".join(f"typeof({c}) != 'integer'" for c in AGGREGATE_COLUMNS)
    for table in ("cell", "usage_session", "usage_project", "closed_window")
)
_SUM_HIGH_COSTS: Final = "SELECT sum(cost_high) FROM usage_project"
_DELETE_WINDOWS: Final = f"""
    DELETE FROM closed_window
    WHERE source NOT IN ({", ".join(f"'{source}'" for source in ValueSource)})
        OR rule NOT IN ({", ".join(f"'{rule}'" for rule in WindowRule)})
        OR {_is_outside("start_ms")} OR {_is_outside("end_ms")}
"""
_DELETE_HITS: Final = f"""
    DELETE FROM limit_hit WHERE {_is_outside("at_ms")}
        OR {_is_outside("resets_ms")}
"""


def repair_values(writer: sqlite3.Connection) -> int:
    """
    Remove or correct impossible values, in the current transaction.

    Returns:
        Number of changed rows.
    """
    changed_records = _execute_all(writer, _DELETE_RECORDS)
    has_invalid_time, has_large_cost = writer.execute(
        _PROBE_RECORDS
    ).fetchone()
    if has_invalid_time:
        changed_records += _execute_all(writer, _REPAIR_TIMES)
    changed_others = _execute_all(writer, (_DELETE_WINDOWS, _DELETE_HITS))
    if changed_records or _has_invalid_sums(writer, has_large_cost):
        _execute_all(writer, _REBUILD_INTERVALS)
        changed_others += _execute_all(writer, _REBUILD_SUMS)
    return changed_records + changed_others


def _execute_all(writer: sqlite3.Connection, statements: Iterable[str]) -> int:
    """Return the number of changed rows."""
    counts = [writer.execute(statement).rowcount for statement in statements]
    return sum(count for count in counts if count > 0)


def _has_invalid_sums(writer: sqlite3.Connection, has_large_cost: int) -> bool:
    if writer.execute(f"{_HAS_INVALID_SUMS} LIMIT 1").fetchone():
        return True
    (high,) = writer.execute(_SUM_HIGH_COSTS).fetchone()
    return bool(has_large_cost) and not high
