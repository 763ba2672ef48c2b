"""A person's account: device tokens and the password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from claude_tray.server.accounts import tokens
from claude_tray.server.accounts.person import person_of
from claude_tray.server.dashboard.views.page import show, viewer_at

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_LONGEST_NAME: Final = 255
_BAD_REQUEST: Final = 400


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show the device tokens, and how to change the password."""
    return _shown(request, {})


@login_required
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a device token and show it, this once."""
    name = request.POST.get("machine", "").strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        told = {"token_error": "Give the machine a name of one line."}
        return _shown(request, told, _BAD_REQUEST)
    token = tokens.create(person_of(request), name, viewer_at(request).now)
    return _shown(request, {"fresh": {"name": name, "token": token}})


@login_required
@require_POST
def revoke_token(request: HttpRequest, jti: str) -> HttpResponse:
    """Refuse a device token from now on."""
    if tokens.revoke(person_of(request), jti, viewer_at(request).now):
        messages.success(
            request, "The token is revoked. It cannot send any more."
        )
    return redirect("pages:account")


@sensitive_post_parameters()
@login_required
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password; other browsers are signed out by it."""
    form = PasswordChangeForm(person_of(request), request.POST)
    if not form.is_valid():
        errors = [text for found in form.errors.values() for text in found]
        return _shown(request, {"password_errors": errors}, _BAD_REQUEST)
    update_session_auth_hash(request, form.save())
    messages.success(request, "The password is changed.")
    return redirect("pages:account")


def _shown(
    request: HttpRequest,
    more: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    viewer = viewer_at(request)
    values = {
        "person": person_of(request),
        "told": list(messages.get_messages(request)),
        "tokens": [
            (token, token.is_valid(viewer.now))
            for token in tokens.listing(person_of(request))
        ],
        **more,
    }
    return show(request, "account", viewer, values, status)
