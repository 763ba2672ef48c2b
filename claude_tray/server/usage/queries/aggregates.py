"""
Sum usage by any dimension without reading every record.

Sessions entirely within the time range are read from their stored sums. Only
those that extend beyond one of its ends are summed from their records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Max, Min, Value

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.models import (
    Session,
    SessionShare,
    UsageSnapshot,
)
from claude_tray.server.usage.queries import sources
from claude_tray.server.usage.queries.filters import (
    Filters,
    build_inside_condition,
    list_partial_sessions,
)
from claude_tray.server.usage.queries.totals import (
    RECORD_AGGREGATES,
    SUM_AGGREGATES,
    build_totals,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.server.usage.queries.filters import SessionSubset


# Dimensions to sum by, as columns of SessionShare.
BY_SESSION: Final = "session_id"
BY_PROJECT: Final = "session__project_id"
BY_MODEL: Final = "model__name"
BY_MACHINE: Final = "machine_id"
BY_ACCOUNT: Final = "account_id"
_TIME_RANGE: Final = {
    "first": Min("session__first_ms"),
    "last": Max("session__last_ms"),
}
# Times of models and machines are not shown anywhere and would need a join.
_NO_TIME_RANGE: Final = {"first": Value(0), "last": Value(0)}
_SOURCE_COLUMNS: Final = {
    BY_MODEL: "model_id",
    BY_MACHINE: "machine_id",
    BY_ACCOUNT: "account_id",
}
_SESSION_COLUMNS: Final = {BY_SESSION: "pk", BY_PROJECT: "project_id"}


class TimedTotals(NamedTuple):
    """
    Totals, and the times of first and last use in milliseconds.

    The times of models and machines are 0, and the first ones of accounts.
    """

    totals: Totals
    first_ms: int
    last_ms: int

    def plus(self, other: TimedTotals) -> TimedTotals:
        return TimedTotals(
            self.totals.plus(other.totals),
            min(self.first_ms, other.first_ms),
            max(self.last_ms, other.last_ms),
        )


def compute_total(filters: Filters) -> Totals:
    """Sum everything the filters select; cheap at any length of history."""
    combined = ZERO_TOTALS
    for totals in sources.load_exact_totals(filters).values():
        combined = combined.plus(totals)
    return combined


def sum_by(
    filters: Filters,
    dimension: str,
    sessions: SessionSubset = None,
) -> dict[Any, TimedTotals]:
    """
    Sum the usage of each project, session, model, machine or account.

    Args:
        filters: Records to sum.
        dimension: One of this module's BY_ constants. Models, machines and
            accounts of all sessions are cheap at any length of history.
        sessions: Only these sessions; None is all.
    """
    if sessions is None and dimension in _SOURCE_COLUMNS:
        return _sum_sources(filters, dimension)
    groups: dict[Any, TimedTotals] = {}
    for key, timed in _iter_groups(filters, dimension, sessions):
        existing = groups.get(key)
        groups[key] = existing.plus(timed) if existing else timed
    return groups


def _sum_sources(filters: Filters, dimension: str) -> dict[Any, TimedTotals]:
    """Sum by model, machine or account; the last use of accounts only."""
    by_source = sources.load_exact_totals(filters)
    names = (
        sources.load_model_names(key.model_id for key in by_source)
        if dimension == BY_MODEL
        else {}
    )
    groups: dict[Any, Totals] = {}
    for source, totals in by_source.items():
        pk = getattr(source, _SOURCE_COLUMNS[dimension])
        key = names.get(pk, pk)
        groups[key] = groups.get(key, ZERO_TOTALS).plus(totals)
    last_use_times = (
        sources.load_last_usage(filters, groups)
        if dimension == BY_ACCOUNT
        else {}
    )
    return {
        key: TimedTotals(totals, 0, last_use_times.get(key, 0))
        for key, totals in groups.items()
    }


def _iter_groups(
    filters: Filters,
    dimension: str,
    sessions: SessionSubset,
) -> Iterable[tuple[Any, TimedTotals]]:
    if not filters.has_source_filter and dimension in _SESSION_COLUMNS:
        yield from _sum_sessions(filters, dimension, sessions)
    else:
        yield from _sum_session_shares(filters, dimension, sessions)
    if filters.has_time_range:
        yield from _sum_records(filters, dimension, sessions)


def _sum_sessions(
    filters: Filters,
    dimension: str,
    sessions: SessionSubset,
) -> Iterable[tuple[Any, TimedTotals]]:
    matching_sessions = Session.objects.filter(
        user=filters.user, last_ms__gt=0
    )
    if filters.has_time_range:
        matching_sessions = matching_sessions.filter(
            build_inside_condition(filters)
        )
    if sessions is not None:
        matching_sessions = matching_sessions.filter(pk__in=sessions)
    rows = matching_sessions.values_list(_SESSION_COLUMNS[dimension]).annotate(
        **SUM_AGGREGATES,
        first=Min("first_ms"),
        last=Max("last_ms"),
    )
    return map(_build_group, rows)


def _sum_session_shares(
    filters: Filters,
    dimension: str,
    sessions: SessionSubset,
) -> Iterable[tuple[Any, TimedTotals]]:
    shares = SessionShare.objects.filter(
        filters.build_source_condition(),
        user=filters.user,
        session__user=filters.user,
    )
    if filters.has_time_range:
        shares = shares.filter(build_inside_condition(filters, "session__"))
    if sessions is not None:
        shares = shares.filter(session__in=sessions)
    rows = shares.values_list(dimension).annotate(
        **SUM_AGGREGATES,
        **(
            _NO_TIME_RANGE
            if dimension in {BY_MODEL, BY_MACHINE}
            else _TIME_RANGE
        ),
    )
    return map(_build_group, rows)


def _sum_records(
    filters: Filters,
    dimension: str,
    sessions: SessionSubset,
) -> Iterable[tuple[Any, TimedTotals]]:
    """Sum the records of sessions that extend beyond the time range."""
    session_pks = list_partial_sessions(filters, sessions)
    since, until = filters.time_range
    rows = (
        UsageSnapshot.objects.filter(
            filters.build_source_condition(),
            user=filters.user,
            session__user=filters.user,
            session__in=session_pks,
            at_ms__gte=since,
            at_ms__lt=until,
        )
        .values_list(dimension)
        .annotate(**RECORD_AGGREGATES, first=Min("at_ms"), last=Max("at_ms"))
    )
    return map(_build_group, rows)


def _build_group(row: Sequence[Any]) -> tuple[Any, TimedTotals]:
    key, *sums, first_ms, last_ms = row
    return key, TimedTotals(build_totals(sums), first_ms, last_ms)


__all__ = [
    "BY_ACCOUNT",
    "BY_MACHINE",
    "BY_MODEL",
    "BY_PROJECT",
    "BY_SESSION",
    "RECORD_AGGREGATES",
    "SUM_AGGREGATES",
    "TimedTotals",
    "build_totals",
    "compute_total",
    "sum_by",
]
