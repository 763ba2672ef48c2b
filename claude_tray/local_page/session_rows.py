"""Load sessions as the rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.display_names import build_unique_labels
from claude_tray.presentation import page_paths
from claude_tray.store import range_usage, session_list, usage_filter
from claude_tray.web import list_page, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.cost import Totals
    from claude_tray.local_page.selection import PageSelection
    from claude_tray.store.connection import Reader
    from claude_tray.store.usage_queries import SessionListing
    from claude_tray.web.page_context import PageContext


def load_labels(reader: Reader) -> dict[str, str]:
    """Return the name of each project by its path."""
    return build_unique_labels(range_usage.list_project_paths(reader))


def load_range_sessions(
    reader: Reader,
    bounds: Sequence[usage_filter.BucketRange],
    project: str | None = None,
    limit: int = -1,
) -> list[LocalSession]:
    """Load the sessions with usage in some times, the last used first."""
    found = range_usage.list_range_sessions(reader, bounds, project, limit)
    return _name_sessions(reader, found)


def load_matching_sessions(
    reader: Reader, selected: PageSelection
) -> tuple[list_page.ListPage, list[LocalSession]]:
    """Load a page of all sessions, and its place among them."""
    query = session_list.SessionQuery(
        selected.text, selected.order.key, selected.order.is_reversed
    )
    shown = list_page.ListPage(
        selected.page_number,
        session_list.count_matching_sessions(reader, query),
    )
    query = query._replace(limit=shown.size, offset=shown.offset)
    found = session_list.list_matching_sessions(reader, query)
    return shown, _name_sessions(reader, found)


def _name_sessions(
    reader: Reader, sessions: Iterable[range_usage.RangeSession]
) -> list[LocalSession]:
    """Add the names of their projects to sessions."""
    labels = load_labels(reader)
    return [
        LocalSession(
            session.uuid,
            labels.get(session.path, session.path),
            session.models,
            session.totals,
            session.first_ms,
            session.last_ms,
        )
        for session in sessions
    ]


class LocalSession(NamedTuple):
    """Totals of a session of this machine; times in milliseconds."""

    session_id: str
    project: str
    models: tuple[str, ...]
    totals: Totals
    first_ms: int
    last_ms: int
    machines: tuple[str, ...] = ()


def build_session_rows(
    reader: Reader, sessions: Sequence[LocalSession], page: PageContext
) -> tuple[rows.SessionTableRow, ...]:
    """Build the rows of sessions that are shown together."""
    folders = range_usage.load_session_folders(
        reader, [session.session_id for session in sessions]
    )
    # SQLite's JSON ends a text at NUL, and an ID may contain one.
    unknown = range_usage.SessionFolder("", "")
    return rows.size_sessions(
        rows.SessionTableRow.from_usage(session, {}, page)._replace(
            project_link=page_paths.build_project_key(folder.project),
            resume=page_paths.build_resume_command(
                folder.path, session.session_id
            ),
        )
        for session in sessions
        for folder in [folders.get(session.session_id, unknown)]
    )


def from_listing(session: SessionListing) -> LocalSession:
    """Return a session as a page lists it."""
    return LocalSession(
        session.uuid,
        session.project,
        session.models,
        session.totals,
        session.first_ms,
        session.last_ms,
    )


_SESSION_KEYS: Final[dict[str, Any]] = {
    "project": lambda s: s.project.casefold(),
    "used": lambda s: -s.last_ms,
    "duration": lambda s: s.first_ms - s.last_ms,
    "messages": lambda s: -s.totals.messages,
    "tokens": lambda s: -s.totals.tokens.total,
    "cost": lambda s: -s.totals.priced_cost,
}


def load_first_sessions(
    reader: Reader,
    bounds: Sequence[usage_filter.BucketRange],
    order: rows.SortOrder,
    limit: int,
) -> Sequence[LocalSession]:
    """Load the first sessions of some times by a column."""
    if order.key not in _SESSION_KEYS:
        return load_range_sessions(reader, bounds, limit=limit)
    found = load_range_sessions(reader, bounds)
    return sort_sessions(found, order)[:limit]


def sort_sessions(
    sessions: Sequence[LocalSession], order: rows.SortOrder
) -> Sequence[LocalSession]:
    """Sort sessions by a column; unknown columns leave their order."""
    key = _SESSION_KEYS.get(order.key)
    if key is None:
        return sessions
    return sorted(sessions, key=key, reverse=order.is_reversed)


def search_sessions(
    sessions: Iterable[LocalSession], text: str
) -> list[LocalSession]:
    """Return the sessions whose ID, project or model contains a text."""
    wanted = text.casefold()
    return [
        session
        for session in sessions
        if wanted in session.session_id.casefold()
        or wanted in session.project.casefold()
        or any(wanted in model for model in session.models)
    ]
