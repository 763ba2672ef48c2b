"""GET and POST agent-sync/: receive usage from trays and other agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import (
    APIException,
    PermissionDenied,
    ValidationError,
)
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from claude_tray.errors import ContractError
from claude_tray.protocol.agent_sync import (
    PARTIAL,
    SUCCESS,
    AgentSyncResponse,
    HandshakeResponse,
)
from claude_tray.protocol.agent_sync import AgentSyncRequest as Sent
from claude_tray.protocol.agent_validation import check_identity
from claude_tray.protocol.codec import from_json
from claude_tray.server.accounts.api_tokens import bind_to_machine
from claude_tray.server.accounts.permissions import (
    CanSend,
    get_token,
    require_user,
)
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.serializers import (
    build_text_parameter,
    format_timestamp,
    parse_text,
)
from claude_tray.server.errors import RequestTooLargeError, UserBusyResponse
from claude_tray.server.usage import machines
from claude_tray.server.usage.ingest import StoreResult, store_request
from claude_tray.server.usage.server_identity import get_server_id
from claude_tray.server.usage.signals import usage_stored
from claude_tray.server.usage.user_slots import UserBusyError, claim_user_slot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import IO

    from rest_framework.request import Request


# Keeps responses small if a client sends nothing but invalid rows.
_MAX_REPORTED_REJECTIONS: Final = 1000


class RawBytesParser(BaseParser):
    """Pass the body on undecoded; msgspec decodes it faster."""

    media_type = "application/json"

    def parse(  # type: ignore[override] # any value may be the data
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        return stream.read()


class TooManyMachinesResponse(APIException):
    """The user has too many machines for another one."""

    status_code = 409
    default_code = "too_many_machines"


class SyncThrottle(UserRateThrottle):
    """Limit the rate of sync separately."""

    scope = "agent-sync"


class AgentSyncView(APIView):
    """Handshake with a machine and store its records."""

    parser_classes = (RawBytesParser,)
    permission_classes = (CanSend,)
    throttle_classes = (SyncThrottle,)

    @describe_endpoint(
        "greet_agent",
        HandshakeResponse,
        parameters=(
            build_text_parameter("machine_id", "ID of the machine."),
            build_text_parameter("store_id", "ID of its store."),
        ),
    )
    def get(self, request: Request) -> Response:
        """Return how much of a machine's store is here, and the batch limits."""
        machine_id = (
            parse_text(request, "machine_id") or machines.UNNAMED_MACHINE_ID
        )
        store_id = parse_text(request, "store_id") or ""
        token = get_token(request)
        # Without a machine_id only the token is tested.
        if token and "machine_id" in request.query_params:
            _require_own_machine(machine_id, is_own=token.allows(machine_id))
        acked_seq = machines.get_acked_seq(
            require_user(request), machine_id, store_id
        )
        return Response(
            msgspec.to_builtins(
                HandshakeResponse(
                    server_id=get_server_id(),
                    acked_seq=acked_seq if store_id else 0,
                    max_messages=settings.BATCH_MESSAGES,
                    max_bytes=settings.BODY_BYTES,
                    encodings=["gzip"],
                    timestamp=format_timestamp(timezone.now()) or "",
                ),
            ),
        )

    @describe_endpoint(
        "agent_sync", AgentSyncResponse, body_type=Sent, error_statuses=(409,)
    )
    def post(self, request: Request) -> Response:
        """Store a batch in one transaction; repeating it changes nothing."""
        user = require_user(request)
        try:
            # Before the body is decoded: others wait for this process too.
            with claim_user_slot(user.pk):
                return self._store(request)
        except UserBusyError as error:
            raise UserBusyResponse(str(error)) from error

    def _store(self, request: Request) -> Response:
        now = timezone.now()
        upload = _decode_request(request.data)
        token, machine_id = (
            get_token(request),
            machines.get_machine_id(upload.agent),
        )
        if token and not token.is_interactive:
            _require_own_machine(
                machine_id, is_own=bind_to_machine(token, machine_id)
            )
        try:
            result = store_request(require_user(request), upload, now)
        except machines.MachineRevokedError as error:
            raise PermissionDenied(error.summary, "machine_revoked") from error
        except machines.TooManyMachinesError as error:
            raise TooManyMachinesResponse(str(error)) from error
        usage_stored.send(sender=None, user_id=require_user(request).pk)
        receipt = msgspec.to_builtins(_build_receipt(upload, result, now))
        # The wire type leaves out defaults, but clients expect these keys.
        return Response({"rejected": [], "resync_from": None} | receipt)


def _require_own_machine(machine_id: str, *, is_own: bool) -> None:
    if not is_own:
        detail = (
            f"This token belongs to another machine than {machine_id}. "
            "Create a token for each machine."
        )
        raise PermissionDenied(detail, "machine_mismatch")


def _decode_request(body: object) -> Sent:
    try:
        upload = from_json(body if isinstance(body, bytes) else b"", Sent)
        if upload.agent:
            check_identity(upload.agent)
    except ContractError as error:
        detail = f"{error.summary} {error.hint}"
        raise ValidationError({"detail": detail, "code": "invalid"}) from error
    sessions = [s for project in upload.projects for s in project.sessions]
    messages = sum(len(session.messages) for session in sessions)
    if max(len(upload.projects), len(sessions), messages) > (
        settings.BATCH_MESSAGES
    ):
        detail = (
            f"A request may have at most {settings.BATCH_MESSAGES} messages,"
            " sessions and projects."
        )
        raise RequestTooLargeError(detail)
    return upload


def _build_receipt(
    upload: Sent, result: StoreResult, now: datetime
) -> AgentSyncResponse:
    batch, machine_state = result.batch, result.machine_state
    projects = {project.name for project in upload.projects}
    sessions = {s.session_id for p in upload.projects for s in p.sessions}
    accepted = batch.received - len(batch.rejected)
    ignored = list(result.report.ignored)
    return AgentSyncResponse(
        status=PARTIAL if batch.rejected or ignored else SUCCESS,
        message=(
            f"Synced {len(projects)} projects, {len(sessions)} sessions, "
            f"{accepted} snapshots"
        ),
        projects_updated=len(projects),
        sessions_updated=len(sessions),
        snapshots_created=result.created,
        timestamp=format_timestamp(now) or "",
        snapshots_received=batch.received,
        snapshots_updated=result.updated,
        snapshots_unchanged=result.unchanged,
        rejected=batch.rejected[:_MAX_REPORTED_REJECTIONS],
        ignored=ignored,
        acked_seq=machine_state.acked_seq,
        resync_from=machine_state.resync_from,
        server_id=get_server_id(),
        clock_skew_ms=machine_state.skew_ms,
    )
