"""Build snapshots of the stored usage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import starmap
from typing import TYPE_CHECKING, Final

from claude_tray.core import calendar, display_names, time, windows
from claude_tray.core.cost import (
    NanoUsd,
    ProjectModelKey,
    Totals,
    group_by_model,
    group_by_project,
    merge_totals,
    select_most_expensive,
    sum_totals,
)
from claude_tray.core.limit_hits import (
    LimitHit,
    build_samples_from_hits,
)
from claude_tray.core.limits import (
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    LimitKind,
)
from claude_tray.core.pace import (
    ForecastExperience,
    WindowProgress,
    compute_pace,
)
from claude_tray.core.snapshot import (
    MAX_RANKED,
    AccountSnapshot,
    BlockingLimit,
    Pace,
    RankedUsage,
    Snapshot,
    build_limit_usage,
)
from claude_tray.store import aggregates, claude_reports
from claude_tray.store.aggregates import (
    SUM_OF_BUCKETS,
    join_cost,
    parse_totals,
)
from claude_tray.store.forecasts import load_experience
from claude_tray.store.limit_hits import find_effects, load_hits
from claude_tray.store.limit_reports import (
    load_current_limits,
    load_last_report_ms,
)
from claude_tray.store.metadata import get_data_version
from claude_tray.store.minute_sums import find_first_ms, load_minutes
from claude_tray.store.open_window import find_open_window
from claude_tray.store.requests import add_unanswered
from claude_tray.store.schema import SHOWN_PATH
from claude_tray.store.usage_queries import (
    HistoricalTotals,
    load_totals_before,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime, tzinfo

    from claude_tray.core.accounts import Account
    from claude_tray.store.connection import Reader, Writer


_SELECT_ACCOUNT: Final = """
    SELECT id, (SELECT max(last_ms) FROM session WHERE profile = owner.id)
    FROM profile owner WHERE account = ?
"""
# A limit may block for a month.
_MONTH_MS: Final = 31 * 86_400_000
_SUM_ALL_TIME: Final = f"""
    SELECT {SUM_OF_BUCKETS} FROM usage_session WHERE session IN (
        SELECT session.id FROM session
            JOIN profile ON profile.id = session.profile WHERE account = ?)
"""
_COUNT_SESSIONS_AND_PROJECTS: Final = f"""
    SELECT count(DISTINCT uuid), count(DISTINCT {SHOWN_PATH})
    FROM session JOIN profile ON profile.id = session.profile
        JOIN project ON project.id = session.project
    WHERE account = ? AND last_ms IS NOT NULL
"""
_SELECT_RECENT_WINDOWS: Final = """
    SELECT input + output, cost, cost_high, unpriced FROM closed_window
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
    row = reader.execute(_SELECT_ACCOUNT, (account.key,)).fetchone()
    account_id, last_ms = row or (None, None)
    now_ms = time.to_epoch_ms(now)
    hits = load_hits(reader, account.key, now_ms - _MONTH_MS)
    rules = claude_reports.load_window_rules(
        reader, account.key, account.rule, now_ms
    )
    hit_samples = build_samples_from_hits(hits, account.key)
    current_samples, has_window, plan = load_current_limits(
        reader, account.key, now_ms, hit_samples, account.plan
    )
    window = None
    if has_window:
        window, has_window = find_open_window(
            reader, account, rules, last_ms, now_ms
        )
    effects = find_effects(reader, account_id, hits, current_samples, now_ms)
    usages = [build_limit_usage(sample) for sample in current_samples]
    window_usage = next((u for u in usages if u.name == FIVE_HOUR), None)
    remote_start_at, pace = None, None
    experience = load_experience(reader, account_id)
    if window is not None and account_id is not None:
        remote_start_at = _find_remote_start(
            reader, account, account_id, window, rules
        )
        progress = WindowProgress(window, window_usage, not remote_start_at)
        pace = _load_pace(reader, account_id, progress, now, experience)
    return AccountSnapshot(
        name=account.name,
        path=account.path,
        window=window,
        limits=tuple(usages),
        remote_start_at=remote_start_at,
        limit_reached_until=_find_blocked_until(effects.blocking),
        blocking_limits=tuple(map(_build_blocking_limit, effects.blocking)),
        lifted_limits=tuple(map(_build_blocking_limit, effects.lifted)),
        pace=pace,
        last_record_at=_to_datetime(last_ms),
        inferred_rule=rules.inferred_rule,
        has_window=has_window,
        plan=plan,
        last_report_at=_to_datetime(load_last_report_ms(reader, account.key)),
        forecast_record=experience.record,
    )


def _find_remote_start(
    reader: Reader | Writer,
    account: Account,
    account_id: int,
    window: windows.Window,
    rules: windows.WindowRules,
) -> datetime | None:
    """Return the start of a window that another device started."""
    # A window that started from a local record need not be searched.
    if window.source is not windows.ValueSource.OFFICIAL:
        return None
    first_ms = find_first_ms(
        reader,
        account_id,
        time.to_epoch_ms(window.start) - SAME_RESET_TOLERANCE_MS,
    )
    is_remote = windows.is_started_remotely(
        window, first_ms, account.rule, rules
    )
    return window.start if is_remote else None


def _load_pace(
    reader: Reader | Writer,
    account_id: int,
    progress: WindowProgress,
    now: datetime,
    experience: ForecastExperience,
) -> Pace | None:
    start, end = progress.window.start, progress.window.end
    return compute_pace(
        progress,
        load_minutes(
            reader, account_id, time.to_epoch_ms(start), time.to_epoch_ms(end)
        ),
        _load_recent_windows(reader, account_id),
        now,
        experience,
    )


def _build_blocking_limit(hit: LimitHit) -> BlockingLimit:
    return BlockingLimit(_to_datetime(hit.known_end_ms), hit.kind, hit.scope)


def _find_blocked_until(blocking: Iterable[LimitHit]) -> datetime | None:
    """Return until when a limit of all models may block; None if none does."""
    ends_ms = [
        hit.end_ms for hit in blocking if hit.kind is not LimitKind.MODEL
    ]
    return _to_datetime(max(ends_ms, default=None))


def _to_datetime(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else time.from_epoch_ms(at_ms)


def _load_recent_windows(
    reader: Reader | Writer, account_id: int
) -> list[tuple[int, NanoUsd | None]]:
    """Return tokens and cost of closed windows; None if it is unknown."""
    return [
        (tokens, None if unpriced else join_cost(cost, cost_high))
        for tokens, cost, cost_high, unpriced in reader.execute(
            _SELECT_RECENT_WINDOWS, (account_id,)
        )
    ]


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
        # A day with its UTC offset, its first bucket, the first one after it
        # and the usage before it.
        self._cached_day: tuple[date, timedelta | None] | None = None
        self._cached: tuple[int, int, HistoricalTotals] | None = None
        self._version = 0
        self._project_names: dict[str, str] = {}

    def invalidate_from(self, from_ms: int) -> None:
        """Drop the cache if records from this time on affect it."""
        if self._cached and from_ms < self._cached[0] * calendar.BUCKET_MS:
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
        today_bucket, end_bucket, historical = self._load_historical(now)
        today_usage = aggregates.load_totals_by_project_and_model(
            self._reader, today_bucket, end_bucket
        )
        names = self._label_projects(
            historical.projects.keys() | {path for path, _ in today_usage}
        )
        snapshot = add_unanswered(
            self._reader,
            _summarize_usage(historical, today_usage, names, now),
            today_bucket * calendar.BUCKET_MS,
        )
        states = [
            replace(
                build_account_state(self._reader, account, now),
                is_provisional=is_provisional,
                # The only account has used everything: no query is needed.
                today=self._compute_today_totals(
                    account, today_bucket, end_bucket
                )
                if len(accounts) > 1
                else snapshot.today,
            )
            for account in accounts
        ]
        states.sort(key=_get_last_used, reverse=True)
        return replace(
            snapshot,
            accounts=tuple(states),
            is_waiting=not snapshot.models
            and not any(map(_has_usage, states)),
        )

    def _label_projects(self, paths: Collection[str]) -> dict[str, str]:
        """Return labels by path, cached until the set of paths changes."""
        if self._project_names.keys() != set(paths):
            self._project_names = display_names.build_unique_labels(paths)
        return self._project_names

    def _compute_today_totals(
        self, account: Account, today_bucket: int, end_bucket: int
    ) -> Totals:
        return aggregates.compute_account_totals(
            self._reader,
            today_bucket * calendar.BUCKET_MS,
            end_bucket * calendar.BUCKET_MS,
            account.key,
        )

    def _load_historical(
        self, now: datetime
    ) -> tuple[int, int, HistoricalTotals]:
        """
        Return today's first bucket, that of tomorrow, and the usage before.

        Usage of a wrong clock may lie ahead: it is of no day yet.
        """
        version = get_data_version(self._reader)
        if version != self._version:
            # Another process has written, such as an import.
            self._version = version
            self._cached = None
        local_now = now.astimezone(self._zone)
        day = local_now.date(), local_now.utcoffset()
        if self._cached is None or self._cached_day != day:
            today_bucket = calendar.compute_first_bucket(day[0], self._zone)
            historical = load_totals_before(self._reader, day[0], self._zone)
            self._cached_day = day
            end_bucket = calendar.compute_first_bucket(
                day[0] + timedelta(days=1), self._zone
            )
            self._cached = today_bucket, end_bucket, historical
        return self._cached


def _summarize_usage(
    historical: HistoricalTotals,
    today_usage: Mapping[ProjectModelKey, Totals],
    names: Mapping[str, str],
    now: datetime,
) -> Snapshot:
    """
    Return a snapshot of all usage, without accounts.

    Args:
        historical: Usage before today.
        today_usage: Today's usage by project and model.
        names: Labels of all projects by path.
        now: Current time.
    """
    today_models = group_by_model(today_usage)
    today = sum_totals(today_models.values())
    models = merge_totals(historical.models, today_models.items())
    projects = merge_totals(
        historical.projects, group_by_project(today_usage).items()
    )
    labels = map(names.__getitem__, projects)
    top_models = select_most_expensive(models.items(), MAX_RANKED)
    top_projects = select_most_expensive(
        zip(labels, projects.values(), strict=True), MAX_RANKED
    )
    return Snapshot(
        taken_at=now,
        accounts=(),
        today=today,
        last_7_days=historical.previous_6_days.plus(today),
        last_30_days=historical.previous_29_days.plus(today),
        projects=tuple(starmap(RankedUsage, top_projects)),
        models=tuple(starmap(RankedUsage, top_models)),
        unpriced_models=tuple(
            sorted([name for name, t in models.items() if t.unpriced])
        ),
    )


def _get_last_used(state: AccountSnapshot) -> float:
    return state.last_record_at.timestamp() if state.last_record_at else 0.0


def _has_usage(state: AccountSnapshot) -> bool:
    return bool(state.last_record_at or state.limits or state.window)
