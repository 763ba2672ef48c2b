"""Pages that accept an invitation, with or without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from claude_tray.server.accounts.models import User
from claude_tray.server.dashboard.views.base import (
    get_page_context,
    translate_django,
)
from claude_tray.server.teams import invitations, memberships, page_values
from claude_tray.server.teams.views.base import render_team_page, report_error

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.teams.models import Invitation


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation and accept it."""
    page = get_page_context(request)
    invitation = invitations.find_open_invitation(token, page.now)
    if invitation is None:
        return _render(request, None, {"errors": []})
    if request.method != "POST":
        return _render(request, invitation, {"errors": []})
    try:
        if isinstance(request.user, User):
            invitations.accept_invitation(invitation, request.user, page.now)
        else:
            _join_as_new_user(request, invitation)
    except memberships.TeamRuleError as error:
        report_error(request, error)
        return redirect("teams:join", token)
    except ValidationError as error:
        return _render(request, invitation, {"errors": error.messages})
    return redirect("teams:overview", invitation.team_id)


def _join_as_new_user(request: HttpRequest, invitation: Invitation) -> None:
    form, page = request.POST, get_page_context(request)
    new_user = invitations.NewUser(
        form.get("username", "").strip(),
        form.get("email", "").strip(),
        form.get("password", ""),
    )
    if "\0" in "".join(new_user):
        raise Http404
    # Django translates the errors of its own validators.
    with translate_django(page.translator):
        user = invitations.accept_as_new_user(invitation, new_user, page.now)
    login(request, user, settings.AUTHENTICATION_BACKENDS[0])


def _render(
    request: HttpRequest,
    invitation: Invitation | None,
    values: dict[str, Any],
) -> HttpResponse:
    page = get_page_context(request)
    role = page_values.format_role(invitation.role, page) if invitation else ""
    values |= {"invitation": invitation, "role": role, "form": request.POST}
    response = render_team_page(request, "team_join", None, page, values)
    if invitation is None:
        response.status_code = 404
    return response
