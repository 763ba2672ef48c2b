"""The history: bars, hours of the week, and the lists of the chosen days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.local_page import selection, session_rows, usage
from claude_tray.store import range_usage
from claude_tray.web import timeline

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext


_MAX_SESSIONS: Final = 20
_MAX_PROJECTS: Final = 20


def show_history(request: Request, context: RequestContext) -> Response:
    """Show the usage of some days; a bar or an hour leads to its own."""
    selected = selection.parse_selection(request.args, context.page)
    unit = request.args.get("by", "")
    with context.store.open() as opened:
        if opened is None:
            return context.render("history", is_new=True)
        local = usage.load_usage(opened, context)
        values = usage.load_timeline(local, selected.days, unit)
        bounds = selected.list_ranges(context.page)
        heatmap = usage.load_heatmap(local, selected.days)
        projects = usage.load_projects(local, bounds, selected.order)
        session_count = range_usage.count_range_sessions(local.reader, bounds)
        table_rows = session_rows.build_session_rows(
            local.reader,
            session_rows.load_first_sessions(
                local.reader, bounds, selected.order, _MAX_SESSIONS
            ),
            context.page,
        )
    models = values["models_by_name"]
    return context.render(
        "history",
        is_new=False,
        order=selected.order,
        heatmap=heatmap,
        units=timeline.list_units(selected.days, unit, context.page),
        models=usage.rank_models(models, selected.order),
        unpriced_models=usage.list_unpriced(models),
        projects=projects[:_MAX_PROJECTS],
        project_count=len(projects),
        sessions=table_rows,
        session_count=session_count,
        **values,
    )
