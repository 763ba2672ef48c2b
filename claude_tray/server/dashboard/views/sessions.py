"""The list of sessions, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.views.decorators.http import require_safe

from claude_tray.core.time import from_epoch_ms
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.dashboard.selection import (
    Selection,
    limit_to_days,
    list_filter_options,
    list_hours,
    parse_selection,
)
from claude_tray.server.dashboard.tables import name_machines
from claude_tray.server.dashboard.views.base import (
    ListPage,
    build_cost_shares,
    get_page_context,
    parse_page_number,
    render_page,
)
from claude_tray.server.usage.queries import (
    listings,
    machines,
    session_records,
)
from claude_tray.server.usage.queries.priced_usage import load_session_usage
from claude_tray.web import rows, timeline
from claude_tray.web.session_curve import build_session_curves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.usage.queries.filters import Filters
    from claude_tray.web.page_context import PageContext


@login_required
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """List the selected sessions."""
    context = get_page_context(request)
    page_number = parse_page_number(request)
    user = require_user(request).pk
    selection = parse_selection(request.GET, context)
    filters = selection.to_filters(user)
    if selection.has_days:
        filters = limit_to_days(filters, selection.days, context)
    infos = machines.list_machines(user)
    listed, count = load_session_rows(
        filters, selection, page_number, infos, context
    )
    values = {
        "rows": listed,
        "list_page": ListPage(page_number, count),
        "order": selection.order,
        "search": selection.text,
        "description": _describe_selection(selection, context),
        "filters": list_filter_options(user, selection, infos, context),
    }
    return render_page(request, "sessions", context, values)


def _describe_selection(selection: Selection, context: PageContext) -> str:
    """Name the selected time, as "Tue · 14:00 · last 30 days"."""
    parts = []
    if selection.weekday is not None:
        parts.append(context.translator.locale.days[selection.weekday])
    if selection.hour is not None:
        parts.append(context.format_hour(selection.hour))
    if selection.has_days or parts:
        parts.append(timeline.format_range(selection.days, context))
    return " \N{MIDDLE DOT} ".join(parts) or context.translator.gettext(
        "All time"
    )


def load_session_rows(
    filters: Filters,
    selection: Selection,
    page: int | ListPage,
    infos: Sequence[machines.MachineInfo],
    context: PageContext,
) -> tuple[tuple[rows.SessionTableRow, ...], int]:
    """
    Load a page of the selected sessions, and their number.

    Args:
        filters: User, sources and time range.
        selection: Project, text, hours and order.
        page: Page of the list; a number is that of a page of usual size.
        infos: The user's machines.
        context: Formats.
    """
    if isinstance(page, int):
        page = ListPage(page, 0)
    usages, count = listings.list_session_usage(
        filters,
        project=selection.project,
        search=listings.SessionSearch(
            selection.text,
            list_hours(selection, context),
            selection.order.key,
            selection.order.is_reversed,
        ),
        limit=page.size,
        offset=page.offset,
    )
    names = name_machines(infos, context)
    listed = rows.size_sessions(
        rows.SessionTableRow.from_usage(usage, names, context)
        for usage in usages
    )
    return listed, count


@login_required
@require_safe
def session_page(request: HttpRequest, session_id: str) -> HttpResponse:
    """Show a session, its growth, and the cost of each response."""
    user = require_user(request).pk
    usage = listings.get_session_usage(user, session_id)
    if usage is None:
        raise Http404
    context = get_page_context(request)
    order = parse_selection(request.GET, context).order
    page = ListPage(parse_page_number(request), usage.totals.messages)
    records, count = session_records.list_session_records(
        user,
        usage.session_pk,
        page.size,
        page.offset,
        order=order.key,
        is_reversed=order.is_reversed,
    )
    model_usage = load_session_usage(user, session_id)
    names = name_machines(machines.list_machines(user), context)
    values = {
        "session": rows.SessionTableRow.from_usage(usage, names, context),
        "curves": build_session_curves(
            session_records.list_session_growth(user, usage.session_pk),
            context,
        ),
        "cost_shares": build_cost_shares(model_usage, context),
        "cost_title": context.translator.gettext("Cost of this session"),
        "models": rows.sort_rows(
            rows.rank_rows(
                rows.RankedRow(u.model, u.totals) for u in model_usage
            ),
            order,
        ),
        "order": order,
        "records": [
            (from_epoch_ms(record.at_ms), record) for record in records
        ],
        "list_page": page._replace(total=count),
    }
    return render_page(request, "session", context, values)
