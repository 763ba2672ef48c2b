"""The first page, and what of it is looked at again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from claude_tray.server.accounts.person import person_of
from claude_tray.server.api.dashboard import DashboardView
from claude_tray.server.dashboard.days import length_of
from claude_tray.server.dashboard.gathering import Choice, overview_of
from claude_tray.server.dashboard.views.errors import is_for_browsers
from claude_tray.server.dashboard.views.page import show, viewer_at
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
    Answer what changed since the page was made: nothing, or its middle.

    Nothing new costs three small queries and is told by 204, which htmx
    leaves the page alone for.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    mark = mark_of(person_of(request).pk, viewer_at(request).now)
    if mark.is_as(request.GET.get("mark", "")):
        return HttpResponse(status=204)
    return _shown(request, "_live")


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    viewer = viewer_at(request)
    user = person_of(request).pk
    choice = _choice(request)
    # Before the rest is read: what comes in between is shown once more.
    mark = mark_of(user, viewer.now)
    values = overview_of(user, choice, viewer)
    values["live_url"] = _live_url(request, mark.text(values["card"].until))
    values["choices"] = _choices(values)
    values["base_url"] = request.build_absolute_uri("/").rstrip("/")
    values["chosen_account"] = request.GET.get("account", "")
    return show(request, template, viewer, values)


def _choice(request: HttpRequest) -> Choice:
    return Choice(
        length_of(request.GET.get("days", "")),
        request.GET.get("machine") or None,
        _account(request.GET.get("account")),
    )


def _account(text: str | None) -> str | None:
    """Return an account's key; "-" stands for the unknown one, "" for all."""
    return {None: None, "": None, "-": ""}.get(text, text)


def _choices(values: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    return {
        "machines": [(m.machine_id, m.name) for m in values["machines"]],
        "accounts": [(row.link, row.name) for row in values["accounts"]],
    }


def _live_url(request: HttpRequest, mark: str) -> str:
    query = request.GET.copy()
    query["mark"] = mark
    return f"{reverse('pages:live')}?{query.urlencode()}"
