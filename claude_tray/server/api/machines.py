"""GET machines/, PATCH and DELETE machines/<id>/: list and revoke machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.protocol.server_api import (
    MachineChange,
    MachineList,
    MachineState,
    RefreshResult,
)
from claude_tray.server import local_refresh
from claude_tray.server.accounts.permissions import (
    CanRead,
    CanRefresh,
    require_user,
)
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.serializers import (
    format_timestamp,
    parse_body,
    serialize_machine,
)
from claude_tray.server.errors import NothingToRefreshError
from claude_tray.server.usage import machines as writes
from claude_tray.server.usage.queries import machines

if TYPE_CHECKING:
    from rest_framework.request import Request


class MachinesView(APIView):
    """The machines that sync, and when each last did."""

    permission_classes = (CanRead,)

    @describe_endpoint("machines", MachineList)
    def get(self, request: Request) -> Response:
        infos = machines.list_machines(require_user(request).pk)
        body: MachineList = {
            "count": len(infos),
            "machines": [serialize_machine(info) for info in infos],
        }
        return Response(body)


class MachineView(APIView):
    """One machine."""

    @describe_endpoint("revoke_machine", None)
    def delete(self, request: Request, machine_id: str) -> Response:
        """Revoke a machine; its usage stays."""
        _change_machine(request, machine_id, is_revoked=True)
        return Response(status=204)

    @describe_endpoint("change_machine", MachineState, body_type=MachineChange)
    def patch(self, request: Request, machine_id: str) -> Response:
        """Revoke a machine, or allow it to send again."""
        change = parse_body(request, MachineChange)
        _change_machine(request, machine_id, is_revoked=change.is_revoked)
        infos = machines.list_machines(require_user(request).pk)
        return Response(
            next(
                serialize_machine(info)
                for info in infos
                if info.machine_id == machine_id
            )
        )


def _change_machine(
    request: Request, machine_id: str, *, is_revoked: bool
) -> None:
    user = require_user(request)
    exists = writes.set_machine_revoked(
        user, machine_id, timezone.now(), is_revoked=is_revoked, actor=user
    )
    if not exists:
        detail = "No such machine."
        raise NotFound(detail)


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
