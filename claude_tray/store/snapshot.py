"""Build snapshots of the stored usage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from claude_tray.core.calendar import BUCKET_MS, compute_first_bucket
from claude_tray.core.cost import (
    NanoUsd,
    Totals,
    group_by_model,
    group_by_project,
    merge_totals,
    rank_by_cost,
    sum_totals,
)
from claude_tray.core.display_names import build_unique_labels
from claude_tray.core.limits import (
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    build_samples_from_hits,
    find_blocked_until,
    merge_limit_samples,
)
from claude_tray.core.pace import RECENT_PERIOD, WindowProgress, compute_pace
from claude_tray.core.snapshot import (
    MAX_RANKED,
    AccountSnapshot,
    Pace,
    RankedUsage,
    Snapshot,
    build_limit_usage,
)
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.core.windows import ValueSource, Window, is_started_remotely
from claude_tray.store import aggregates, claude_reports
from claude_tray.store.aggregates import (
    SUM_OF_BUCKETS,
    compute_totals,
    find_account_id,
    parse_totals,
)
from claude_tray.store.claude_reports import load_hits, load_samples
from claude_tray.store.metadata import get_data_version
from claude_tray.store.usage_queries import (
    HistoricalTotals,
    load_totals_before,
)
from claude_tray.store.windows import find_current_by_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime, timedelta, tzinfo

    from claude_tray.core.accounts import Account
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


_MAX_BUCKET: Final = 1 << 40


class SnapshotBuilder:
    """
    Build snapshots of a database that mostly grows at its end.

    Usage before today is cached until the day or an earlier record changes.

    Args:
        reader: Open database.
        zone: Time zone of days; None means the system's.
    """

    def __init__(
        self,
        reader: Reader | Writer,
        zone: tzinfo | None = None,
    ) -> None:
        self._reader = reader
        self._zone = zone
        # A day with its UTC offset, its first bucket and the usage before it.
        self._cached_day: tuple[date, timedelta | None] | None = None
        self._cached: tuple[int, HistoricalTotals] | None = None
        self._version = 0
        self._project_names: dict[str, str] = {}

    def invalidate_from(self, from_ms: int) -> None:
        """Drop the cache if records from this time on affect it."""
        if self._cached and from_ms < self._cached[0] * BUCKET_MS:
            self._cached = None

    def build(
        self,
        accounts: Sequence[Account],
        now: datetime,
        *,
        is_provisional: bool = False,
    ) -> Snapshot:
        """
        Build the snapshot of all accounts.

        Args:
            accounts: Accounts with followed folders.
            now: Current time, aware.
            is_provisional: History is still being read.
        """
        today_bucket, historical = self._load_historical(now)
        today_usage = aggregates.load_totals_by_project_and_model(
            self._reader, today_bucket, _MAX_BUCKET
        )
        today_models = group_by_model(today_usage)
        today_totals = sum_totals(today_models.values())
        models = merge_totals(historical.models, today_models.items())
        projects = merge_totals(
            historical.projects, group_by_project(today_usage).items()
        )
        names = self._label_projects(projects)
        states = [
            replace(
                build_account_state(self._reader, account, now),
                is_provisional=is_provisional,
                # The only account has used everything: no query is needed.
                today=self._compute_today_totals(account, today_bucket)
                if len(accounts) > 1
                else today_totals,
            )
            for account in accounts
        ]
        return Snapshot(
            taken_at=now,
            accounts=tuple(sorted(states, key=_get_last_used, reverse=True)),
            today=today_totals,
            last_7_days=historical.previous_6_days.plus(today_totals),
            last_30_days=historical.previous_29_days.plus(today_totals),
            projects=_rank_usage(
                (names[path], usage) for path, usage in projects.items()
            ),
            models=_rank_usage(models.items()),
            unpriced_models=_list_unpriced(models),
        )

    def _label_projects(self, paths: Collection[str]) -> dict[str, str]:
        """Return labels by path, cached until the set of paths changes."""
        if self._project_names.keys() != set(paths):
            self._project_names = build_unique_labels(paths)
        return self._project_names

    def _compute_today_totals(
        self, account: Account, today_bucket: int
    ) -> Totals:
        return aggregates.compute_account_totals(
            self._reader,
            today_bucket * BUCKET_MS,
            _MAX_BUCKET * BUCKET_MS,
            account.key,
        )

    def _load_historical(self, now: datetime) -> tuple[int, HistoricalTotals]:
        """Return today's first bucket and the usage before it."""
        version = get_data_version(self._reader)
        if version != self._version:
            # Another process has written, such as an import.
            self._version = version
            self._cached = None
        local_now = now.astimezone(self._zone)
        day = local_now.date(), local_now.utcoffset()
        if self._cached is None or self._cached_day != day:
            today_bucket = compute_first_bucket(day[0], self._zone)
            historical = load_totals_before(self._reader, day[0], self._zone)
            self._cached_day = day
            self._cached = today_bucket, historical
        return self._cached


def _rank_usage(
    totals_by_name: Iterable[tuple[str, Totals]],
) -> tuple[RankedUsage, ...]:
    ranked = rank_by_cost(totals_by_name)[:MAX_RANKED]
    return tuple([RankedUsage(name, totals) for name, totals in ranked])


def _list_unpriced(models: Mapping[str, Totals]) -> tuple[str, ...]:
    return tuple(
        sorted(name for name, totals in models.items() if totals.unpriced)
    )


def _get_last_used(state: AccountSnapshot) -> float:
    return state.last_record_at.timestamp() if state.last_record_at else 0.0
