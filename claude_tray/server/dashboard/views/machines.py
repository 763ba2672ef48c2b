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
from claude_tray.server.usage import machines

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_POST
def revoke_machine(request: HttpRequest) -> HttpResponse:
    """Refuse what a machine sends, whatever token it has."""
    user, machine_id = require_user(request).pk, _parse_machine_id(request)
    if not machines.revoke_machine(user, machine_id, timezone.now()):
        raise Http404
    gettext = get_page_context(request).translator.gettext
    messages.success(request, gettext("The machine can no longer sync."))
    return redirect("pages:machines")


@login_required
@require_POST
def allow_machine(request: HttpRequest) -> HttpResponse:
    """Allow a revoked machine to sync again."""
    if not machines.allow_machine(
        require_user(request).pk, _parse_machine_id(request)
    ):
        raise Http404
    gettext = get_page_context(request).translator.gettext
    messages.success(request, gettext("The machine can sync again."))
    return redirect("pages:machines")


def _parse_machine_id(request: HttpRequest) -> str:
    machine_id = request.POST.get("machine_id", "")
    if "\0" in machine_id:
        raise Http404
    return machine_id
