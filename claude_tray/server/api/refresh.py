"""POST refresh/: reads the Claude folder of the server's own machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.server import local
from claude_tray.server.accounts.permissions import MayRefresh
from claude_tray.server.accounts.person import person_of
from claude_tray.server.api.encode import moment
from claude_tray.server.api.schema import described
from claude_tray.server.problems import NoFolderError
from claude_tray.wire.server_api import Refreshed

if TYPE_CHECKING:
    from rest_framework.request import Request


class RefreshView(APIView):
    """Reads what is new in the local transcripts."""

    permission_classes = (MayRefresh,)

    @described("refresh", Refreshed, refuses=(409, 507))
    def post(self, request: Request) -> Response:
        now = timezone.now()
        try:
            gain = local.refresh(person_of(request), now)
        except local.NoFolderError as error:
            told = f"{error.summary} {error.hint}"
            raise NoFolderError(told) from error
        answer: Refreshed = {
            "status": "success",
            "message": f"Read {gain.files_read} files",
            **gain._asdict(),  # type: ignore[typeddict-item]
            "timestamp": moment(now) or "",
        }
        return Response(answer)
