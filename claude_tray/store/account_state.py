"""Build the state of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.limits import (
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    build_samples_from_hits,
    find_blocked_until,
    merge_limit_samples,
)
from claude_tray.core.pace import RECENT_PERIOD, WindowProgress, compute_pace
from claude_tray.core.pricing import NanoUsd
from claude_tray.core.snapshot import (
    AccountSnapshot,
    Pace,
    build_limit_usage,
)
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.core.windows import (
    ValueSource,
    Window,
    is_started_remotely,
)
from claude_tray.store import claude_reports
from claude_tray.store.aggregates import (
    SUM_OF_BUCKETS,
    compute_totals,
    find_account_id,
    parse_totals,
)
from claude_tray.store.claude_reports import load_hits, load_samples
from claude_tray.store.windows import find_current_by_rules

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.accounts import Account
    from claude_tray.core.totals import Totals
    from claude_tray.store.connection import Reader, Writer


_SELECT_LAST_RECORD_MS: Final = """
    SELECT max(last_ms) FROM session WHERE profile = ?
"""
# A weekly limit may block for seven days.
_WEEK_MS: Final = 7 * 86_400_000
_SELECT_FIRST_RECORD_MS: Final = """
    SELECT at_ms FROM message JOIN session ON session.id = message.session
    WHERE at_ms >= ? AND session.profile = ? ORDER BY at_ms LIMIT 1
"""
_SUM_ALL_TIME: Final = f"""
    SELECT {SUM_OF_BUCKETS} FROM usage_session WHERE session IN (
        SELECT session.id FROM session
            JOIN profile ON profile.id = session.profile WHERE account = ?)
"""
_COUNT_SESSIONS_AND_PROJECTS: Final = """
    SELECT count(DISTINCT uuid), count(DISTINCT project)
    FROM session JOIN profile ON profile.id = session.profile
    WHERE account = ? AND last_ms IS NOT NULL
"""
_SELECT_RECENT_WINDOWS: Final = """
    SELECT input + output, cost, unpriced FROM closed_window
    WHERE profile = ? ORDER BY start_ms DESC LIMIT 100
"""


def load_all_time_totals(
    reader: Reader | Writer,
    account: Account,
) -> tuple[Totals, tuple[int, int]]:
    """Return an account's totals and its counts of sessions and projects."""
    row = reader.execute(_SUM_ALL_TIME, (account.key,)).fetchone()
    sessions, projects = reader.execute(
        _COUNT_SESSIONS_AND_PROJECTS, (account.key,)
    ).fetchone()
    return parse_totals(row), (sessions, projects)


def build_account_state(
    reader: Reader | Writer,
    account: Account,
    now: datetime,
) -> AccountSnapshot:
    """Return the state of an account at a time, apart from today's usage."""
    now_ms = to_epoch_ms(now)
    account_id = find_account_id(reader, account.key)
    (last_ms,) = reader.execute(
        _SELECT_LAST_RECORD_MS, (account_id,)
    ).fetchone()
    rules = claude_reports.load_window_rules(
        reader, account.key, account.rule, now_ms
    )
    window = find_current_by_rules(reader, account, rules, now_ms)
    hits = load_hits(reader, account.key, now_ms - _WEEK_MS)
    samples = load_samples(reader, account.key, now_ms)
    current_samples = merge_limit_samples(
        [*samples, *build_samples_from_hits(hits, account.key)], now_ms
    )
    usages = [build_limit_usage(sample) for sample in current_samples]
    window_usage = next((u for u in usages if u.name == FIVE_HOUR), None)
    remote_start_at, pace = None, None
    if window is not None and account_id is not None:
        first_ms = _find_first_record_ms(reader, account_id, window)
        if is_started_remotely(window, first_ms, account.rule, rules):
            remote_start_at = window.start
        progress = WindowProgress(
            window, window_usage, remote_start_at is None
        )
        pace = _compute_account_pace(reader, account_id, progress, now)
    blocked_until_ms = find_blocked_until(hits, current_samples, now_ms)
    return AccountSnapshot(
        name=account.name,
        path=account.path,
        window=window,
        used=window_usage,
        weekly=tuple(u for u in usages if u.name != FIVE_HOUR),
        remote_start_at=remote_start_at,
        limit_reached_until=_to_datetime(blocked_until_ms),
        pace=pace,
        last_record_at=_to_datetime(last_ms),
        inferred_rule=rules.inferred_rule,
    )


def _to_datetime(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else from_epoch_ms(at_ms)


def _find_first_record_ms(
    reader: Reader | Writer, account_id: int, window: Window
) -> int | None:
    """Return the time of a window's first record, None without any."""
    # A window that started from a local record need not be searched.
    if window.source is not ValueSource.OFFICIAL:
        return None
    from_ms = to_epoch_ms(window.start) - SAME_RESET_TOLERANCE_MS
    row = reader.execute(
        _SELECT_FIRST_RECORD_MS, (from_ms, account_id)
    ).fetchone()
    return int(row[0]) if row else None


def _compute_account_pace(
    reader: Reader | Writer,
    account_id: int,
    progress: WindowProgress,
    now: datetime,
) -> Pace | None:
    start = max(progress.window.start, now - RECENT_PERIOD)
    recent_totals = compute_totals(
        reader, to_epoch_ms(start), to_epoch_ms(now) + 1, account_id
    )
    recent_windows = [
        (tokens, None if unpriced else NanoUsd(cost))
        for tokens, cost, unpriced in reader.execute(
            _SELECT_RECENT_WINDOWS, (account_id,)
        )
    ]
    return compute_pace(progress, recent_totals, recent_windows, now)
