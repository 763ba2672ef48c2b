"""Actions of the machines page: revoke a machine, or allow it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.dashboard.views.base import get_page_context
from claude_tray.server.usage.machines import set_machine_revoked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_POST
def revoke_machine(request: HttpRequest) -> HttpResponse:
    """Refuse what a machine sends, whatever token it has."""
    _change_machine(request, is_revoked=True)
    gettext = get_page_context(request).translator.gettext
    messages.success(request, gettext("The machine can no longer sync."))
    return redirect("pages:machines")


@login_required
@require_POST
def allow_machine(request: HttpRequest) -> HttpResponse:
    """Allow a revoked machine to sync again."""
    _change_machine(request, is_revoked=False)
    gettext = get_page_context(request).translator.gettext
    messages.success(request, gettext("The machine can sync again."))
    return redirect("pages:machines")


def _change_machine(request: HttpRequest, *, is_revoked: bool) -> None:
    user, machine_id = require_user(request), request.POST.get("machine_id")
    if not set_machine_revoked(
        user,
        machine_id or "",
        timezone.now(),
        is_revoked=is_revoked,
        actor=user,
    ):
        raise Http404
