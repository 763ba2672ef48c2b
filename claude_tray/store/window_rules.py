"""Find the rule and the official windows of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.limits import (
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    LimitKind,
)
from claude_tray.core.windows import (
    MAX_INFERENCE_SAMPLES,
    WINDOW_MS,
    OfficialWindow,
    WindowRules,
    build_official_windows,
    infer_rule,
)
from claude_tray.store.accounts import ACCOUNT_ID
from claude_tray.store.claude_reports import load_hits, load_samples

if TYPE_CHECKING:
    from claude_tray.core.windows import WindowRule
    from claude_tray.store.connection import Reader, Writer


# A first record later than this did not start the window.
_MAX_START_DELAY_MS: Final = 3_600_000
_SELECT_FIRST_RECORD_MS: Final = f"""
    SELECT at_ms FROM message JOIN session ON session.id = message.session
    WHERE at_ms BETWEEN ? AND ? AND session.profile = {ACCOUNT_ID}
    ORDER BY at_ms LIMIT 1
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
        open_windows = tuple(
            window for window in official_windows if window.end_ms > now_ms
        )
        return WindowRules(rule, open_windows)
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
        sample.resets_ms
        for sample in load_samples(reader, account, from_ms - 1)
        if sample.name == FIVE_HOUR
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
