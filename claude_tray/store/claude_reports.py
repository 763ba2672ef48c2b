"""Store limits, limit hits and sessions, and infer window rules from them."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from claude_tray.core.accounts import StatuslineSession
from claude_tray.core.limits import (
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    LimitKind,
)
from claude_tray.core.windows import (
    MAX_INFERENCE_SAMPLES,
    WINDOW_MS,
    OfficialWindow,
    WindowRule,
    WindowRules,
    build_official_windows,
    infer_rule,
)
from claude_tray.store.limit_hits import load_hits
from claude_tray.store.limit_tables import COUNTS_FOR_WINDOWS, REQUEST_TIME
from claude_tray.store.schema import ACCOUNT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.store.connection import Reader, Writer


_SELECT_RESETS: Final = f"""
    SELECT resets_ms FROM told_limit WHERE name = '{FIVE_HOUR}'
        AND profile = {ACCOUNT_ID} AND resets_ms >= ? ORDER BY resets_ms
"""


# The latest report counts, in whatever order they arrive.
_UPSERT_SESSION: Final = """
    INSERT INTO told_session
    SELECT ?, id, ?, ?, ?, ?, ?, ?, ? FROM profile WHERE account = ?
    ON CONFLICT (uuid) DO UPDATE SET
        profile = excluded.profile, told_ms = excluded.told_ms,
        model = excluded.model, cwd = excluded.cwd,
        cost_usd = excluded.cost_usd,
        context_percent = excluded.context_percent,
        cache_expires_ms = excluded.cache_expires_ms,
        wake_tokens = excluded.wake_tokens
    WHERE excluded.told_ms >= told_ms
"""
_SELECT_RECENT_SESSIONS: Final = """
    SELECT uuid, told_ms, model, cwd, cost_usd, context_percent,
        cache_expires_ms, wake_tokens
    FROM told_session ORDER BY told_ms DESC LIMIT ?
"""
_COUNT_SESSIONS: Final = "SELECT count(*) FROM told_session"


def save_statusline_sessions(
    writer: Writer,
    sessions: Iterable[tuple[StatuslineSession | None, str]],
) -> None:
    """Save reports about sessions of accounts that have usage."""
    writer.executemany(
        _UPSERT_SESSION,
        [(*session, account) for session, account in sessions if session],
    )


def list_recent_statusline_sessions(
    reader: Reader | Writer, limit: int = 1
) -> list[StatuslineSession]:
    """Return the sessions that were reported last, newest first."""
    return [
        StatuslineSession(*row)
        for row in reader.execute(_SELECT_RECENT_SESSIONS, (limit,))
    ]


def count_statusline_sessions(reader: Reader | Writer) -> int:
    """Return how many sessions were ever reported."""
    (session_count,) = reader.execute(_COUNT_SESSIONS).fetchone()
    return int(session_count)


# A first record later than this did not start the window.
_MAX_START_DELAY_MS: Final = 3_600_000
_SELECT_FIRST_RECORD_MS: Final = f"""
    SELECT {REQUEST_TIME}
    FROM message CROSS JOIN session ON session.id = message.session
        CROSS JOIN model ON model.id = message.model
    WHERE message.at_ms BETWEEN ?1 AND ?2 AND {REQUEST_TIME} >= ?1
        AND session.profile = (SELECT id FROM profile WHERE account = ?3)
        AND {COUNTS_FOR_WINDOWS}
    ORDER BY message.at_ms LIMIT 1
"""
_SELECT_LAST_CLOSED_END: Final = f"""
    SELECT end_ms FROM closed_window
    WHERE profile = {ACCOUNT_ID}
    ORDER BY start_ms DESC LIMIT 1
"""
_SELECT_LATEST_RESET: Final = f"""
    SELECT resets_ms FROM told_limit WHERE name = '{FIVE_HOUR}'
        AND profile = {ACCOUNT_ID}
    ORDER BY resets_ms DESC LIMIT 1 OFFSET ?
"""


def load_window_rules(
    reader: Reader | Writer,
    account: str,
    rule: WindowRule | None,
    now_ms: int,
) -> WindowRules:
    """
    Return rule and official windows of an account.

    Args:
        reader: Open database.
        account: Account key.
        rule: Rule set by the user: it applies to all windows but an open
            official one. None is "auto": the rule that matches the official
            windows best.
        now_ms: Current time.
    """
    official_windows = build_official_windows(
        _load_reset_times(
            reader, account, _compute_history_start(reader, account)
        )
    )
    if rule is not None:
        # They do not overlap, so their ends are in order as well.
        ended_count = bisect_right(
            official_windows, now_ms, key=attrgetter("end_ms")
        )
        return WindowRules(rule, official_windows[ended_count:])
    start_pairs = [
        (window.start_ms, first_ms)
        for window in official_windows[-2 * MAX_INFERENCE_SAMPLES :]
        if (first_ms := _find_first_record_ms(reader, account, window))
        is not None
    ]
    return infer_rule(start_pairs)._replace(official_windows=official_windows)


def _compute_history_start(reader: Reader | Writer, account: str) -> int:
    """Return a time before any window that is not closed or inferred from."""
    closed_row = reader.execute(_SELECT_LAST_CLOSED_END, (account,)).fetchone()
    reset_row = reader.execute(
        _SELECT_LATEST_RESET, (account, 2 * MAX_INFERENCE_SAMPLES - 1)
    ).fetchone()
    return min(
        closed_row[0] if closed_row else 0, reset_row[0] if reset_row else 0
    )


def _load_reset_times(
    reader: Reader | Writer,
    account: str,
    from_ms: int,
) -> list[int]:
    """
    Return reported ends of 5-hour windows from a time on.

    A limit message has a time of day, mostly without a time zone: if it
    contradicts the samples, which are in seconds since 1970, it is ignored.
    """
    sample_resets = [
        int(resets_ms)
        for (resets_ms,) in reader.execute(_SELECT_RESETS, (account, from_ms))
    ]
    return sample_resets + [
        hit.resets_ms
        for hit in load_hits(reader, account, from_ms - WINDOW_MS)
        if hit.kind is LimitKind.FIVE_HOUR
        and hit.resets_ms is not None
        and hit.at_ms
        < hit.resets_ms
        <= hit.at_ms + WINDOW_MS + SAME_RESET_TOLERANCE_MS
        and not any(
            SAME_RESET_TOLERANCE_MS
            < abs(hit.resets_ms - resets_ms)
            < WINDOW_MS
            for resets_ms in sample_resets
        )
    ]


def _find_first_record_ms(
    reader: Reader | Writer,
    account: str,
    window: OfficialWindow,
) -> int | None:
    """Return the time of the record that may have started a window."""
    start_ms = window.start_ms
    query_params = (
        start_ms - SAME_RESET_TOLERANCE_MS,
        start_ms + _MAX_START_DELAY_MS,
        account,
    )
    row = reader.execute(_SELECT_FIRST_RECORD_MS, query_params).fetchone()
    return int(row[0]) if row else None
