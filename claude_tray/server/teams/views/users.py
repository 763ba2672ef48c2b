"""Pages that manage users and their tokens, and one's own data."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from claude_tray.server.accounts import api_tokens, sign_ins
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.dashboard.views.base import (
    ListPage,
    get_page_context,
    parse_page_number,
    translate_django,
)
from claude_tray.server.teams import access, audit, data_export, users
from claude_tray.server.teams.views.base import (
    render_team_page,
    report_failure,
    report_success,
)
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.accounts.models import User


@login_required
@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    """List the users that the signed-in one may manage."""
    page, actor = get_page_context(request), require_user(request)
    managed = access.filter_managed_users(actor)
    if not managed.exists():
        raise PermissionDenied
    search = make_visible(request.GET.get("q", ""))
    managed = managed.filter(
        Q(username__icontains=search) | Q(email__icontains=search)
    )
    list_page = ListPage(parse_page_number(request), managed.count())
    rows = managed.order_by("username")[list_page.offset :][: list_page.size]
    values = {"users": list(rows), "list_page": list_page, "search": search}
    return render_team_page(request, "users", None, page, values)


@login_required
@require_safe
def user_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one user and their tokens."""
    page, actor = get_page_context(request), require_user(request)
    subject = access.require_managed_user(actor, user_id)
    values = {
        "subject": subject,
        "tokens": [
            (token, token.is_valid(page.now))
            for token in (
                *api_tokens.list_api_tokens(subject),
                *sign_ins.list_sign_ins(subject, page.now),
            )
        ],
    }
    return render_team_page(request, "user", None, page, values)


def _user_action(
    view: Callable[..., None],
) -> Callable[..., HttpResponse]:
    """Decorate a view that changes a managed user."""

    @login_required
    @require_POST
    @wraps(view)
    def change(
        request: HttpRequest, user_id: int, **values: Any
    ) -> HttpResponse:
        actor = require_user(request)
        subject = access.require_managed_user(actor, user_id)
        page = get_page_context(request)
        try:
            with translate_django(page.translator):
                view(request, actor, subject, **values)
        except ValidationError as error:
            report_failure(request, " ".join(error.messages))
        if access.filter_managed_users(actor).filter(pk=user_id).exists():
            return redirect("teams:user", user_id)
        return redirect("teams:list")

    return change


@_user_action
def rename(request: HttpRequest, actor: User, subject: User) -> None:
    """Rename a user."""
    users.rename_user(actor, subject, request.POST.get("name", ""))


@_user_action
def set_active(request: HttpRequest, actor: User, subject: User) -> None:
    """Deactivate a user or undo it; nobody locks themselves out."""
    is_active = request.POST.get("active") == "1"
    gettext = get_page_context(request).translator.gettext
    if subject.pk == actor.pk:
        report_failure(request, gettext("You cannot deactivate yourself."))
    else:
        users.set_user_active(actor, subject, is_active=is_active)


@_user_action
def delete(request: HttpRequest, actor: User, subject: User) -> None:
    """Delete a user after the name is entered."""
    gettext = get_page_context(request).translator.gettext
    if not _is_confirmed(request, subject):
        return
    name = subject.username
    users.delete_user(actor, subject)
    report_success(request, gettext("{name} is deleted.", name=name))


@_user_action
def revoke_token(
    request: HttpRequest, actor: User, subject: User, jti: str
) -> None:
    """Revoke a token of a user, or sign a program out."""
    page = get_page_context(request)
    token = api_tokens.revoke_token(subject, jti, page.now)
    if token is not None:
        audit.record(
            actor, audit.Action.TOKEN_REVOKED, subject, str(token.name)
        )
        text = page.translator.gettext(
            "The token is revoked and no longer works."
        )
        report_success(request, text)


@login_required
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """Show how to export and delete one's own data."""
    page = get_page_context(request)
    return render_team_page(request, "my_data", None, page, {})


@login_required
@require_POST
def export_own_data(request: HttpRequest) -> StreamingHttpResponse:
    """Send everything that is stored about the user as a ZIP archive."""
    user = require_user(request)
    audit.record(user, audit.Action.DATA_EXPORTED, user)
    response = StreamingHttpResponse(
        data_export.iter_archive(user), content_type="application/zip"
    )
    response["Content-Disposition"] = (
        'attachment; filename="claude-tray-data.zip"'
    )
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def delete_own_data(request: HttpRequest) -> HttpResponse:
    """Delete the user after the name is entered."""
    user = require_user(request)
    if not _is_confirmed(request, user):
        return redirect("teams:my-data")
    logout(request)
    users.delete_user(user, user)
    return redirect("pages:sign-in")


def _is_confirmed(request: HttpRequest, subject: User) -> bool:
    if request.POST.get("confirm", "").strip() == subject.username:
        return True
    gettext = get_page_context(request).translator.gettext
    report_failure(
        request, gettext("The name differs, so nothing was deleted.")
    )
    return False
