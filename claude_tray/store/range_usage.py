"""Query the usage of time ranges by model, project, session and step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.periods import TimeRange
from claude_tray.core.usage import PricingTerms
from claude_tray.store.aggregates import parse_totals
from claude_tray.store.schema import SHOWN_PATH, TOKEN_COLUMNS
from claude_tray.store.usage_filter import (
    RANGES,
    RECORDS,
    BucketRange,
    UsageFilter,
    choose_source,
    query_usage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.cost import Totals
    from claude_tray.store.connection import Reader, Writer


_SELECT_MODELS_BY_RANGE: Final = """
    SELECT part.key, model.name, {sums}
    FROM {table} JOIN model ON model.id = u.model WHERE {where}
    GROUP BY part.key, u.model ORDER BY part.key, model.name
"""
_SELECT_TOKENS_BY_BUCKET: Final = f"""
    SELECT bucket, sum({" + ".join(TOKEN_COLUMNS)})
    FROM {{table}} WHERE {{where}} GROUP BY bucket ORDER BY bucket
"""
_SELECT_PROJECTS: Final = f"""
    SELECT {SHOWN_PATH}, count(DISTINCT uuid), max(bucket), {{sums}}
    FROM {{table}} JOIN project ON project.id = session.project
    WHERE {{where}} GROUP BY 1 ORDER BY 1
"""
_SELECT_SESSIONS: Final = f"""
    SELECT uuid, {SHOWN_PATH}, min(first_ms), max(last_ms), {{sums}},
        json_group_array(DISTINCT model.name)
    FROM {{table}}
        JOIN project ON project.id = session.project
        JOIN model ON model.id = u.model
    WHERE {{where}}
    GROUP BY uuid ORDER BY max(last_ms) DESC, uuid LIMIT :limit
"""
_COUNT_SESSIONS: Final = """
    SELECT count(DISTINCT uuid) FROM {table} WHERE {where}
"""
_SELECT_PROJECT_PATHS: Final = f"SELECT DISTINCT {SHOWN_PATH} FROM project"
_SELECT_FOLDERS: Final = f"""
    SELECT uuid, project.path, {SHOWN_PATH}
    FROM session JOIN project ON project.id = session.project
    WHERE uuid IN (SELECT value FROM json_each(?)) ORDER BY last_ms
"""
_SELECT_STEPS: Final = f"""
    SELECT ({{at_ms}} - :start) / :step, {SHOWN_PATH}, uuid, model.name,
        speed, inference_geo, service_tier, web_searches, {{sums}}
    FROM {{table}}
        JOIN project ON project.id = session.project
        JOIN model ON model.id = u.model
        JOIN terms ON terms.id = u.terms
    WHERE {{where}}
    GROUP BY 1, uuid, 2, u.model, u.terms ORDER BY 1, 2, 3, 4
"""


class RangeProject(NamedTuple):
    """
    A project's usage in a range.

    Attributes:
        path: Path of the project.
        sessions: Number of its sessions with usage in the range.
        last_bucket: Its last bucket with usage in the range.
    """

    path: str
    sessions: int
    last_bucket: int
    totals: Totals


class RangeSession(NamedTuple):
    """
    A session's usage in a range.

    Attributes:
        uuid: ID of the session.
        path: Path of its project.
        first_ms: Its first response ever; likewise the last.
        models: Names of the models that it used in the range.
    """

    uuid: str
    path: str
    first_ms: int
    last_ms: int
    totals: Totals
    models: tuple[str, ...]


class SessionFolder(NamedTuple):
    """
    Where a session ran.

    Attributes:
        path: Its folder.
        project: Path of the project that it is shown in.
    """

    path: str
    project: str


class StepUsage(NamedTuple):
    """
    Usage of a session with one model on the same terms, in one step.

    Attributes:
        step: Number of the step from the start of the range, from 0.
        project: Path of the project.
        session: ID of the session.
    """

    step: int
    project: str
    session: str
    model: str
    terms: PricingTerms
    totals: Totals


def load_model_totals_by_range(
    reader: Reader | Writer,
    ranges: Sequence[BucketRange],
    project: str | None = None,
) -> list[dict[str, Totals]]:
    """
    Return the totals by model of each range, in the order of the ranges.

    Args:
        reader: Open database.
        ranges: Such as the buckets of consecutive local days.
        project: Path of a project; None for all.
    """
    found: list[dict[str, Totals]] = [{} for _ in ranges]
    usage_filter = UsageFilter(ranges=tuple(ranges), project=project)
    source = choose_source(usage_filter)
    for number, model, *sums in query_usage(
        reader, _SELECT_MODELS_BY_RANGE, source, usage_filter
    ):
        found[int(number)][model] = parse_totals(sums)
    return found


def load_tokens_by_bucket(
    reader: Reader | Writer, ranges: Sequence[BucketRange]
) -> list[tuple[int, int]]:
    """Return the tokens of each bucket with usage, oldest first."""
    usage_filter = UsageFilter(ranges=tuple(ranges))
    source = choose_source(usage_filter)
    rows = query_usage(reader, _SELECT_TOKENS_BY_BUCKET, source, usage_filter)
    return [(bucket, tokens) for bucket, tokens in rows]


def list_range_projects(
    reader: Reader | Writer, ranges: Sequence[BucketRange]
) -> list[RangeProject]:
    """Return the projects with usage in any of the ranges."""
    return [
        RangeProject(path, sessions, last_bucket, parse_totals(sums))
        for path, sessions, last_bucket, *sums in query_usage(
            reader, _SELECT_PROJECTS, RANGES, UsageFilter(ranges=tuple(ranges))
        )
    ]


def list_range_sessions(
    reader: Reader | Writer,
    ranges: Sequence[BucketRange],
    project: str | None = None,
    limit: int = -1,
) -> list[RangeSession]:
    """
    Return the sessions with usage in the ranges, the last used first.

    Args:
        reader: Open database.
        ranges: Buckets.
        project: Path of a project; None for all.
        limit: Largest number of sessions; -1 for all.
    """
    return [
        RangeSession(
            uuid,
            path,
            first_ms,
            last_ms,
            parse_totals(sums),
            tuple(sorted(json.loads(models))),
        )
        for uuid, path, first_ms, last_ms, *sums, models in query_usage(
            reader,
            _SELECT_SESSIONS,
            RANGES,
            UsageFilter(ranges=tuple(ranges), project=project),
            limit=limit,
        )
    ]


def load_session_folders(
    reader: Reader | Writer, uuids: Iterable[str]
) -> dict[str, SessionFolder]:
    """Return where sessions ran."""
    rows = reader.execute(_SELECT_FOLDERS, (json.dumps(list(uuids)),))
    return {uuid: SessionFolder(*paths) for uuid, *paths in rows}


def list_project_paths(reader: Reader | Writer) -> list[str]:
    """Return the paths under which projects are shown."""
    return [path for (path,) in reader.execute(_SELECT_PROJECT_PATHS)]


def count_range_sessions(
    reader: Reader | Writer, ranges: Sequence[BucketRange]
) -> int:
    """Return the number of sessions with usage in any of the ranges."""
    usage_filter = UsageFilter(ranges=tuple(ranges))
    ((count,),) = query_usage(reader, _COUNT_SESSIONS, RANGES, usage_filter)
    return int(count)


def list_step_usage(
    reader: Reader | Writer,
    account: str | None,
    bounds_ms: tuple[int, int],
    step_ms: int,
) -> list[StepUsage]:
    """
    Return the exact usage of an account, or of all, in steps of a range.

    Args:
        reader: Open database.
        account: Account key; None for all.
        bounds_ms: Start and end in milliseconds since 1970.
        step_ms: Length of a step.
    """
    usage_filter = UsageFilter(TimeRange(*bounds_ms), account)
    rows = query_usage(
        reader, _SELECT_STEPS, RECORDS, usage_filter, step=step_ms
    )
    return [
        StepUsage(
            step,
            project,
            session,
            model,
            PricingTerms(*terms),
            parse_totals(sums),
        )
        for step, project, session, model, *rest in rows
        for terms, sums in [(rest[:4], rest[4:])]
    ]
