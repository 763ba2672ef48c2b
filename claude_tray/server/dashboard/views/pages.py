"""The overview, its live part, and the page of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from claude_tray.server import local_refresh
from claude_tray.server.accounts.permissions import can_refresh, require_user
from claude_tray.server.api.usage import DashboardView
from claude_tray.server.dashboard.page_context import build_page_etag
from claude_tray.server.dashboard.page_data import (
    load_overview,
)
from claude_tray.server.dashboard.selection import parse_selection
from claude_tray.server.dashboard.tables import (
    build_machine_rows,
    get_sync_time,
)
from claude_tray.server.dashboard.views.base import (
    get_page_context,
    prefers_html,
    render_page,
)
from claude_tray.server.usage.queries import listings, machines
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.web import rows
from claude_tray.web.ranges import list_presets

if TYPE_CHECKING:
    from django.http import HttpRequest


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
    etag = build_page_etag(
        machines.list_machines(require_user(request).pk),
        get_page_context(request).now,
    )
    client_etag = request.GET.get("mark")
    if client_etag is not None and etag.matches(client_etag):
        return HttpResponse(status=204)
    response = _render_overview(request, "live")
    if "HX-Redirect" in response.headers:
        return response
    if client_etag is None:
        address = f"{reverse('pages:overview')}?{request.GET.urlencode()}"
        response.headers["HX-Push-Url"] = address
    return response


def _render_overview(request: HttpRequest, template: str) -> HttpResponse:
    context = get_page_context(request)
    user = require_user(request).pk
    selection = parse_selection(request.GET, context)
    if selection.project is not None:
        return _redirect_to_project(request, selection.project)
    # Load it first: data that arrives during rendering is fetched next time.
    infos = machines.list_machines(user)
    etag = build_page_etag(infos, context.now)
    values = load_overview(user, selection, infos, context)
    values["live_url"] = _build_live_url(
        request,
        etag.to_text(values["card"].ends_at if values["card"] else None),
    )
    values["order"] = selection.order
    values["presets"] = list_presets(context.translator)
    values["can_refresh_local"] = not values["machines"] and can_refresh_local(
        request
    )
    values["base_url"] = request.build_absolute_uri("/").rstrip("/")
    return render_page(request, template, context, values)


def _redirect_to_project(request: HttpRequest, name: str) -> HttpResponse:
    """A selected project has a page of its own."""
    query = request.GET.copy()
    for key in ("project", "mark"):
        query.pop(key, None)
    address = f"{reverse('pages:project', args=[name])}?{query.urlencode()}"
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _build_live_url(request: HttpRequest, etag: str) -> str:
    query = request.GET.copy()
    query["mark"] = etag
    return f"{reverse('pages:live')}?{query.urlencode()}"


@login_required
@require_safe
def machine_list(request: HttpRequest) -> HttpResponse:
    """List the machines with their last sync, clock and usage."""
    user, context = require_user(request), get_page_context(request)
    order = parse_selection(request.GET, context).order
    totals_by_machine = {
        usage.machine_id: usage.totals
        for usage in listings.list_machine_usage(Filters(user.pk))
    }
    values = {
        "machines": rows.sort_rows(
            build_machine_rows(
                machines.list_machines(user.pk), totals_by_machine, context
            ),
            order,
            synced=get_sync_time,
        ),
        "order": order,
        "messages": list(get_messages(request)),
        "can_refresh_local": can_refresh_local(request),
    }
    return render_page(request, "machines", context, values)
