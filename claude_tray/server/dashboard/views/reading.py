"""Reading the transcripts of the server's own machine, by a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from claude_tray.server import local
from claude_tray.server.accounts.permissions import may_refresh
from claude_tray.server.accounts.person import person_of
from claude_tray.words.tongue import ENGLISH

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.accounts.models import User


def can_read_here(user: User) -> bool:
    """Tell whether there is something to read that a person may have read."""
    return may_refresh(user) and local.has_transcripts()


@login_required
@require_POST
def read_here(request: HttpRequest) -> HttpResponse:
    """Read what is new in this machine's transcripts, and tell how much."""
    user = person_of(request)
    if not may_refresh(user):
        raise PermissionDenied
    try:
        gain = local.refresh(user, timezone.now())
    except local.NoFolderError as error:
        messages.error(request, f"{error.summary} {error.hint}")
    else:
        added = ENGLISH.grouped(gain.messages_added)
        files = ENGLISH.grouped(gain.files_read)
        text = f"Read {files} files; {added} messages are new."
        messages.success(request, text)
    return redirect("pages:machines")
