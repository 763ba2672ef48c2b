"""Find the 5-hour windows of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.time import from_epoch_ms
from claude_tray.core.windows import (
    ValueSource,
    Window,
    WindowBounds,
    WindowRule,
    WindowRules,
    compute_window_bounds,
)
from claude_tray.store import (
    aggregates,
    claude_reports,
    limit_tables,
    minute_sums,
    requests,
    schema,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from claude_tray.core.accounts import Account
    from claude_tray.store.connection import Reader, Writer


_DELETE_CLOSED_AFTER: Final = "DELETE FROM closed_window WHERE end_ms > ?"
# From the start of the first deleted window on: its records open it again.
_SEARCH_FROM: Final = """
    UPDATE profile SET no_window_ms = min(no_window_ms, ?1, ifnull((
        SELECT min(start_ms) FROM closed_window
        WHERE profile = profile.id AND end_ms > ?1), ?1))
    WHERE no_window_ms > 0
"""
_FOR_ACCOUNT: Final = f" AND profile = {schema.ACCOUNT_ID}"
_FOR_THIS_ACCOUNT: Final = " AND account = ?"


def invalidate_closed(
    writer: Writer, from_ms: int, account: str | None = None
) -> None:
    """
    Delete cached windows that a change may affect.

    Args:
        writer: Open database.
        from_ms: Earliest time of the change.
        account: Account key; None for all.
    """
    if account is None:
        writer.execute(_SEARCH_FROM, (from_ms,))
        writer.execute(_DELETE_CLOSED_AFTER, (from_ms,))
    else:
        query_params = (from_ms, account)
        writer.execute(_SEARCH_FROM + _FOR_THIS_ACCOUNT, query_params)
        writer.execute(_DELETE_CLOSED_AFTER + _FOR_ACCOUNT, query_params)


# Clocks differ: a record further ahead than this opens no window.
MAX_CLOCK_LEAD_MS: Final = 300_000

# Those of WindowBounds, then the sums.
_WINDOW_COLUMNS: Final = (
    *("start_ms", "end_ms", "source", "rule"),
    *schema.AGGREGATE_COLUMNS,
)
# CROSS JOIN keeps the order of the tables, which is that of the index.
_SELECT_NEXT_RECORD: Final = f"""
    SELECT message.at_ms, requested_ms
    FROM message CROSS JOIN model ON model.id = message.model
    WHERE message.at_ms BETWEEN ?1 AND ?2 AND {limit_tables.REQUEST_TIME} >= ?3
        AND {limit_tables.COUNTS_FOR_WINDOWS}
    ORDER BY message.at_ms LIMIT 1
"""
# The next record of an idle account may be far away among those of a busy one.
# If few of its sessions were used since, the search starts at the first of
# them; if many were, a record is near.
_MAX_RECENT_SESSIONS: Final = 64
_SELECT_NEXT_RECORD_OF_ACCOUNT: Final = f"""
    SELECT message.at_ms, requested_ms
    FROM message CROSS JOIN session ON session.id = message.session
        CROSS JOIN model ON model.id = message.model
    WHERE message.at_ms BETWEEN max(?1, (
            SELECT iif(count(*) < {_MAX_RECENT_SESSIONS}, min(first_ms), ?1) FROM (
                SELECT first_ms FROM session
                WHERE profile = ?4 AND last_ms >= ?1 LIMIT {_MAX_RECENT_SESSIONS})))
        AND ?2 AND {limit_tables.REQUEST_TIME} >= ?3 AND session.profile = ?4
        AND {limit_tables.COUNTS_FOR_WINDOWS}
    ORDER BY message.at_ms LIMIT 1
"""
# Of two requests at once, the first may be answered last.
_MAX_RESPONSE_MS: Final = 900_000
_SELECT_FIRST_REQUEST: Final = f"""
    SELECT min(requested_ms)
    FROM message CROSS JOIN session ON session.id = message.session
        CROSS JOIN model ON model.id = message.model
    WHERE message.at_ms BETWEEN ?1 AND ?1 + {_MAX_RESPONSE_MS}
        AND requested_ms >= ?2 AND ifnull(session.profile = ?3, 1)
        AND {limit_tables.COUNTS_FOR_WINDOWS}
"""
_SELECT_SEARCH_START: Final = "SELECT no_window_ms FROM profile WHERE id = ?"
_SAVE_SEARCH_START: Final = """
    UPDATE profile SET no_window_ms = ? WHERE id = ? AND no_window_ms < ?
"""
# Saving it more often would only cost writes.
_SEARCH_STEP_MS: Final = 6 * 3_600_000
_SELECT_CLOSED: Final = f"""
    SELECT {", ".join(_WINDOW_COLUMNS)} FROM closed_window
    WHERE profile = ? AND end_ms > ? ORDER BY start_ms
"""
_SELECT_LAST_CLOSED_END: Final = """
    SELECT end_ms FROM closed_window WHERE profile = ?
    ORDER BY start_ms DESC LIMIT 1
"""
_SELECT_LAST_CLOSED: Final = f"""
    SELECT {", ".join(_WINDOW_COLUMNS)} FROM closed_window
    WHERE profile = ? ORDER BY start_ms DESC LIMIT 1
"""
_SELECT_PREVIOUS: Final = f"""
    SELECT {", ".join(_WINDOW_COLUMNS)} FROM closed_window
    WHERE profile = {schema.ACCOUNT_ID} AND start_ms < ?
    ORDER BY start_ms DESC LIMIT 1
"""
_UPSERT_CLOSED: Final = schema.build_insert(
    "closed_window", ("profile", *_WINDOW_COLUMNS), "INSERT OR REPLACE"
)


def list_windows(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
    from_ms: int = 0,
) -> list[Window]:
    """
    Return the windows of an account, oldest first.

    Args:
        reader: Open database.
        account: The account.
        now_ms: Current time.
        from_ms: Only windows that end after this time.
    """
    account_id = aggregates.find_account_id(reader, account.key)
    if account_id is None:
        return []
    closed = [
        _parse_window(row)
        for row in reader.execute(_SELECT_CLOSED, (account_id, from_ms))
    ]
    account_filter = _get_account_filter(reader, account_id)
    rules = claude_reports.load_window_rules(
        reader, account.key, account.rule, now_ms
    )
    return closed + [
        _build_window_with_totals(reader, interval, account_filter)
        for interval in _iter_intervals_to_now(
            reader, account_id, rules, now_ms
        )
        if interval.end_ms > from_ms
    ]


def find_current(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
) -> Window | None:
    """Return the open window of an account, None without one."""
    rules = claude_reports.load_window_rules(
        reader, account.key, account.rule, now_ms
    )
    account_id = aggregates.find_account_id(reader, account.key)
    return find_current_by_rules(reader, account_id, rules, now_ms)


def find_current_by_rules(
    reader: Reader | Writer,
    account_id: int | None,
    rules: WindowRules,
    now_ms: int,
) -> Window | None:
    """
    Return the open window of an account, given its rules.

    Args:
        reader: Open database.
        account_id: Row ID of the account; None without usage.
        rules: Rule and official windows of the account.
        now_ms: Current time.
    """
    if account_id is None:
        return None
    newest = None
    for interval in _iter_intervals_to_now(reader, account_id, rules, now_ms):
        newest = interval
    if newest is None or not newest.start_ms <= now_ms < newest.end_ms:
        return None
    return _build_window_with_totals(
        reader, newest, _get_account_filter(reader, account_id)
    )


def find_latest(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
) -> Window | None:
    """Return the open window of an account, else the last one."""
    account_id = aggregates.find_account_id(reader, account.key)
    if account_id is None:
        return None
    newest = None
    rules = claude_reports.load_window_rules(
        reader, account.key, account.rule, now_ms
    )
    for interval in _iter_intervals_to_now(reader, account_id, rules, now_ms):
        newest = interval
    if newest is not None:
        return _build_window_with_totals(
            reader, newest, _get_account_filter(reader, account_id)
        )
    row = reader.execute(_SELECT_LAST_CLOSED, (account_id,)).fetchone()
    return None if row is None else _parse_window(row)


def find_previous(
    reader: Reader | Writer, account: str, start_ms: int
) -> Window | None:
    """Return the last stored window of an account that began before a time."""
    row = reader.execute(_SELECT_PREVIOUS, (account, start_ms)).fetchone()
    return None if row is None else _parse_window(row)


def persist_closed(
    writer: Writer,
    account: Account,
    now_ms: int,
) -> None:
    """Store the windows that have ended, which saves computing them again."""
    account_id = aggregates.find_account_id(writer, account.key)
    if account_id is None:
        return
    account_filter = _get_account_filter(writer, account_id)
    rules = claude_reports.load_window_rules(
        writer, account.key, account.rule, now_ms
    )
    intervals = list(
        _iter_unclosed_intervals(writer, account_id, rules, now_ms)
    )
    if not intervals or intervals[-1].end_ms + MAX_CLOCK_LEAD_MS <= now_ms:
        # What follows opens no window: it need not be searched again.
        writer.execute(
            _SAVE_SEARCH_START, (now_ms, account_id, now_ms - _SEARCH_STEP_MS)
        )
    writer.executemany(
        _UPSERT_CLOSED,
        [
            (
                account_id,
                *interval,
                *aggregates.build_aggregate_row(
                    aggregates.compute_totals(
                        writer,
                        interval.start_ms,
                        interval.end_ms,
                        account_filter,
                    )
                ),
            )
            for interval in intervals
            if interval.end_ms + MAX_CLOCK_LEAD_MS <= now_ms
        ],
    )


def _iter_unclosed_intervals(
    reader: Reader | Writer,
    account_id: int,
    rules: WindowRules,
    now_ms: int,
) -> Iterator[WindowBounds]:
    """Yield the windows that are not stored, oldest first."""
    row = reader.execute(_SELECT_LAST_CLOSED_END, (account_id,)).fetchone()
    (search_ms,) = reader.execute(
        _SELECT_SEARCH_START, (account_id,)
    ).fetchone()
    account_filter = _get_account_filter(reader, account_id)
    last_end_ms = row[0] if row else 0
    while (
        first_ms := _find_next_request_ms(
            reader,
            (last_end_ms, max(last_end_ms, search_ms)),
            now_ms,
            account_filter,
        )
    ) is not None:
        interval = compute_window_bounds(first_ms, last_end_ms, rules)
        yield interval
        last_end_ms = interval.end_ms


def _iter_intervals_to_now(
    reader: Reader | Writer,
    account_id: int,
    rules: WindowRules,
    now_ms: int,
) -> Iterator[WindowBounds]:
    """Yield the same, then an open window that was only reported."""
    end_ms = 0
    for interval in _iter_unclosed_intervals(
        reader, account_id, rules, now_ms
    ):
        yield interval
        end_ms = interval.end_ms
    if end_ms > now_ms:
        return
    open_window = rules.find_official_window(now_ms)
    if open_window is not None:
        yield WindowBounds(*open_window, ValueSource.OFFICIAL, None)


def _find_next_request_ms(
    reader: Reader | Writer,
    from_ms: tuple[int, int],
    now_ms: int,
    account_id: int | None,
) -> int | None:
    """
    Return the time of the next request that counts, None without one.

    Args:
        reader: Open database.
        from_ms: Earliest time of the request and of its response.
        now_ms: Current time.
        account_id: Row ID of the account; None if it is the only one.
    """
    earliest_ms, search_ms = from_ms
    query_params = (search_ms, now_ms + MAX_CLOCK_LEAD_MS, earliest_ms)
    if account_id is None:
        row = reader.execute(_SELECT_NEXT_RECORD, query_params).fetchone()
    else:
        row = reader.execute(
            _SELECT_NEXT_RECORD_OF_ACCOUNT, (*query_params, account_id)
        ).fetchone()
    open_ms = requests.find_next_open(
        reader, earliest_ms, now_ms + MAX_CLOCK_LEAD_MS, account_id
    )
    if row is None:
        return open_ms
    at_ms, requested_ms = row
    if requested_ms is not None:
        (at_ms,) = reader.execute(
            _SELECT_FIRST_REQUEST, (at_ms, earliest_ms, account_id)
        ).fetchone()
    return int(at_ms) if open_ms is None else min(at_ms, open_ms)


def _get_account_filter(
    reader: Reader | Writer, account_id: int
) -> int | None:
    """Return the account ID if there are other accounts to exclude."""
    (account_count,) = reader.execute(
        "SELECT count(*) FROM profile"
    ).fetchone()
    return account_id if account_count > 1 else None


def _parse_window(row: Sequence[Any]) -> Window:
    """Return the window of a row of _WINDOW_COLUMNS."""
    start_ms, end_ms, source, rule, *sums = row
    return Window(
        from_epoch_ms(start_ms),
        from_epoch_ms(end_ms),
        ValueSource(source),
        WindowRule(rule) if rule else None,
        aggregates.parse_totals(sums),
    )


def _build_window_with_totals(
    reader: Reader | Writer, interval: WindowBounds, account_id: int | None
) -> Window:
    start_ms, end_ms, source, rule = interval
    totals = minute_sums.compute_window_totals(
        reader, start_ms, end_ms, account_id
    )
    return Window(
        from_epoch_ms(start_ms), from_epoch_ms(end_ms), source, rule, totals
    )
