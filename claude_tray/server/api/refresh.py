"""POST refresh/: ingest the Claude folder of the server's own machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.protocol.server_api import RefreshResult
from claude_tray.server import local_refresh
from claude_tray.server.accounts.permissions import CanRefresh, require_user
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.serializers import format_timestamp
from claude_tray.server.errors import NothingToRefreshError

if TYPE_CHECKING:
    from rest_framework.request import Request


class RefreshView(APIView):
    """Ingest new lines of the local transcripts."""

    permission_classes = (CanRefresh,)

    @describe_endpoint("refresh", RefreshResult, error_statuses=(409, 507))
    def post(self, request: Request) -> Response:
        now = timezone.now()
        try:
            result = local_refresh.refresh_local_usage(
                require_user(request), now
            )
        except local_refresh.NoTranscriptFolderError as error:
            detail = f"{error.summary} {error.hint}"
            raise NothingToRefreshError(detail) from error
        body: RefreshResult = {
            "status": "success",
            "message": f"Read {result.files_read} files",
            **result._asdict(),  # type: ignore[typeddict-item]
            "timestamp": format_timestamp(now) or "",
        }
        return Response(body)
