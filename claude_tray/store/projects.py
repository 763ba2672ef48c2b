"""Projects and sessions as they are listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from claude_tray.domain.project import labels
from claude_tray.store.rankings import by_model
from claude_tray.store.schema import SUM_COLUMNS
from claude_tray.store.sums import SUM_OF_CELLS, totals_of

if TYPE_CHECKING:
    from claude_tray.domain.totals import Totals
    from claude_tray.store.connection import Reader, Writer

_SUMS: Final = ", ".join(f"sum(u.{c})" for c in SUM_COLUMNS)
_PROJECTS: Final = f"""
    SELECT project.path, count, first_ms, last_ms, {_SUMS}
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
_SESSIONS: Final = f"""
    SELECT uuid, project.path, min(first_ms), max(last_ms), {_SUMS},
        group_concat(DISTINCT model.name)
    FROM session
        JOIN project ON project.id = session.project
        JOIN usage_session u ON u.session = session.id
        JOIN model ON model.id = u.model
    WHERE {{where}}
    GROUP BY uuid
    ORDER BY max(last_ms) DESC, uuid
"""
_IS_IN_PROJECT: Final = "project.path = ?"
_IS_ONE: Final = "uuid = ?"
_IS_ANY: Final = "1"
_MODELS_OF: Final = f"""
    SELECT model.name, {SUM_OF_CELLS}
    FROM usage_project
        JOIN model ON model.id = usage_project.model
        JOIN project ON project.id = usage_project.project
    WHERE project.path = ?
    GROUP BY model.id ORDER BY model.name
"""
_COUNT: Final = """
    SELECT count(DISTINCT uuid), count(DISTINCT project)
    FROM session WHERE last_ms IS NOT NULL
"""
_MESSAGES: Final = """
    SELECT at_ms, message_id, request_id, model.name, input, output,
        cache_5m + cache_1h, cache_read, cost
    FROM message JOIN model ON model.id = message.model
    WHERE session IN (SELECT id FROM session WHERE uuid = ?1)
        AND at_ms BETWEEN
            (SELECT min(first_ms) FROM session WHERE uuid = ?1)
            AND (SELECT max(last_ms) FROM session WHERE uuid = ?1)
    ORDER BY at_ms, message_id
"""


@dataclass(frozen=True, slots=True)
class ProjectSums:
    """A project: its unique name, its folder and what it used."""

    name: str
    path: str
    sessions: int
    first_ms: int
    last_ms: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class SessionSums:
    """A session and what it used."""

    uuid: str
    project: str
    first_ms: int
    last_ms: int
    totals: Totals
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One reply, as it is listed; the cost is None where it is unknown."""

    at_ms: int
    message_id: str
    request_id: str
    model: str
    input: int
    output: int
    cache_write: int
    cache_read: int
    cost: int | None


def every(reader: Reader | Writer) -> list[ProjectSums]:
    """Return all projects, the one used last first."""
    rows = reader.execute(_PROJECTS).fetchall()
    names = labels(row[0] for row in rows)
    return [
        ProjectSums(
            name=names[path],
            path=path,
            sessions=count,
            first_ms=first_ms,
            last_ms=last_ms,
            totals=totals_of(sums),
        )
        for path, count, first_ms, last_ms, *sums in rows
    ]


def models_of(reader: Reader | Writer, path: str) -> dict[str, Totals]:
    """Return what a project used, by model."""
    rows = reader.execute(_MODELS_OF, (path,))
    return {row[0]: totals_of(row[1:]) for row in rows}


def all_models(reader: Reader | Writer) -> dict[str, Totals]:
    """Return what was used of each model."""
    return by_model(reader)


def counts(reader: Reader | Writer) -> tuple[int, int]:
    """Return the numbers of sessions and of projects with any record."""
    sessions, projects = reader.execute(_COUNT).fetchone()
    return sessions, projects


def sessions(reader: Reader | Writer) -> list[SessionSums]:
    """Return all sessions, the one used last first."""
    return _sessions(reader, _IS_ANY, ())


def sessions_of(reader: Reader | Writer, path: str) -> list[SessionSums]:
    """Return a project's sessions, the one used last first."""
    return _sessions(reader, _IS_IN_PROJECT, (path,))


def session(reader: Reader | Writer, uuid: str) -> SessionSums | None:
    """Return one session, or None where no record is of it."""
    found = _sessions(reader, _IS_ONE, (uuid,))
    return found[0] if found else None


def messages_of(reader: Reader | Writer, uuid: str) -> list[MessageRow]:
    """Return a session's replies, oldest first."""
    return [MessageRow(*row) for row in reader.execute(_MESSAGES, (uuid,))]


def _sessions(
    reader: Reader | Writer,
    where: str,
    values: tuple[str, ...],
) -> list[SessionSums]:
    names = labels(
        path for (path,) in reader.execute("SELECT path FROM project")
    )
    rows = reader.execute(_SESSIONS.format(where=where), values)
    return [_session(row, names) for row in rows]


def _session(row: tuple[Any, ...], names: dict[str, str]) -> SessionSums:
    uuid, path, first_ms, last_ms, *sums, models = row
    return SessionSums(
        uuid=uuid,
        project=names[path],
        first_ms=first_ms,
        last_ms=last_ms,
        totals=totals_of(sums),
        models=tuple(sorted(models.split(","))),
    )
