"""Query usage by time, project and model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.calendar import compute_first_bucket
from claude_tray.core.cost import (
    NanoUsd,
    Totals,
    group_by_model,
    group_by_project,
    merge_totals,
    sum_totals,
)
from claude_tray.core.display_names import build_unique_labels, name_worktree
from claude_tray.core.usage import PricingTerms, TokenCounts
from claude_tray.store.aggregates import (
    SUM_OF_BUCKETS,
    SUM_OF_HIGH_COSTS,
    SUM_OF_LOW_COSTS,
    SUM_OF_RECORDS,
    join_cost,
    load_totals_by_project_and_model,
    parse_totals,
)
from claude_tray.store.schema import (
    ACCOUNT_ID,
    AGGREGATE_COLUMNS,
    IS_OTHER_REQUESTS,
    SHOWN_PATH,
    TOKEN_COLUMNS,
)

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from claude_tray.store.connection import Reader, Writer


TIME_BUCKET_MS: Final = 120_000

# Checked row by row: a window has few sessions, an account thousands.
_FOR_ACCOUNT: Final = f"""
    AND (SELECT profile FROM session WHERE id = message.session)
        = {ACCOUNT_ID}
"""
_FOR_ANY_ACCOUNT: Final = "AND (?3 IS NULL)"
_SELECT_TIME_BUCKETS: Final = f"""
    SELECT (at_ms - ?1) / {TIME_BUCKET_MS}, sum(input + output),
        {SUM_OF_LOW_COSTS}, {SUM_OF_HIGH_COSTS}, sum(cost IS NULL)
    FROM message WHERE at_ms >= ?1 AND at_ms < ?2 {_FOR_ACCOUNT}
    GROUP BY 1 ORDER BY 1
"""
_SELECT_USAGE_GROUPS_OF_ANY: Final = f"""
    SELECT {SHOWN_PATH}, model.name, speed, inference_geo, service_tier,
        web_searches, {SUM_OF_RECORDS}
    FROM message
        JOIN session ON session.id = message.session
        JOIN project ON project.id = session.project
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
    WHERE at_ms >= ?1 AND at_ms < ?2 {_FOR_ANY_ACCOUNT}
    GROUP BY 1, message.model, message.terms
    ORDER BY 1, 2, 3, 4, 5, 6
"""
_SELECT_USAGE_GROUPS: Final = _SELECT_USAGE_GROUPS_OF_ANY.replace(
    _FOR_ANY_ACCOUNT, _FOR_ACCOUNT
)


class TimeBucket(NamedTuple):
    """
    Usage of two minutes.

    Attributes:
        end_ms: End of the two minutes.
        tokens: Input + output tokens.
        cost: Cost of the records with a known price, in nano-dollars.
        unpriced: Number of records without a known price.
    """

    end_ms: int
    tokens: int
    cost: int
    unpriced: int


class UsageGroup(NamedTuple):
    """Usage of a model in a project on the same terms."""

    project: str
    model: str
    terms: PricingTerms
    totals: Totals


def list_time_buckets(
    reader: Reader | Writer,
    account: str,
    start_ms: int,
    end_ms: int,
) -> list[TimeBucket]:
    """Return an account's usage by two minutes, without empty steps."""
    rows = reader.execute(_SELECT_TIME_BUCKETS, (start_ms, end_ms, account))
    return [
        TimeBucket(
            start_ms + (index + 1) * TIME_BUCKET_MS,
            tokens,
            join_cost(low, high),
            unpriced,
        )
        for index, tokens, low, high, unpriced in rows
    ]


def list_usage_groups(
    reader: Reader | Writer,
    account: str | None,
    start_ms: int,
    end_ms: int,
) -> list[UsageGroup]:
    """Return the exact usage of an account, or of all, in a time range."""
    rows = reader.execute(
        _SELECT_USAGE_GROUPS_OF_ANY
        if account is None
        else _SELECT_USAGE_GROUPS,
        (start_ms, end_ms, account),
    )
    return [
        UsageGroup(
            project,
            model,
            PricingTerms(speed, geo, tier, searches),
            parse_totals(sums),
        )
        for project, model, speed, geo, tier, searches, *sums in rows
    ]


_SELECT_TOTALS_BY_MODEL: Final = f"""
    SELECT model.name, {SUM_OF_BUCKETS}
    FROM usage_project JOIN model ON model.id = usage_project.model
    GROUP BY model.id ORDER BY model.name
"""
_SELECT_TOTALS_BY_BUCKET: Final = f"""
    SELECT bucket, {SUM_OF_BUCKETS} FROM cell
    WHERE bucket >= ?1 AND (?2 IS NULL OR EXISTS (
        SELECT 1 FROM session JOIN profile ON profile.id = session.profile
        WHERE session.id = cell.session AND profile.account = ?2))
    GROUP BY bucket ORDER BY bucket
"""


def load_totals_by_model(reader: Reader | Writer) -> dict[str, Totals]:
    """Return all totals by model."""
    rows = reader.execute(_SELECT_TOTALS_BY_MODEL)
    return {model: parse_totals(sums) for model, *sums in rows}


def load_totals_by_bucket(
    reader: Reader | Writer,
    first_bucket: int = 0,
    account: str | None = None,
) -> list[tuple[int, Totals]]:
    """Return the totals of each bucket, of one account or all, oldest first."""
    rows = reader.execute(_SELECT_TOTALS_BY_BUCKET, (first_bucket, account))
    return [(bucket, parse_totals(sums)) for bucket, *sums in rows]


class HistoricalTotals(NamedTuple):
    """
    Totals of the days before today.

    Attributes:
        previous_6_days: Totals of the six days before.
        previous_29_days: Totals of the 29 days before.
        projects: Totals of 29 days by path.
        models: Totals of 29 days by model.
    """

    previous_6_days: Totals
    previous_29_days: Totals
    projects: dict[str, Totals]
    models: dict[str, Totals]


def load_totals_before(
    reader: Reader | Writer,
    today: date,
    zone: tzinfo | None,
) -> HistoricalTotals:
    """Return what was used before a local day."""
    today_bucket = compute_first_bucket(today, zone)
    week_bucket = compute_first_bucket(today - timedelta(days=6), zone)
    week = load_totals_by_project_and_model(reader, week_bucket, today_bucket)
    month_bucket = compute_first_bucket(today - timedelta(days=29), zone)
    rest_of_month = load_totals_by_project_and_model(
        reader, month_bucket, week_bucket
    )
    week_models = group_by_model(week)
    models = merge_totals(week_models, group_by_model(rest_of_month).items())
    projects = merge_totals(
        group_by_project(week), group_by_project(rest_of_month).items()
    )
    return HistoricalTotals(
        sum_totals(week_models.values()),
        sum_totals(models.values()),
        projects,
        models,
    )


_SUM_EACH_COLUMN: Final = ", ".join(f"sum(u.{c})" for c in AGGREGATE_COLUMNS)
_SELECT_PROJECTS: Final = f"""
    SELECT {SHOWN_PATH} shown_path, count, first_ms, last_ms,
        {_SUM_EACH_COLUMN}
    FROM usage_project u
        JOIN project ON project.id = u.project
        JOIN (
            SELECT {SHOWN_PATH} session_path, count(DISTINCT uuid) count,
                min(first_ms) first_ms, max(last_ms) last_ms
            FROM session JOIN project ON project.id = session.project
            WHERE last_ms IS NOT NULL GROUP BY 1
        ) s ON session_path = {SHOWN_PATH}
    GROUP BY 1
    ORDER BY max(last_ms) DESC, 1
"""
_SELECT_SESSIONS: Final = f"""
    SELECT uuid, project.path, {SHOWN_PATH}, min(first_ms), max(last_ms),
        {_SUM_EACH_COLUMN}, json_group_array(DISTINCT model.name)
    FROM session
        JOIN project ON project.id = session.project
        JOIN usage_session u ON u.session = session.id
        JOIN model ON model.id = u.model
    WHERE {{where}}
    GROUP BY uuid
    ORDER BY max(last_ms) DESC, uuid
"""
_WHERE_UUID: Final = "uuid = ?"
_WHERE_ANY: Final = "1"
_SELECT_PROJECT_MODELS: Final = f"""
    SELECT model.name, {SUM_OF_BUCKETS}
    FROM usage_project
        JOIN model ON model.id = usage_project.model
        JOIN project ON project.id = usage_project.project
    WHERE {SHOWN_PATH} = ?
    GROUP BY model.id ORDER BY model.name
"""
_COUNT_SESSIONS_AND_PROJECTS: Final = f"""
    SELECT count(DISTINCT uuid), count(DISTINCT {SHOWN_PATH})
    FROM session JOIN project ON project.id = session.project
    WHERE last_ms IS NOT NULL
"""
_SELECT_SESSION_RECORDS: Final = f"""
    SELECT at_ms, message_id, request_id, model.name, cost,
        {", ".join(TOKEN_COLUMNS)}
    FROM message JOIN model ON model.id = message.model
    WHERE session IN (SELECT id FROM session WHERE uuid = ?1)
        AND at_ms BETWEEN
            (SELECT min(first_ms) FROM session WHERE uuid = ?1)
            AND (SELECT max(last_ms) FROM session WHERE uuid = ?1)
        AND flags & {IS_OTHER_REQUESTS} = 0
    ORDER BY at_ms, message_id
"""


@dataclass(frozen=True, slots=True)
class ProjectListing:
    """A project with its unique label, its path and its totals."""

    name: str
    path: str
    sessions: int
    first_ms: int
    last_ms: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class SessionListing:
    """A session and its totals; `worktree` is empty outside of any."""

    uuid: str
    project: str
    first_ms: int
    last_ms: int
    totals: Totals
    models: tuple[str, ...]
    worktree: str = ""


@dataclass(frozen=True, slots=True)
class RecordListing:
    """One response; the cost is None if its price is unknown."""

    at_ms: int
    message_id: str
    request_id: str
    model: str
    tokens: TokenCounts
    cost: NanoUsd | None


def list_projects(reader: Reader | Writer) -> list[ProjectListing]:
    """Return all projects, the last used first."""
    rows = reader.execute(_SELECT_PROJECTS).fetchall()
    names = build_unique_labels(path for path, *_ in rows)
    return [
        ProjectListing(
            name=names[path],
            path=path,
            sessions=count,
            first_ms=first_ms,
            last_ms=last_ms,
            totals=parse_totals(sums),
        )
        for path, count, first_ms, last_ms, *sums in rows
    ]


def load_project_models(
    reader: Reader | Writer, path: str
) -> dict[str, Totals]:
    """Return the totals of a project by model."""
    rows = reader.execute(_SELECT_PROJECT_MODELS, (path,))
    return {model: parse_totals(sums) for model, *sums in rows}


def load_all_models(reader: Reader | Writer) -> dict[str, Totals]:
    """Return all totals by model."""
    return load_totals_by_model(reader)


def count_sessions_and_projects(reader: Reader | Writer) -> tuple[int, int]:
    """Return the number of sessions and of projects with records."""
    sessions, projects = reader.execute(
        _COUNT_SESSIONS_AND_PROJECTS
    ).fetchone()
    return sessions, projects


def list_sessions(reader: Reader | Writer) -> list[SessionListing]:
    """Return all sessions, the last used first."""
    return _query_sessions(reader, _WHERE_ANY, ())


def find_session(reader: Reader | Writer, uuid: str) -> SessionListing | None:
    """Return one session, None if it has no records."""
    matches = _query_sessions(reader, _WHERE_UUID, (uuid,))
    return matches[0] if matches else None


def list_session_records(
    reader: Reader | Writer, uuid: str
) -> list[RecordListing]:
    """Return the records of a session, oldest first."""
    rows = reader.execute(_SELECT_SESSION_RECORDS, (uuid,))
    return [
        RecordListing(
            at_ms, message_id, request_id, model, TokenCounts(*tokens), cost
        )
        for at_ms, message_id, request_id, model, cost, *tokens in rows
    ]


def _query_sessions(
    reader: Reader | Writer, where: str, params: tuple[str, ...]
) -> list[SessionListing]:
    names = build_unique_labels(
        path for (path,) in reader.execute(f"SELECT {SHOWN_PATH} FROM project")
    )
    rows = reader.execute(_SELECT_SESSIONS.format(where=where), params)
    return [_parse_session(row, names) for row in rows]


def _parse_session(
    row: tuple[Any, ...], names: dict[str, str]
) -> SessionListing:
    uuid, path, shown_path, first_ms, last_ms, *sums, models = row
    return SessionListing(
        uuid=uuid,
        project=names[shown_path],
        first_ms=first_ms,
        last_ms=last_ms,
        totals=parse_totals(sums),
        models=tuple(sorted(json.loads(models))),
        worktree="" if path == shown_path else name_worktree(path),
    )
