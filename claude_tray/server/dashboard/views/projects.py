"""The list of projects, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from claude_tray.core.time import from_epoch_ms
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.dashboard.project_days import load_project_timeline
from claude_tray.server.dashboard.selection import (
    Selection,
    limit_to_days,
    list_filter_options,
    parse_selection,
)
from claude_tray.server.dashboard.views.base import (
    ListPage,
    build_cost_shares,
    get_page_context,
    parse_page_number,
    render_page,
)
from claude_tray.server.dashboard.views.sessions import load_session_rows
from claude_tray.server.usage.projects import find_new_name
from claude_tray.server.usage.queries import listings, machines
from claude_tray.server.usage.queries.priced_usage import load_project_usage
from claude_tray.web import rows, timeline
from claude_tray.web.ranges import list_presets

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.usage.queries.filters import Filters
    from claude_tray.web.page_context import PageContext


@login_required
@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """List all projects."""
    context = get_page_context(request)
    user = require_user(request).pk
    selection = parse_selection(request.GET, context)
    listed = load_project_rows(user, selection, context)
    page = ListPage(parse_page_number(request), len(listed))
    values = {
        "rows": listed[page.offset : page.offset + page.size],
        "list_page": page,
        "order": selection.order,
        "search": selection.text,
        "range_label": format_selected_days(selection, context),
        "filters": [
            options
            for options in list_filter_options(
                user, selection, machines.list_machines(user), context
            )
            if options.field != "project"
        ],
    }
    return render_page(request, "projects", context, values)


def load_project_rows(
    user: int, selection: Selection, context: PageContext
) -> tuple[rows.RankedRow, ...]:
    """Load the selected projects in the selected order."""
    text = selection.text.casefold()
    filters = select_days(user, selection, context)
    ranked_rows = rows.rank_rows(
        rows.RankedRow(
            usage.name,
            usage.totals,
            sessions=usage.sessions,
            last_at=from_epoch_ms(usage.last_ms or 0),
        )
        for usage in listings.list_project_usage(filters)
        if text in usage.name.casefold() or text in usage.path.casefold()
    )
    return rows.sort_rows(
        sorted(ranked_rows, key=rows.get_recency, reverse=True),
        selection.order,
        sessions=lambda row: row.sessions,
        used=rows.get_recency,
    )


def select_days(
    user: int, selection: Selection, context: PageContext
) -> Filters:
    """Return the filters of a list: all time unless days are selected."""
    filters = selection.to_filters(user)
    if not selection.has_days:
        return filters
    return limit_to_days(filters, selection.days, context)


def format_selected_days(selection: Selection, context: PageContext) -> str:
    if selection.has_days:
        return timeline.format_range(selection.days, context)
    return context.translator.gettext("All time")


@login_required
@require_safe
def project_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a project with its models, machines and sessions."""
    user = require_user(request).pk
    context = get_page_context(request)
    selection = parse_selection(request.GET, context)
    filters = selection.to_filters(user)
    usage = listings.get_project_usage(filters, name)
    if usage is None:
        return _redirect_to_new_name(request, user, name)
    page = parse_page_number(request)
    shown = select_days(user, selection, context)
    infos = machines.list_machines(user)
    session_rows, count = load_session_rows(
        shown, selection._replace(project=name), page, infos, context
    )
    over_time = load_project_timeline(filters, name, selection.days, context)
    gettext = context.translator.gettext
    all_time = rows.UsageTile(gettext("All time"), usage.totals)
    values = {
        "project": usage,
        "tiles": (*over_time.tiles, all_time),
        "timeline": over_time.timeline,
        "change": over_time.change,
        "presets": list_presets(context.translator),
        "cost_shares": build_cost_shares(
            load_project_usage(user, name), context
        ),
        "cost_title": gettext("Cost of this project"),
        "rows": session_rows,
        "list_page": ListPage(page, count),
        "order": selection.order,
        "range_label": format_selected_days(selection, context),
        "filters": [
            options
            for options in list_filter_options(user, selection, infos, context)
            if options.field != "project"
        ],
        **_load_breakdown(shown, name, selection),
    }
    return render_page(request, "project", context, values)


def _redirect_to_new_name(
    request: HttpRequest, user: int, name: str
) -> HttpResponse:
    """
    Redirect to the page of a project that was renamed.

    Raises:
        Http404: No project had that name.
    """
    new_name = find_new_name(user, name)
    if new_name is None or new_name == name:
        raise Http404
    query = request.GET.urlencode()
    return redirect(
        reverse("pages:project", args=[new_name]) + (query and f"?{query}")
    )


def _load_breakdown(
    filters: Filters, name: str, selection: Selection
) -> dict[str, object]:
    """Load the models and machines of a project."""
    models = rows.rank_rows(
        rows.RankedRow(m.name, m.totals)
        for m in listings.list_model_usage(filters, name)
    )
    used_machines = rows.rank_rows(
        rows.RankedRow(m.name or m.machine_id, m.totals, link=m.machine_id)
        for m in listings.list_machine_usage(filters, name)
    )
    return {
        "models": rows.sort_rows(models, selection.order),
        "machine_usage": rows.sort_rows(used_machines, selection.order),
    }
