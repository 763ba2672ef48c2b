"""The first page, and what of it is looked at again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from claude_tray.server.accounts.person import person_of
from claude_tray.server.api.dashboard import DashboardView
from claude_tray.server.dashboard.choosing import choice_of, options_for
from claude_tray.server.dashboard.gathering import overview_of
from claude_tray.server.dashboard.views.errors import is_for_browsers
from claude_tray.server.dashboard.views.page import show, viewer_at
from claude_tray.server.dashboard.views.reading import can_read_here
from claude_tray.server.dashboard.watch import mark_of

if TYPE_CHECKING:
    from django.http import HttpRequest


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the window, what was used, by whom and when."""
    return _shown(request, "overview")


@csrf_exempt
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the first page to a browser; answer programs with its figures."""
    if is_for_browsers(request) and "Authorization" not in request.headers:
        return overview(request)
    answer: HttpResponse = DashboardView.as_view()(request)
    patch_vary_headers(answer, ["Accept"])
    return answer


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """
    Answer the middle of the page, or that nothing changed since it was made.

    That costs three small queries and is told by 204, for which htmx leaves
    the page alone. Without a mark, a person has chosen something else.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    mark = mark_of(person_of(request).pk, viewer_at(request).now)
    told = request.GET.get("mark")
    if told is not None and mark.is_as(told):
        return HttpResponse(status=204)
    response = _shown(request, "_live")
    if told is None:
        address = f"{reverse('pages:overview')}?{request.GET.urlencode()}"
        response.headers["HX-Push-Url"] = address
    return response


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    viewer = viewer_at(request)
    user = person_of(request).pk
    choice = choice_of(request.GET)
    # Before the rest is read: what comes in between is shown once more.
    mark = mark_of(user, viewer.now)
    values = overview_of(user, choice, viewer)
    values["live_url"] = _live_url(request, mark.text(values["card"].until))
    values["filters"] = options_for(user, choice)
    if not values["machines"]:
        values["can_read_here"] = can_read_here(person_of(request))
    values["base_url"] = request.build_absolute_uri("/").rstrip("/")
    return show(request, template, viewer, values)


def _live_url(request: HttpRequest, mark: str) -> str:
    query = request.GET.copy()
    query["mark"] = mark
    return f"{reverse('pages:live')}?{query.urlencode()}"
