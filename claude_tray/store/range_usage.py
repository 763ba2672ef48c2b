"""Query the usage of time ranges by model, project, session and step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.usage import PricingTerms
from claude_tray.store.aggregates import (
    SUM_OF_BUCKETS,
    SUM_OF_RECORDS,
    parse_totals,
)
from claude_tray.store.schema import (
    ACCOUNT_ID,
    AGGREGATE_COLUMNS,
    SHOWN_PATH,
    TOKEN_COLUMNS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.cost import Totals
    from claude_tray.store.connection import Reader, Writer


# First bucket, and the bucket after the last.
BucketRange = tuple[int, int]

# Each range is one seek in the primary key.
_CELLS: Final = """
    json_each(?1) part
        CROSS JOIN cell ON bucket >= json_extract(part.value, '$[0]')
            AND bucket < json_extract(part.value, '$[1]')
"""
_OF_PROJECT: Final = f"""
    WHERE cell.session IN (
        SELECT session.id FROM session
            JOIN project ON project.id = session.project
        WHERE {SHOWN_PATH} = ?2)
"""
_SELECT_MODELS_BY_RANGE: Final = f"""
    SELECT part.key, model.name, {SUM_OF_BUCKETS}
    FROM {_CELLS} JOIN model ON model.id = cell.model {{where}}
    GROUP BY part.key, cell.model ORDER BY part.key, model.name
"""
_SELECT_TOKENS_BY_BUCKET: Final = f"""
    SELECT bucket, sum({" + ".join(TOKEN_COLUMNS)})
    FROM {_CELLS} GROUP BY bucket ORDER BY bucket
"""
_SUM_EACH_COLUMN: Final = ", ".join(
    f"ifnull(sum(cell.{column}), 0)" for column in AGGREGATE_COLUMNS
)
_SELECT_PROJECTS: Final = f"""
    SELECT {SHOWN_PATH}, count(DISTINCT uuid), max(bucket), {_SUM_EACH_COLUMN}
    FROM {_CELLS}
        JOIN session ON session.id = cell.session
        JOIN project ON project.id = session.project
    GROUP BY 1 ORDER BY 1
"""
_SELECT_SESSIONS: Final = f"""
    SELECT uuid, {SHOWN_PATH}, min(first_ms), max(last_ms),
        {_SUM_EACH_COLUMN}, json_group_array(DISTINCT model.name)
    FROM {_CELLS}
        JOIN session ON session.id = cell.session
        JOIN project ON project.id = session.project
        JOIN model ON model.id = cell.model
    {{where}}
    GROUP BY uuid ORDER BY max(last_ms) DESC, uuid LIMIT {{limit}}
"""
_COUNT_SESSIONS: Final = f"""
    SELECT count(DISTINCT uuid)
    FROM {_CELLS} JOIN session ON session.id = cell.session
"""
_SELECT_PROJECT_PATHS: Final = f"SELECT DISTINCT {SHOWN_PATH} FROM project"
_SELECT_FOLDERS: Final = f"""
    SELECT uuid, project.path, {SHOWN_PATH}
    FROM session JOIN project ON project.id = session.project
    WHERE uuid IN (SELECT value FROM json_each(?)) ORDER BY last_ms
"""
# Checked row by row: a window has few sessions, an account thousands.
_SELECT_STEPS: Final = f"""
    SELECT (at_ms - ?1) / ?4, {SHOWN_PATH}, session.uuid, model.name,
        speed, inference_geo, service_tier, web_searches, {SUM_OF_RECORDS}
    FROM message
        JOIN session ON session.id = message.session
        JOIN project ON project.id = session.project
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
    WHERE at_ms >= ?1 AND at_ms < ?2
        AND (?3 IS NULL OR (
            SELECT profile FROM session WHERE id = message.session
        ) = {ACCOUNT_ID.replace("?", "?3")})
    GROUP BY 1, session.uuid, 2, message.model, message.terms
    ORDER BY 1, 2, 3, 4
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
    for number, model, *sums in _query(
        reader, _SELECT_MODELS_BY_RANGE, ranges, project
    ):
        found[int(number)][model] = parse_totals(sums)
    return found


def load_tokens_by_bucket(
    reader: Reader | Writer, ranges: Sequence[BucketRange]
) -> list[tuple[int, int]]:
    """Return the tokens of each bucket with usage, oldest first."""
    return _query(reader, _SELECT_TOKENS_BY_BUCKET, ranges)


def list_range_projects(
    reader: Reader | Writer, ranges: Sequence[BucketRange]
) -> list[RangeProject]:
    """Return the projects with usage in any of the ranges."""
    return [
        RangeProject(path, sessions, last_bucket, parse_totals(sums))
        for path, sessions, last_bucket, *sums in _query(
            reader, _SELECT_PROJECTS, ranges
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
        for uuid, path, first_ms, last_ms, *sums, models in _query(
            reader, _SELECT_SESSIONS, ranges, project, limit
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
    ((count,),) = _query(reader, _COUNT_SESSIONS, ranges)
    return int(count)


def _query(
    reader: Reader | Writer,
    statement: str,
    ranges: Sequence[BucketRange],
    project: str | None = None,
    limit: int = -1,
) -> list[Any]:
    """Run a statement about the cells of ranges, of a project or of all."""
    encoded = json.dumps(ranges)
    if project is None:
        return reader.execute(
            statement.format(where="", limit=limit), (encoded,)
        ).fetchall()
    statement = statement.format(where=_OF_PROJECT, limit=limit)
    return reader.execute(statement, (encoded, project)).fetchall()


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
    rows = reader.execute(_SELECT_STEPS, (*bounds_ms, account, step_ms))
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
