"""The overview, its live updates, and the refresh of local usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
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
from claude_tray.server.api.dashboard import DashboardView
from claude_tray.server.dashboard.page_context import load_page_etag
from claude_tray.server.dashboard.page_data import load_overview
from claude_tray.server.dashboard.selection import (
    list_filter_options,
    parse_selection,
)
from claude_tray.server.dashboard.views.base import (
    get_page_context,
    prefers_html,
    render_page,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    from claude_tray.server.accounts.models import User


def can_refresh_local(user: User) -> bool:
    """Return whether the user may refresh and there are transcripts."""
    return can_refresh(user) and local_refresh.has_transcripts()


@login_required
@require_POST
def refresh_local(request: HttpRequest) -> HttpResponse:
    """Ingest new lines of this machine's transcripts and report how many."""
    user = require_user(request)
    if not can_refresh(user):
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
    response = _render_overview(request, "_live")
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
    if not values["machines"]:
        values["can_refresh_local"] = can_refresh_local(require_user(request))
    values["base_url"] = request.build_absolute_uri("/").rstrip("/")
    return render_page(request, template, context, values)


def _build_live_url(request: HttpRequest, etag: str) -> str:
    query = request.GET.copy()
    query["mark"] = etag
    return f"{reverse('pages:live')}?{query.urlencode()}"
