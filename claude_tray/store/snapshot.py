"""Build snapshots of the stored usage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from claude_tray.core.calendar import BUCKET_MS, compute_first_bucket
from claude_tray.core.display_names import build_unique_labels
from claude_tray.core.snapshot import (
    MAX_RANKED,
    AccountSnapshot,
    RankedUsage,
    Snapshot,
)
from claude_tray.core.totals import (
    Totals,
    group_by_model,
    group_by_project,
    merge_totals,
    rank_by_cost,
    sum_totals,
)
from claude_tray.store import account_state, aggregates
from claude_tray.store.metadata import get_data_version
from claude_tray.store.usage_queries import (
    HistoricalTotals,
    load_totals_before,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime, timedelta, tzinfo

    from claude_tray.core.accounts import Account
    from claude_tray.store.connection import Reader, Writer


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
                account_state.build_account_state(self._reader, account, now),
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
