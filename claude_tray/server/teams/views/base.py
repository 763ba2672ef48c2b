"""Open a team for a request, and report broken rules as messages."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.dashboard.views.base import (
    get_page_context,
    render_page,
)
from claude_tray.server.teams import access, memberships

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from claude_tray.web.page_context import PageContext


_READ: Final = ("GET", "HEAD")
_WRITE: Final = ("POST",)


def team_page(
    right: access.Right,
) -> Callable[
    [Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]
]:
    """Decorate a view of a team, which gets a TeamAccess instead of an ID."""
    return _open_team(right, _READ, "teams:list")


def team_action(
    right: access.Right, page: str
) -> Callable[
    [Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]
]:
    """
    Decorate a view that changes a team.

    Args:
        right: What the user must be allowed to do.
        page: Route of the team's page that shows a broken rule.
    """
    return _open_team(right, _WRITE, page)


def _open_team(
    right: access.Right, methods: tuple[str, ...], page: str
) -> Callable[
    [Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]
]:
    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
        @login_required
        @require_http_methods([*methods])
        @wraps(view)
        def open_team(
            request: HttpRequest, team_id: int, **values: Any
        ) -> HttpResponseBase:
            found = access.require_right(require_user(request), team_id, right)
            try:
                return view(request, found, **values)
            except memberships.TeamRuleError as error:
                report_error(request, error)
                return redirect(page, team_id)

        return open_team

    return decorate


def report_error(
    request: HttpRequest, error: memberships.TeamRuleError
) -> None:
    """Show a broken rule on the next page."""
    translator = get_page_context(request).translator
    report_failure(request, error.describe(translator.catalog.gettext))


def report_failure(request: HttpRequest, text: str) -> None:
    """Show a translated sentence about an error on the next page."""
    messages.error(request, text)


def report_success(request: HttpRequest, text: str) -> None:
    """Show a translated sentence on the next page."""
    messages.success(request, text)


def render_team_page(
    request: HttpRequest,
    template: str,
    team_access: access.TeamAccess | None,
    page: PageContext,
    values: dict[str, Any],
) -> HttpResponse:
    """Render a page with what all pages of teams need."""
    base_values = {
        "messages": list(messages.get_messages(request)),
        "access": team_access,
        "rights": access.Right,
        "user": request.user,
    }
    return render_page(request, template, page, {**base_values, **values})
