"""The list of projects, and the page of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound

from claude_tray.core.time import from_epoch_ms
from claude_tray.local_page import selection, session_rows, usage
from claude_tray.presentation.page_paths import build_project_key
from claude_tray.store import usage_queries
from claude_tray.web import list_page, rows

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext


def show_projects(request: Request, context: RequestContext) -> Response:
    """List all projects with the totals that `projects` prints."""
    selected = selection.parse_selection(request.args, context.page)
    with context.store.open() as opened:
        listings = usage_queries.list_projects(opened.reader) if opened else []
    wanted = selected.text.casefold()
    ranked = rows.rank_rows(
        rows.RankedRow(
            project.name,
            project.totals,
            sessions=project.sessions,
            last_at=from_epoch_ms(project.last_ms),
            link=build_project_key(project.path),
        )
        for project in listings
        if wanted in project.path.casefold()
        or wanted in project.name.casefold()
    )
    sorted_rows = rows.sort_rows(
        ranked,
        selected.order,
        sessions=lambda row: row.sessions,
        used=rows.get_recency,
    )
    shown = list_page.ListPage(selected.page_number, len(sorted_rows))
    return context.render(
        "projects",
        rows=shown.select(sorted_rows),
        list_page=shown,
        order=selected.order,
        search=selected.text,
        is_new=not listings,
    )


def show_project(
    request: Request, context: RequestContext, key: str
) -> Response:
    """Show a project's days, models and sessions."""
    selected = selection.parse_selection(request.args, context.page)
    with context.store.open() as opened:
        listings = usage_queries.list_projects(opened.reader) if opened else []
        project = next(
            (p for p in listings if build_project_key(p.path) == key), None
        )
        if project is None or opened is None:
            raise NotFound
        local = usage.load_usage(opened, context)
        values = usage.load_timeline(
            local, selected.days, request.args.get("by", ""), project.path
        )
        sessions = session_rows.sort_sessions(
            session_rows.load_range_sessions(
                local.reader,
                selected.list_ranges(context.page),
                project.path,
            ),
            selected.order,
        )
        shown = list_page.ListPage(selected.page_number, len(sessions))
        table_rows = session_rows.build_session_rows(
            local.reader, shown.select(sessions), context.page
        )
    models = values["models_by_name"]
    return context.render(
        "project",
        project=project,
        first_at=from_epoch_ms(project.first_ms),
        last_at=from_epoch_ms(project.last_ms),
        order=selected.order,
        models=usage.rank_models(models, selected.order),
        unpriced_models=usage.list_unpriced(models),
        rows=table_rows,
        list_page=shown,
        **values,
    )
