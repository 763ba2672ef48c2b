"""List projects, sessions and their records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.display_names import build_unique_labels
from claude_tray.core.tokens import TokenCounts
from claude_tray.store.aggregates import SUM_OF_BUCKETS, parse_totals
from claude_tray.store.schema import AGGREGATE_COLUMNS, TOKEN_COLUMNS
from claude_tray.store.usage_queries import load_totals_by_model

if TYPE_CHECKING:
    from claude_tray.core.pricing import NanoUsd
    from claude_tray.core.totals import Totals
    from claude_tray.store.connection import Reader, Writer


_SUM_EACH_COLUMN: Final = ", ".join(f"sum(u.{c})" for c in AGGREGATE_COLUMNS)
_SELECT_PROJECTS: Final = f"""
    SELECT project.path, count, first_ms, last_ms, {_SUM_EACH_COLUMN}
    FROM usage_project u
        JOIN project ON project.id = u.project
        JOIN (
            SELECT project, count(DISTINCT uuid) count,
                min(first_ms) first_ms, max(last_ms) last_ms
            FROM session WHERE last_ms IS NOT NULL GROUP BY project
        ) s ON s.project = u.project
    GROUP BY u.project
    ORDER BY max(last_ms) DESC, project.path
"""
_SELECT_SESSIONS: Final = f"""
    SELECT uuid, project.path, min(first_ms), max(last_ms), {_SUM_EACH_COLUMN},
        group_concat(DISTINCT model.name)
    FROM session
        JOIN project ON project.id = session.project
        JOIN usage_session u ON u.session = session.id
        JOIN model ON model.id = u.model
    WHERE {{where}}
    GROUP BY uuid
    ORDER BY max(last_ms) DESC, uuid
"""
_WHERE_PROJECT: Final = "project.path = ?"
_WHERE_UUID: Final = "uuid = ?"
_WHERE_ANY: Final = "1"
_SELECT_PROJECT_MODELS: Final = f"""
    SELECT model.name, {SUM_OF_BUCKETS}
    FROM usage_project
        JOIN model ON model.id = usage_project.model
        JOIN project ON project.id = usage_project.project
    WHERE project.path = ?
    GROUP BY model.id ORDER BY model.name
"""
_COUNT_SESSIONS_AND_PROJECTS: Final = """
    SELECT count(DISTINCT uuid), count(DISTINCT project)
    FROM session WHERE last_ms IS NOT NULL
"""
_SELECT_SESSION_RECORDS: Final = f"""
    SELECT at_ms, message_id, request_id, model.name, cost,
        {", ".join(TOKEN_COLUMNS)}
    FROM message JOIN model ON model.id = message.model
    WHERE session IN (SELECT id FROM session WHERE uuid = ?1)
        AND at_ms BETWEEN
            (SELECT min(first_ms) FROM session WHERE uuid = ?1)
            AND (SELECT max(last_ms) FROM session WHERE uuid = ?1)
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
    """A session and its totals."""

    uuid: str
    project: str
    first_ms: int
    last_ms: int
    totals: Totals
    models: tuple[str, ...]


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


def list_project_sessions(
    reader: Reader | Writer, path: str
) -> list[SessionListing]:
    """Return the sessions of a project, the last used first."""
    return _query_sessions(reader, _WHERE_PROJECT, (path,))


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
    reader: Reader | Writer,
    where: str,
    params: tuple[str, ...],
) -> list[SessionListing]:
    names = build_unique_labels(
        path for (path,) in reader.execute("SELECT path FROM project")
    )
    rows = reader.execute(_SELECT_SESSIONS.format(where=where), params)
    return [_parse_session(row, names) for row in rows]


def _parse_session(
    row: tuple[Any, ...], names: dict[str, str]
) -> SessionListing:
    uuid, path, first_ms, last_ms, *sums, models = row
    return SessionListing(
        uuid=uuid,
        project=names[path],
        first_ms=first_ms,
        last_ms=last_ms,
        totals=parse_totals(sums),
        models=tuple(sorted(models.split(","))),
    )
