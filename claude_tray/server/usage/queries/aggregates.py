"""
Sum usage by any dimension without reading every record.

Sessions entirely within the time range are read from their stored sums. Only
those that extend beyond one of its ends are summed from their records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.bulk_sql import build_in_condition, fetch_rows
from claude_tray.server.usage.models import SUM_FIELDS
from claude_tray.server.usage.queries import sources
from claude_tray.server.usage.queries.filters import (
    ALL_SESSIONS,
    Filters,
    SessionSubset,
    load_partial_sessions,
)
from claude_tray.server.usage.queries.names import load_model_names
from claude_tray.server.usage.queries.totals import (
    RECORD_AGGREGATES,
    RECORD_COLUMNS,
    SUM_AGGREGATES,
    SUM_COLUMNS,
    build_totals,
    sum_columns,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


# Dimensions to sum by.
BY_SESSION: Final = "session_id"
BY_PROJECT: Final = "project_id"
BY_MODEL: Final = "model_id"
BY_MACHINE: Final = "machine_id"
BY_ACCOUNT: Final = "account_id"
_SESSION_COLUMNS: Final = {BY_SESSION: "id", BY_PROJECT: "project_id"}
_SHARE_COLUMNS: Final = {
    BY_SESSION: "part.session_id",
    BY_PROJECT: "session.project_id",
}
_SESSIONS_SQL: Final = (
    f"SELECT {{column}}, count(*), {SUM_COLUMNS}, min(first_ms), max(last_ms)"
    " FROM usage_session AS session"
    # The sign keeps SQLite from an index that is not in the order of groups.
    " WHERE user_id = %s AND +last_ms > 0{condition} GROUP BY 1"
)
_SHARES_SQL: Final = (
    "SELECT {column}, count(DISTINCT part.session_id),"
    f" {sum_columns(f'part.{name}' for name in SUM_FIELDS)},"
    " min(session.first_ms), max(session.last_ms)"
    # SQLite reads the tables of a cross join in this order: few sessions, and
    # their shares. It would read all of the user's shares otherwise.
    " FROM usage_session AS session CROSS JOIN usage_sessionshare AS part"
    " WHERE session.user_id = %s AND part.user_id = %s"
    " AND part.session_id = session.id{condition} GROUP BY 1"
)
_RECORDS_SQL: Final = (
    f"SELECT {{column}}, count(DISTINCT session_id), {RECORD_COLUMNS},"
    " min(at_ms), max(at_ms) FROM usage_usagesnapshot"
    " WHERE user_id = %s AND at_ms >= %s AND at_ms < %s{condition} GROUP BY 1"
)
# The last use is in an index.
_INSIDE_SQL: Final = (
    " AND session.first_ms >= %s"
    " AND session.last_ms >= %s AND session.last_ms < %s"
)


class TimedTotals(NamedTuple):
    """
    Totals, the number of sessions, and times in milliseconds.

    Models, machines and accounts of all sessions have no number of sessions
    and no first use, and only accounts have a last use; these are 0.
    """

    totals: Totals
    sessions: int
    first_ms: int
    last_ms: int

    def plus(self, other: TimedTotals) -> TimedTotals:
        """Add the usage of other sessions."""
        return TimedTotals(
            self.totals.plus(other.totals),
            self.sessions + other.sessions,
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
    sessions: SessionSubset = ALL_SESSIONS,
) -> dict[Any, TimedTotals]:
    """
    Sum the usage of each project, session, model, machine or account.

    Args:
        filters: Records to sum.
        dimension: One of this module's BY_ constants. Models, machines and
            accounts of all sessions are cheap at any length of history.
        sessions: Only these sessions.

    Returns:
        Usage by primary key; of models by name.
    """
    if sessions == ALL_SESSIONS and dimension not in _SESSION_COLUMNS:
        groups = _sum_sources(filters, dimension)
    else:
        groups = _merge(_iter_groups(filters, dimension, sessions))
    if dimension != BY_MODEL:
        return groups
    names = load_model_names(groups)
    return _merge((names[pk], timed) for pk, timed in groups.items())


def _merge(
    groups: Iterable[tuple[Any, TimedTotals]],
) -> dict[Any, TimedTotals]:
    merged: dict[Any, TimedTotals] = {}
    for key, timed in groups:
        existing = merged.get(key)
        merged[key] = existing.plus(timed) if existing else timed
    return merged


def _sum_sources(filters: Filters, dimension: str) -> dict[Any, TimedTotals]:
    """Sum by model, machine or account; the last use of accounts only."""
    groups: dict[int, Totals] = {}
    for source, totals in sources.load_exact_totals(filters).items():
        pk = getattr(source, dimension)
        groups[pk] = groups.get(pk, ZERO_TOTALS).plus(totals)
    last_use_times = (
        sources.load_last_usage(filters, groups)
        if dimension == BY_ACCOUNT
        else {}
    )
    return {
        pk: TimedTotals(totals, 0, 0, last_use_times.get(pk, 0))
        for pk, totals in groups.items()
    }


def _iter_groups(
    filters: Filters, dimension: str, sessions: SessionSubset
) -> Iterable[tuple[Any, TimedTotals]]:
    if not filters.has_source_filter and dimension in _SESSION_COLUMNS:
        yield from _sum_sessions(filters, dimension, sessions)
    else:
        yield from _sum_session_shares(filters, dimension, sessions)
    if filters.has_time_range:
        yield from _sum_records(filters, dimension, sessions)


def _sum_sessions(
    filters: Filters, dimension: str, sessions: SessionSubset
) -> Iterable[tuple[Any, TimedTotals]]:
    condition, values = _select_inside(filters, sessions)
    sql = _SESSIONS_SQL.format(
        column=_SESSION_COLUMNS[dimension], condition=condition
    )
    return map(_build_group, fetch_rows(sql, [filters.user, *values]))


def _sum_session_shares(
    filters: Filters, dimension: str, sessions: SessionSubset
) -> Iterable[tuple[Any, TimedTotals]]:
    condition, values = filters.build_source_sql()
    inside, bounds = _select_inside(filters, sessions)
    sql = _SHARES_SQL.format(
        column=_SHARE_COLUMNS.get(dimension, dimension),
        condition=condition + inside,
    )
    parameters = [filters.user, filters.user, *values, *bounds]
    return map(_build_group, fetch_rows(sql, parameters))


def _select_inside(
    filters: Filters, sessions: SessionSubset
) -> tuple[str, list[Any]]:
    """Build the condition on sessions entirely within the time range."""
    condition, values = sessions.build_sql(filters.user)
    if not filters.has_time_range:
        return condition, values
    since, until = filters.time_range
    return condition + _INSIDE_SQL, [*values, since, since, until]


def _sum_records(
    filters: Filters, dimension: str, sessions: SessionSubset
) -> Iterable[tuple[Any, TimedTotals]]:
    """Sum the records of sessions that extend beyond the time range."""
    projects = load_partial_sessions(filters, sessions)
    if not projects:
        return
    condition, values = filters.build_source_sql()
    is_within, pks = build_in_condition(projects)
    column = BY_SESSION if dimension == BY_PROJECT else dimension
    sql = _RECORDS_SQL.format(
        column=column, condition=f"{condition} AND session_id {is_within}"
    )
    parameters = [filters.user, *filters.time_range, *values, pks]
    for key, timed in map(_build_group, fetch_rows(sql, parameters)):
        yield projects[key] if dimension == BY_PROJECT else key, timed


def _build_group(row: Sequence[Any]) -> tuple[Any, TimedTotals]:
    key, sessions, *sums, first_ms, last_ms = row
    return key, TimedTotals(build_totals(sums), sessions, first_ms, last_ms)


__all__ = [
    "ALL_SESSIONS",
    "BY_ACCOUNT",
    "BY_MACHINE",
    "BY_MODEL",
    "BY_PROJECT",
    "BY_SESSION",
    "RECORD_AGGREGATES",
    "SUM_AGGREGATES",
    "SessionSubset",
    "TimedTotals",
    "build_totals",
    "compute_total",
    "sum_by",
]
