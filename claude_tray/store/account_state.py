"""The state of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.limits import (
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    LimitKind,
    merge_limit_samples,
)
from claude_tray.core.pace import RECENT_PERIOD, WindowProgress, compute_pace
from claude_tray.core.pricing import NanoUsd
from claude_tray.core.snapshot import AccountSnapshot, LimitUsage
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.core.windows import ValueSource, WindowRule, is_explained_by
from claude_tray.store import window_rules
from claude_tray.store.aggregate_queries import (
    SUM_OF_BUCKETS,
    compute_totals,
    parse_totals,
)
from claude_tray.store.claude_reports import (
    build_samples_from_hits,
    load_hits,
    load_samples,
)
from claude_tray.store.windows import find_current_by_rules

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.accounts import Account
    from claude_tray.core.limits import LimitHit, LimitSample
    from claude_tray.core.snapshot import Pace
    from claude_tray.core.totals import Totals
    from claude_tray.core.windows import Window, WindowRules
    from claude_tray.store.connection import Reader, Writer


_SELECT_LAST_RECORD_MS: Final = """
    SELECT max(last_ms) FROM session
    WHERE profile = (SELECT id FROM profile WHERE account = ?)
"""
# A hit of the week may hold for seven days.
_WEEK_MS: Final = 7 * 86_400_000
# The start by a rule is believed to be no other's from so many resets on.
_MIN_LEARNED_RESETS: Final = 4
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
_SELECT_ACCOUNT_ID: Final = "SELECT id FROM profile WHERE account = ?"
_SELECT_RECENT_WINDOWS: Final = """
    SELECT input + output, cost, unpriced FROM closed_window
    WHERE profile = ? ORDER BY start_ms DESC LIMIT 100
"""


def load_all_time_totals(
    reader: Reader | Writer,
    account: Account,
) -> tuple[Totals, tuple[int, int]]:
    """Return an account's totals and its numbers of sessions and projects."""
    row = reader.execute(_SUM_ALL_TIME, (account.key,)).fetchone()
    counts = reader.execute(
        _COUNT_SESSIONS_AND_PROJECTS, (account.key,)
    ).fetchone()
    return parse_totals(row), (counts[0], counts[1])


def build_account_state(
    reader: Reader | Writer,
    account: Account,
    now: datetime,
) -> AccountSnapshot:
    """Return what is known of an account at a moment."""
    now_ms = to_epoch_ms(now)
    (last_ms,) = reader.execute(
        _SELECT_LAST_RECORD_MS, (account.key,)
    ).fetchone()
    rules = window_rules.load_window_rules(
        reader, account.key, account.rule, now_ms
    )
    window = find_current_by_rules(reader, account, rules, now_ms)
    hits = load_hits(reader, account.key, now_ms - _WEEK_MS)
    samples = load_samples(reader, account.key, now_ms)
    current_samples = merge_limit_samples(
        [*samples, *build_samples_from_hits(hits, account.key)], now_ms
    )
    window_usage = next(
        (
            _build_limit_usage(sample)
            for sample in current_samples
            if sample.name == FIVE_HOUR
        ),
        None,
    )
    started_elsewhere_at = _find_start_elsewhere(
        reader, account, window, rules
    )
    return AccountSnapshot(
        name=account.name,
        path=account.path,
        window=window,
        used=window_usage,
        weekly=tuple(
            _build_limit_usage(sample)
            for sample in current_samples
            if sample.name != FIVE_HOUR
        ),
        started_elsewhere_at=started_elsewhere_at,
        limit_reached_until=_find_blocked_until(hits, current_samples, now_ms),
        pace=(
            _compute_account_pace(
                reader,
                account,
                WindowProgress(
                    window, window_usage, started_elsewhere_at is None
                ),
                now,
            )
            if window
            else None
        ),
        last_record_at=None if last_ms is None else from_epoch_ms(last_ms),
        inferred_rule=rules.inferred_rule,
    )


def _build_limit_usage(sample: LimitSample) -> LimitUsage:
    return LimitUsage(
        sample.name,
        sample.percent,
        from_epoch_ms(sample.resets_ms),
        ValueSource.OFFICIAL,
        from_epoch_ms(sample.observed_at_ms),
    )


def _find_start_elsewhere(
    reader: Reader | Writer,
    account: Account,
    window: Window | None,
    account_rules: WindowRules,
) -> datetime | None:
    """
    Return an official start that no local record is as early as.

    Unless a rule explains it: Claude rounds starts down to ten minutes since
    the spring of 2026, and other resets may have taught another rule.
    """
    if window is None or window.source is not ValueSource.OFFICIAL:
        return None
    start_ms = to_epoch_ms(window.start)
    query_params = (
        start_ms - SAME_RESET_TOLERANCE_MS,
        _get_account_id(reader, account),
    )
    row = reader.execute(_SELECT_FIRST_RECORD_MS, query_params).fetchone()
    if row is None:
        return window.start
    candidate_rules = {
        WindowRule.EXACT,
        WindowRule.TEN_MINUTES,
        account.rule or WindowRule.EXACT,
    }
    if (
        account_rules.inferred_rule
        and account_rules.inferred_rule.sample_count >= _MIN_LEARNED_RESETS
    ):
        candidate_rules.add(account_rules.inferred_rule.rule)
    is_explained = any(
        is_explained_by(rule, start_ms, row[0]) for rule in candidate_rules
    )
    return None if is_explained else window.start


def _find_blocked_until(
    hits: list[LimitHit],
    samples: list[LimitSample],
    now_ms: int,
) -> datetime | None:
    """
    Return when Claude Code works again after a limit that still holds.

    A limit is over early when its share was told anew with a later reset.
    """
    reset_by_limit = {sample.name: sample.resets_ms for sample in samples}
    reset_times = [
        hit.resets_ms
        for hit in hits
        if hit.kind is not LimitKind.MODEL
        and hit.resets_ms is not None
        and hit.resets_ms > now_ms
        and reset_by_limit.get(hit.kind, 0)
        <= hit.resets_ms + SAME_RESET_TOLERANCE_MS
    ]
    return from_epoch_ms(max(reset_times)) if reset_times else None


def _compute_account_pace(
    reader: Reader | Writer,
    account: Account,
    progress: WindowProgress,
    now: datetime,
) -> Pace | None:
    account_id = _get_account_id(reader, account)
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


def _get_account_id(reader: Reader | Writer, account: Account) -> int:
    (account_id,) = reader.execute(
        _SELECT_ACCOUNT_ID, (account.key,)
    ).fetchone()
    return int(account_id)
