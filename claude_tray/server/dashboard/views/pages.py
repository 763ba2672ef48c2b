"""Pages of projects, sessions and machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.server import local_refresh
from claude_tray.server.accounts.permissions import can_refresh, require_user
from claude_tray.server.api.usage import DashboardView
from claude_tray.server.dashboard.page_context import load_page_etag
from claude_tray.server.dashboard.page_data import (
    load_overview,
    load_project_usage,
    load_session_usage,
)
from claude_tray.server.dashboard.project_days import load_project_days
from claude_tray.server.dashboard.selection import (
    list_filter_options,
    parse_selection,
)
from claude_tray.server.dashboard.tables import build_machine_rows
from claude_tray.server.dashboard.views.base import (
    ListPage,
    get_page_context,
    parse_page_number,
    prefers_html,
    render_page,
)
from claude_tray.server.pricing import get_price_table
from claude_tray.server.usage.queries import listings, machines
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.web import charts, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from claude_tray.web.page_context import PageContext


def can_refresh_local(request: HttpRequest) -> bool:
    """Return whether the user may refresh and there are transcripts."""
    return can_refresh(request) and local_refresh.has_transcripts()


@login_required
@require_POST
def refresh_local(request: HttpRequest) -> HttpResponse:
    """Ingest new lines of this machine's transcripts and report how many."""
    user = require_user(request)
    if not can_refresh(request):
        raise PermissionDenied
    try:
        result = local_refresh.refresh_local_usage(user, timezone.now())
    except local_refresh.NoTranscriptFolderError as error:
        messages.error(request, f"{error.summary} {error.hint}")
    else:
        translator = get_page_context(request).translator
        text = translator.ngettext(
            "Read {files} files: {n} new message.",
            "Read {files} files: {n} new messages.",
            result.messages_added,
            files=translator.format_integer(result.files_read),
        )
        messages.success(request, text)
    return redirect("pages:machines")


@login_required
@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """Show the window and the usage by time, project, model and machine."""
    return _render_overview(request, "overview")


@csrf_exempt
def dashboard_page(request: HttpRequest) -> HttpResponse:
    """Show the overview to a browser; send programs its data as JSON."""
    if prefers_html(request) and "Authorization" not in request.headers:
        return overview_page(request)
    response: HttpResponse = DashboardView.as_view()(request)
    patch_vary_headers(response, ["Accept"])
    return response


@require_safe
def live_fragment(request: HttpRequest) -> HttpResponse:
    """
    Render the main part of the overview, or 204 if it has not changed.

    Polling pages send the ETag of what they show. If it is current, three
    small queries suffice and htmx keeps the page. Without an ETag the user
    has changed the selection.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    etag = load_page_etag(
        require_user(request).pk, get_page_context(request).now
    )
    client_etag = request.GET.get("mark")
    if client_etag is not None and etag.matches(client_etag):
        return HttpResponse(status=204)
    response = _render_overview(request, "live")
    if client_etag is None:
        address = f"{reverse('pages:overview')}?{request.GET.urlencode()}"
        response.headers["HX-Push-Url"] = address
    return response


def _render_overview(request: HttpRequest, template: str) -> HttpResponse:
    context = get_page_context(request)
    user = require_user(request).pk
    selection = parse_selection(request.GET)
    # Load it first: data that arrives during rendering is fetched next time.
    etag = load_page_etag(user, context.now)
    values = load_overview(user, selection, context)
    values["live_url"] = _build_live_url(
        request, etag.to_text(values["card"].ends_at)
    )
    values["filters"] = list_filter_options(user, selection, context)
    values["can_refresh_local"] = not values["machines"] and can_refresh_local(
        request
    )
    values["base_url"] = request.build_absolute_uri("/").rstrip("/")
    return render_page(request, template, context, values)


def _build_live_url(request: HttpRequest, etag: str) -> str:
    query = request.GET.copy()
    query["mark"] = etag
    return f"{reverse('pages:live')}?{query.urlencode()}"


_DEFAULT_ORDER: Final = "used"


@login_required
@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """List all projects."""
    order = request.GET.get("sort", _DEFAULT_ORDER)
    user, selection = require_user(request).pk, parse_selection(request.GET)
    context = get_page_context(request)
    ranked_rows = rows.rank_rows(
        rows.RankedRow(
            usage.name,
            usage.totals,
            sessions=usage.sessions,
            last_at=from_epoch_ms(usage.last_ms or 0),
        )
        for usage in listings.list_project_usage(selection.to_filters(user))
    )
    sorted_rows = rows.sort_rows(ranked_rows, order)
    page = ListPage(parse_page_number(request), len(sorted_rows))
    values = {
        "rows": sorted_rows[page.offset : page.offset + page.size],
        "list_page": page,
        "order": order,
        "filters": list_filter_options(user, selection, context),
    }
    return render_page(request, "projects", context, values)


@login_required
@require_safe
def project_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a project with its models, machines and sessions."""
    filters = Filters(require_user(request).pk)
    usage = listings.get_project_usage(filters, name)
    if usage is None:
        raise Http404
    context = get_page_context(request)
    gettext = context.translator.gettext
    page = parse_page_number(request)
    session_rows, count = _load_session_rows(
        filters, page, context, project_name=name
    )
    day_count = parse_selection(request.GET).days
    days, recent_tiles = load_project_days(
        filters.user, name, day_count, context
    )
    model_usage = listings.list_model_usage(filters, name)
    machine_usage = listings.list_machine_usage(filters, name)
    values = {
        "project": usage,
        "tiles": (
            *recent_tiles,
            rows.UsageTile(gettext("All time"), usage.totals),
        ),
        "days": days,
        "cost_shares": _build_cost_shares(
            load_project_usage(require_user(request).pk, name), context
        ),
        "cost_title": gettext("Cost of this project"),
        "models": rows.rank_rows(
            rows.RankedRow(m.name, m.totals) for m in model_usage
        ),
        "machine_usage": rows.rank_rows(
            rows.RankedRow(m.name or m.machine_id, m.totals)
            for m in machine_usage
        ),
        "rows": session_rows,
        "list_page": ListPage(page, count),
    }
    return render_page(request, "project", context, values)


@login_required
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """List all sessions, most recent first."""
    page_number = parse_page_number(request)
    user, selection = require_user(request).pk, parse_selection(request.GET)
    context = get_page_context(request)
    session_rows, count = _load_session_rows(
        selection.to_filters(user), page_number, context
    )
    values = {
        "rows": session_rows,
        "list_page": ListPage(page_number, count),
        "filters": list_filter_options(user, selection, context),
    }
    return render_page(request, "sessions", context, values)


@login_required
@require_safe
def session_page(request: HttpRequest, session_id: str) -> HttpResponse:
    """Show a session and the cost of each response."""
    usage = listings.get_session_usage(require_user(request).pk, session_id)
    if usage is None:
        raise Http404
    context = get_page_context(request)
    page = ListPage(parse_page_number(request), usage.totals.messages)
    records, count = listings.list_session_records(
        require_user(request).pk, usage.session_pk, page.size, page.offset
    )
    model_usage = load_session_usage(require_user(request).pk, session_id)
    values = {
        "session": rows.SessionTableRow.from_usage(usage, context),
        "cost_shares": _build_cost_shares(model_usage, context),
        "cost_title": context.translator.gettext("Cost of this session"),
        "models": rows.rank_rows(
            rows.RankedRow(u.model, u.totals) for u in model_usage
        ),
        "records": [
            (from_epoch_ms(record.at_ms), record) for record in records
        ],
        "list_page": page._replace(total=count),
    }
    return render_page(request, "session", context, values)


@login_required
@require_safe
def machine_list(request: HttpRequest) -> HttpResponse:
    """List the machines with their last sync, clock and usage."""
    user, context = require_user(request), get_page_context(request)
    totals_by_machine = {
        usage.machine_id: usage.totals
        for usage in listings.list_machine_usage(Filters(user.pk))
    }
    values = {
        "machines": build_machine_rows(
            machines.list_machines(user.pk), totals_by_machine, context
        ),
        "messages": list(get_messages(request)),
        "can_refresh_local": can_refresh_local(request),
    }
    return render_page(request, "machines", context, values)


def _load_session_rows(
    filters: Filters,
    page_number: int,
    context: PageContext,
    project_name: str | None = None,
) -> tuple[tuple[rows.SessionTableRow, ...], int]:
    page = ListPage(page_number, 0)
    usages, count = listings.list_session_usage(
        filters,
        project=project_name,
        limit=page.size,
        offset=page.offset,
    )
    return tuple(
        rows.SessionTableRow.from_usage(usage, context) for usage in usages
    ), count


def _build_cost_shares(
    usages: Sequence[charts.PricedUsage], context: PageContext
) -> tuple[charts.TokenCostShare, ...]:
    at_ms = to_epoch_ms(context.now)
    return charts.build_cost_shares(usages, get_price_table(), at_ms, context)
