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
from claude_tray.store import claude_reports
from claude_tray.store.aggregates import (
    build_aggregate_row,
    compute_totals,
    find_account_id,
    parse_totals,
)
from claude_tray.store.minute_sums import compute_window_totals
from claude_tray.store.schema import (
    ACCOUNT_ID,
    AGGREGATE_COLUMNS,
    OPENS_WINDOW,
    build_insert,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from claude_tray.core.accounts import Account
    from claude_tray.store.connection import Reader, Writer


_DELETE_CLOSED_AFTER: Final = "DELETE FROM closed_window WHERE end_ms > ?"
_FOR_ACCOUNT: Final = f" AND profile = {ACCOUNT_ID}"


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
        writer.execute(_DELETE_CLOSED_AFTER, (from_ms,))
    else:
        writer.execute(_DELETE_CLOSED_AFTER + _FOR_ACCOUNT, (from_ms, account))


# Clocks differ: a record further ahead than this opens no window.
MAX_CLOCK_LEAD_MS: Final = 300_000

# Those of WindowBounds, then the sums.
_WINDOW_COLUMNS: Final = (
    *("start_ms", "end_ms", "source", "rule"),
    *AGGREGATE_COLUMNS,
)
_SELECT_NEXT_RECORD: Final = f"""
    SELECT min(at_ms) FROM message
    WHERE at_ms BETWEEN ? AND ? AND {OPENS_WINDOW}
"""
# The next record of an idle account may be far away among those of a busy one.
# If few of its sessions were used since, the search starts at the first of
# them; if many were, a record is near.
_MAX_RECENT_SESSIONS: Final = 64
_SELECT_NEXT_RECORD_OF_ACCOUNT: Final = f"""
    SELECT at_ms FROM message JOIN session ON session.id = message.session
    WHERE at_ms BETWEEN max(?1, (
            SELECT iif(count(*) < {_MAX_RECENT_SESSIONS}, min(first_ms), ?1) FROM (
                SELECT first_ms FROM session
                WHERE profile = ?3 AND last_ms >= ?1 LIMIT {_MAX_RECENT_SESSIONS})))
        AND ?2 AND session.profile = ?3 AND {OPENS_WINDOW}
    ORDER BY at_ms LIMIT 1
"""
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
_UPSERT_CLOSED: Final = build_insert(
    "closed_window", ("profile", *_WINDOW_COLUMNS), "INSERT OR REPLACE"
)


def list_windows(
    reader: Reader | Writer,
    account: Account,
    now_ms: int,
) -> list[Window]:
    """Return all windows of an account, oldest first."""
    account_id = find_account_id(reader, account.key)
    if account_id is None:
        return []
    closed = [
        _parse_window(row)
        for row in reader.execute(_SELECT_CLOSED, (account_id, 0))
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
    account_id = find_account_id(reader, account.key)
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
    account_id = find_account_id(reader, account.key)
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


def persist_closed(
    writer: Writer,
    account: Account,
    now_ms: int,
) -> None:
    """Store the windows that have ended, which saves computing them again."""
    account_id = find_account_id(writer, account.key)
    if account_id is None:
        return
    account_filter = _get_account_filter(writer, account_id)
    rules = claude_reports.load_window_rules(
        writer, account.key, account.rule, now_ms
    )
    intervals = _iter_unclosed_intervals(writer, account_id, rules, now_ms)
    writer.executemany(
        _UPSERT_CLOSED,
        [
            (
                account_id,
                *interval,
                *build_aggregate_row(
                    compute_totals(
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
    account_filter = _get_account_filter(reader, account_id)
    last_end_ms = row[0] if row else 0
    while (
        first_ms := _find_next_record_ms(
            reader, last_end_ms, now_ms, account_filter
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


def _find_next_record_ms(
    reader: Reader | Writer,
    from_ms: int,
    now_ms: int,
    account_id: int | None,
) -> int | None:
    query_params = (from_ms, now_ms + MAX_CLOCK_LEAD_MS)
    if account_id is None:
        row = reader.execute(_SELECT_NEXT_RECORD, query_params).fetchone()
    else:
        row = reader.execute(
            _SELECT_NEXT_RECORD_OF_ACCOUNT, (*query_params, account_id)
        ).fetchone()
    return row[0] if row else None


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
        parse_totals(sums),
    )


def _build_window_with_totals(
    reader: Reader | Writer, interval: WindowBounds, account_id: int | None
) -> Window:
    start_ms, end_ms, source, rule = interval
    totals = compute_window_totals(reader, start_ms, end_ms, account_id)
    return Window(
        from_epoch_ms(start_ms), from_epoch_ms(end_ms), source, rule, totals
    )
