"""Query usage of a period by project, model, session and day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import ZERO_TOTALS
from claude_tray.core.periods import ProjectStep, TimeRange
from claude_tray.core.sessions import PeriodSession, SessionRanking
from claude_tray.core.usage import STANDARD_TERMS
from claude_tray.store.aggregates import join_cost, parse_totals
from claude_tray.store.schema import SHOWN_PATH, TOKEN_COLUMNS
from claude_tray.store.usage_filter import (
    ALL_USAGE,
    PROJECTS,
    SESSIONS,
    UsageFilter,
    choose_source,
    query_usage,
)
from claude_tray.store.usage_queries import UsageGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.core.cost import Totals
    from claude_tray.store.connection import Reader, Writer


__all__ = [
    "ALL_USAGE",
    "UsageFilter",
    "UsagePart",
    "list_project_steps",
    "list_range_costs",
    "list_usage_parts",
    "load_period_buckets",
    "load_period_groups",
    "rank_sessions",
]


class UsagePart(NamedTuple):
    """
    Usage of a period by some of these; the others are empty.

    Attributes:
        bucket: Number of the bucket.
        project: Path under which the project is shown.
        session: ID of the session.
        model: ID of the model.
    """

    bucket: int
    project: str
    session: str
    model: str
    totals: Totals


# Of _SELECT_SESSIONS.
_COUNT_COLUMN: Final = 6
# Names are joined after grouping thousands of rows.
_SELECT_GROUPS: Final = f"""
    SELECT {SHOWN_PATH}, model.name, used.*
    FROM (
        SELECT {{owner}}.project project_id, u.model model_id, {{sums}}
        FROM {{table}} WHERE {{where}} GROUP BY 1, 2
    ) used
        JOIN project ON project.id = project_id
        JOIN model ON model.id = model_id
    ORDER BY 1, 2
"""
_SELECT_PARTS: Final = f"""
    SELECT bucket, ifnull({SHOWN_PATH}, ''), ifnull(uuid, ''),
        ifnull(model.name, ''), used.*
    FROM (
        SELECT {{bucket}} bucket, {{project}} project_id,
            {{session}} session_id, {{model}} model_id, {{sums}}
        FROM {{table}} WHERE {{where}} GROUP BY 1, 2, 3, 4
    ) used
        LEFT JOIN project ON project.id = project_id
        LEFT JOIN session ON session.id = session_id
        LEFT JOIN model ON model.id = model_id
"""
_PART_COLUMNS: Final = {
    "bucket": f"{{at_ms}} / {BUCKET_MS}",
    "project": "session.project",
    "session": "u.session",
    "model": "u.model",
}
# Number of the group's columns and of those of its IDs.
_PART_KEYS: Final = 4
# All of the time, in whole buckets.
_ALL_TIME: Final = TimeRange(-(BUCKET_MS << 32), BUCKET_MS << 32)
_SELECT_BUCKETS: Final = f"""
    SELECT {{at_ms}} / {BUCKET_MS}, {{sums}} FROM {{table}} WHERE {{where}}
    GROUP BY 1 ORDER BY 1
"""
_SELECT_STEPS: Final = f"""
    SELECT step, {SHOWN_PATH}, used.*
    FROM (
        SELECT ({{at_ms}} - :start) / :step step, session.project project_id,
            sum(input + output), sum({" + ".join(TOKEN_COLUMNS)}), {{cost_sums}}
        FROM {{table}} WHERE {{where}} GROUP BY 1, 2
    ) used
        JOIN project ON project.id = project_id
    ORDER BY 1, 2
"""
_SELECT_SESSIONS: Final = f"""
    SELECT session.uuid, project.path, {SHOWN_PATH}, session.last_ms, used.*
    FROM (
        SELECT u.session session_id, {{cost}} ranked, count(*) OVER (), {{sums}}
        FROM {{table}} WHERE {{where}} GROUP BY 1
        ORDER BY ranked DESC, 1 DESC LIMIT :limit
    ) used
        JOIN session ON session.id = session_id
        JOIN project ON project.id = session.project
    ORDER BY ranked DESC, session_id DESC
"""

# The newest sessions of each account: an index has them in this order.
_SELECT_NEWEST: Final = """
    SELECT id, last_ms FROM session WHERE profile = ? AND last_ms IS NOT NULL
    ORDER BY last_ms DESC LIMIT ?
"""
_SELECT_PROFILES: Final = """
    SELECT id FROM profile WHERE account = ?1 OR ?1 IS NULL
"""
_COUNT_BY_ACCOUNT: Final = """
    SELECT account,
        (SELECT count(*) FROM session WHERE session.profile = profile.id)
    FROM profile
"""
_COUNT_SESSIONS: Final = """
    SELECT count(*) FROM session WHERE profile = ? AND last_ms IS NOT NULL
"""
_IN_SESSIONS: Final = "u.session IN (SELECT value FROM json_each(:sessions))"


def load_period_groups(
    reader: Reader | Writer, usage_filter: UsageFilter
) -> list[UsageGroup]:
    """Return the usage of a period by project and model, on any terms."""
    is_all_time = usage_filter.period is None is usage_filter.ranges
    if is_all_time and usage_filter.project is None:
        others = _find_fewer_others(reader, usage_filter.account)
        if others is not None:
            return _subtract_accounts(reader, usage_filter, others)
    is_of_all = is_all_time and usage_filter.account is None
    source = PROJECTS if is_of_all else choose_source(usage_filter)
    rows = query_usage(reader, _SELECT_GROUPS, source, usage_filter)
    return [
        UsageGroup(path, model, STANDARD_TERMS, parse_totals(sums))
        for path, model, _, _, *sums in rows
    ]


def _find_fewer_others(
    reader: Reader | Writer, account: str | None
) -> list[str] | None:
    """Return the other accounts if they have fewer sessions than this one."""
    if account is None:
        return None
    counts = dict(reader.execute(_COUNT_BY_ACCOUNT).fetchall())
    own = counts.pop(account, 0)
    return list(counts) if sum(counts.values()) < own else None


def _subtract_accounts(
    reader: Reader | Writer, usage_filter: UsageFilter, others: Iterable[str]
) -> list[UsageGroup]:
    """Return all usage but that of some accounts, whose sessions are few."""
    filters = [usage_filter._replace(account=name) for name in (None, *others)]
    every, *parts = [load_period_groups(reader, item) for item in filters]
    left = {(group.project, group.model): group for group in every}
    for group in (group for part in parts for group in part):
        key = group.project, group.model
        rest = left[key].totals.minus(group.totals)
        left[key] = left[key]._replace(totals=rest)
    return [group for group in left.values() if group.totals != ZERO_TOTALS]


def load_period_buckets(
    reader: Reader | Writer, usage_filter: UsageFilter
) -> list[tuple[int, Totals]]:
    """
    Return the totals of each bucket of a period, oldest first.

    Args:
        reader: Open database.
        usage_filter: With a period: all of the time has no bounded answer.
    """
    source = choose_source(usage_filter)
    rows = query_usage(reader, _SELECT_BUCKETS, source, usage_filter)
    return [(bucket, parse_totals(sums)) for bucket, *sums in rows]


def list_range_costs(
    reader: Reader | Writer,
    usage_filter: UsageFilter,
    ranges: Iterable[TimeRange],
) -> list[int]:
    """Return the known cost of each range, in nano-dollars."""
    filters = [usage_filter._replace(period=part) for part in ranges]
    return [
        sum(
            group.totals.priced_cost
            for group in load_period_groups(reader, part)
        )
        for part in filters
    ]


def list_usage_parts(
    reader: Reader | Writer, usage_filter: UsageFilter, *by: str
) -> list[UsagePart]:
    """
    Return the exact usage of a period, whole buckets of it read as buckets.

    Args:
        reader: Open database.
        usage_filter: What to sum up.
        by: Fields of the parts: "bucket", "project", "session", "model".
    """
    period = usage_filter.period
    if period is None and "bucket" in by:
        period = _ALL_TIME
    found: dict[tuple[int, str, str, str], Totals] = {}
    for part in period.split_at_buckets() if period else (None,):
        part_filter = usage_filter._replace(period=part)
        source = choose_source(part_filter)
        columns = {
            name: column.format(at_ms=source.at_ms) if name in by else "0"
            for name, column in _PART_COLUMNS.items()
        }
        statement = _fill_partly(_SELECT_PARTS, columns)
        for row in query_usage(reader, statement, source, part_filter):
            key, totals = row[:_PART_KEYS], parse_totals(row[2 * _PART_KEYS :])
            found[key] = found[key].plus(totals) if key in found else totals
    return [
        UsagePart._make((*key, totals))
        for key, totals in sorted(found.items())
    ]


def _fill_partly(statement: str, columns: dict[str, str]) -> str:
    """Fill in some of the names in braces of a statement."""
    for name, column in columns.items():
        statement = statement.replace(f"{{{name}}}", column)
    return statement


def list_project_steps(
    reader: Reader | Writer, usage_filter: UsageFilter, step_ms: int
) -> list[ProjectStep]:
    """
    Return the usage of a period by step and project, without empty steps.

    Args:
        reader: Open database.
        usage_filter: With a period.
        step_ms: Length of a step; of whole buckets, a multiple of theirs.
    """
    source = choose_source(usage_filter)
    rows = query_usage(
        reader, _SELECT_STEPS, source, usage_filter, step=step_ms
    )
    return [
        ProjectStep(
            step, project, tokens, all_tokens, join_cost(low, high), unpriced
        )
        for step, project, _, _, tokens, all_tokens, low, high, unpriced in rows
    ]


def rank_sessions(
    reader: Reader | Writer, usage_filter: UsageFilter, limit: int
) -> SessionRanking:
    """
    Return the sessions of a period, the most expensive ones first.

    Of all of the time and all projects, these are the newest sessions, newest
    first: ranking years of them would take longer every day.
    """
    if usage_filter.period is None and usage_filter.project is None:
        return _list_newest(reader, usage_filter.account, limit)
    source = choose_source(usage_filter)
    rows = query_usage(
        reader, _SELECT_SESSIONS, source, usage_filter, limit=limit
    )
    return _build_ranking(rows)


def _list_newest(
    reader: Reader | Writer, account: str | None, limit: int
) -> SessionRanking:
    profiles = reader.execute(_SELECT_PROFILES, (account,)).fetchall()
    newest: list[tuple[int, int]] = []
    count = 0
    for (profile,) in profiles:
        newest += reader.execute(_SELECT_NEWEST, (profile, limit))
        count += reader.execute(_COUNT_SESSIONS, (profile,)).fetchone()[0]
    newest.sort(key=lambda row: row[1], reverse=True)
    session_ids = [session_id for session_id, _ in newest[:limit]]
    rows = query_usage(
        reader,
        _SELECT_SESSIONS,
        SESSIONS._replace(in_range=_IN_SESSIONS),
        ALL_USAGE,
        sessions=str(session_ids),
        limit=limit,
    )
    ranking = _build_ranking(rows)
    sessions = sorted(
        ranking.sessions, key=lambda session: session.last_ms, reverse=True
    )
    return SessionRanking(tuple(sessions), count, is_by_time=True)


def _build_ranking(rows: list[tuple[Any, ...]]) -> SessionRanking:
    sessions = [
        PeriodSession(uuid, path, project, last_ms, parse_totals(sums))
        for uuid, path, project, last_ms, _, _, _, *sums in rows
    ]
    count = rows[0][_COUNT_COLUMN] if rows else 0
    return SessionRanking(tuple(sessions), count)
