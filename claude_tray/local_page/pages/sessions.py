"""The list of sessions, the page of each, and those in use now."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from werkzeug.exceptions import NotFound

from claude_tray.core.display_names import build_unique_labels
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.ingest import live_sessions
from claude_tray.local_page import selection, session_rows
from claude_tray.presentation import live_text, page_paths
from claude_tray.presentation.context import ViewContext
from claude_tray.store import usage_queries
from claude_tray.web import list_page, rows, session_curve, timeline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from werkzeug.wrappers import Request, Response

    from claude_tray.core.live_sessions import SessionInUse
    from claude_tray.local_page.request_context import RequestContext
    from claude_tray.store.connection import Reader
    from claude_tray.store.usage_queries import RecordListing


_RECORD_KEYS: Final[dict[str, Any]] = {
    "time": lambda r: r.at_ms,
    "input": lambda r: -r.tokens.input,
    "output": lambda r: -r.tokens.output,
    "cost": lambda r: -(r.cost or 0),
}


def show_sessions(request: Request, context: RequestContext) -> Response:
    """List sessions: all, or those of some times; found by a text."""
    selected = selection.parse_selection(request.args, context.page)
    with context.store.open() as opened:
        if opened is None:
            return context.render(
                "sessions", is_new=True, search="", description=""
            )
        shown, found = _find_sessions(opened.reader, selected, context)
        table_rows = session_rows.build_session_rows(
            opened.reader, found, context.page
        )
    return context.render(
        "sessions",
        rows=table_rows,
        list_page=shown,
        order=selected.order,
        search=selected.text,
        is_new=not (found or selected.text or selected.has_times),
        description=_describe_times(selected, context),
    )


def _find_sessions(
    reader: Reader,
    selected: selection.PageSelection,
    context: RequestContext,
) -> tuple[list_page.ListPage, Sequence[session_rows.LocalSession]]:
    """Return the page of the list, and its sessions."""
    if not selected.has_times:
        return session_rows.load_matching_sessions(reader, selected)
    bounds = selected.list_ranges(context.page)
    found = session_rows.load_range_sessions(reader, bounds)
    matching = session_rows.search_sessions(found, selected.text)
    sessions = session_rows.sort_sessions(matching, selected.order)
    shown = list_page.ListPage(selected.page_number, len(sessions))
    return shown, shown.select(sessions)


def _describe_times(
    selected: selection.PageSelection, context: RequestContext
) -> str:
    """Return the selected times in words; empty if all are."""
    if not selected.has_times:
        return ""
    parts = [timeline.format_range(selected.days, context.page)]
    if selected.weekday is not None:
        days = context.page.translator.locale.days
        parts.append(days[selected.weekday])
    if selected.hour is not None:
        parts.append(context.page.format_hour(selected.hour))
    return " \N{MIDDLE DOT} ".join(parts)


def show_session(
    request: Request, context: RequestContext, session_id: str
) -> Response:
    """Show a session: growth, models and its responses."""
    selected = selection.parse_selection(request.args, context.page)
    with context.store.open() as opened:
        listing = (
            usage_queries.find_session(opened.reader, session_id)
            if opened
            else None
        )
        if listing is None or opened is None:
            raise NotFound
        (row,) = session_rows.build_session_rows(
            opened.reader, [session_rows.from_listing(listing)], context.page
        )
        records = usage_queries.list_session_records(opened.reader, session_id)
    shown = list_page.ListPage(selected.page_number, len(records))
    return context.render(
        "session",
        session=row,
        curves=session_curve.build_session_curves(
            [(r.at_ms, r.tokens.prompt, r.cost) for r in records],
            context.page,
        ),
        records=[
            (from_epoch_ms(record.at_ms), record)
            for record in shown.select(_sort_records(records, selected.order))
        ],
        list_page=shown,
        order=selected.order,
    )


def _sort_records(
    records: list[RecordListing], order: rows.SortOrder
) -> list[RecordListing]:
    key = _RECORD_KEYS.get(order.key, _RECORD_KEYS["time"])
    return sorted(records, key=key, reverse=order.is_reversed)


class LiveUsage(NamedTuple):
    """Usage of a session, and its last response."""

    row: rows.SessionTableRow
    last: RecordListing


class LiveRow(NamedTuple):
    """
    A session that is running or has just ended.

    Attributes:
        session: What it does.
        state: The same in words.
        title: Its name, else that of its project.
        project: Name of its project.
        model: Readable name of its model; empty before its first response.
        resume: Command that resumes it.
        usage: None before its first response.
        cache: When its prompt cache goes cold; empty if unknown or ended.
    """

    session: SessionInUse
    state: str
    title: str
    project: str
    model: str
    resume: str
    usage: LiveUsage | None
    cache: str = ""

    @property
    def since(self) -> datetime | None:
        """Time since which it is in its state."""
        since_ms = self.session.since_ms
        return from_epoch_ms(since_ms) if since_ms else None

    @property
    def last_at(self) -> datetime | None:
        """Time of its last response."""
        return self.usage and from_epoch_ms(self.usage.last.at_ms)


def read_live_mark(context: RequestContext) -> str:
    """Return a text that changes with the files of running sessions."""
    running = live_sessions.read_running(context.app.engine_config())
    states = [(s.process_id, s.state, s.since_ms) for s in running or ()]
    return f".{zlib.crc32(repr(states).encode()):x}"


def show_live(request: Request, context: RequestContext) -> Response:
    """Show the sessions that are running or have just ended."""
    del request
    found: list[LiveRow] = []
    cut_off: tuple[live_text.CutOffRow, ...] = ()
    page = context.page
    with context.store.open() as opened:
        if opened is not None:
            live = live_sessions.load_live(
                opened.reader,
                context.app.engine_config(),
                to_epoch_ms(page.now),
            )
            found = _build_live(opened.reader, live.in_use, context)
            cut_off = live_text.build_cut_off_rows(
                live.cut_off,
                ViewContext(page.now, None, page.zone, page.translator),
            )
    return context.render("live_sessions", sessions=found, cut_off=cut_off)


def _build_live(
    reader: Reader, found: Sequence[SessionInUse], context: RequestContext
) -> list[LiveRow]:
    page = context.page
    labels = build_unique_labels([session.project for session in found])
    wakes = live_sessions.load_wake_costs(
        reader, context.app.engine_config(), found, to_epoch_ms(page.now)
    )
    return [
        LiveRow(
            session,
            live_text.format_session_state(session, page.translator),
            session.title or labels[session.project],
            labels[session.project],
            live_text.format_session_model(session),
            page_paths.build_resume_command(session.path, session.uuid),
            _load_usage(reader, session.uuid, context),
            live_text.format_running_cache(
                session, page.now, page.translator, wakes
            ),
        )
        for session in found
    ]


def _load_usage(
    reader: Reader, session_id: str, context: RequestContext
) -> LiveUsage | None:
    listing = usage_queries.find_session(reader, session_id)
    if listing is None:
        return None
    (row,) = session_rows.build_session_rows(
        reader, [session_rows.from_listing(listing)], context.page
    )
    records = usage_queries.list_session_records(reader, session_id)
    return LiveUsage(row, records[-1]) if records else None
