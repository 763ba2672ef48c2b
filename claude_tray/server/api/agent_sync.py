"""GET and POST agent-sync/: what trays and other agents send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from claude_tray.errors import ContractError
from claude_tray.server.accounts.permissions import MaySend
from claude_tray.server.accounts.person import person_of
from claude_tray.server.api.encode import moment
from claude_tray.server.api.parameters import text_of
from claude_tray.server.api.schema import described
from claude_tray.server.problems import TooLargeError
from claude_tray.server.usage import machines
from claude_tray.server.usage.identity import server_id
from claude_tray.server.usage.receive import receive
from claude_tray.wire.agent_sync import Request as Sent
from claude_tray.wire.answers import PARTIAL, SUCCESS, Greeting, Receipt
from claude_tray.wire.codec import decode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import IO

    from rest_framework.request import Request

    from claude_tray.server.usage.receive import Kept

_TOLD: Final = 1000


class Bytes(BaseParser):
    """The body as it is: msgspec reads it."""

    media_type = "application/json"

    def parse(  # type: ignore[override] # any value may be the data
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        return stream.read()


class SyncThrottle(UserRateThrottle):
    """Sending has a rate of its own."""

    scope = "agent-sync"


class AgentSyncView(APIView):
    """Takes what a machine sends, and greets it before."""

    parser_classes = (Bytes,)
    permission_classes = (MaySend,)
    throttle_classes = (SyncThrottle,)

    @described(
        "greet_agent",
        Greeting,
        parameters=(
            OpenApiParameter("machine_id", str, description="Who asks."),
            OpenApiParameter("store_id", str, description="Its store."),
        ),
    )
    def get(self, request: Request) -> Response:
        """Tell how much of a machine's store is here, and what is taken."""
        machine = text_of(request, "machine_id") or machines.UNNAMED
        store = text_of(request, "store_id") or ""
        seq = machines.acked_seq(person_of(request), machine, store)
        return Response(
            msgspec.to_builtins(
                Greeting(
                    server_id=server_id(),
                    acked_seq=seq if store else 0,
                    max_messages=settings.BATCH_MESSAGES,
                    max_bytes=settings.BODY_BYTES,
                    encodings=["gzip"],
                    timestamp=moment(timezone.now()) or "",
                ),
            ),
        )

    @described("agent_sync", Receipt, takes=Sent)
    def post(self, request: Request) -> Response:
        """Keep all that is sent, or nothing; again changes nothing."""
        now = timezone.now()
        sent = _decoded(request.data)
        try:
            kept = receive(person_of(request), sent, now)
        except machines.RevokedError as error:
            raise PermissionDenied(error.summary, "machine_revoked") from error
        told = msgspec.to_builtins(_receipt(sent, kept, now))
        # Named also where there is nothing to tell.
        return Response({"rejected": [], "resync_from": None} | told)


def _decoded(body: object) -> Sent:
    try:
        sent = decode(body if isinstance(body, bytes) else b"", Sent)
    except ContractError as error:
        told = f"{error.summary} {error.hint}"
        raise ValidationError({"detail": told, "code": "invalid"}) from error
    count = sum(
        len(session.messages)
        for project in sent.projects
        for session in project.sessions
    )
    if count > settings.BATCH_MESSAGES:
        told = f"A request may hold {settings.BATCH_MESSAGES} messages."
        raise TooLargeError(told)
    return sent


def _receipt(sent: Sent, kept: Kept, now: datetime) -> Receipt:
    batch, arrival = kept.batch, kept.arrival
    projects = {project.name for project in sent.projects}
    sessions = {s.session_id for p in sent.projects for s in p.sessions}
    taken = batch.received - len(batch.rejected)
    return Receipt(
        status=PARTIAL if batch.rejected else SUCCESS,
        message=(
            f"Synced {len(projects)} projects, {len(sessions)} sessions, "
            f"{taken} snapshots"
        ),
        projects_updated=len(projects),
        sessions_updated=len(sessions),
        snapshots_created=kept.created,
        timestamp=moment(now) or "",
        snapshots_received=batch.received,
        snapshots_updated=kept.updated,
        snapshots_unchanged=kept.unchanged,
        rejected=batch.rejected[:_TOLD],
        acked_seq=arrival.acked_seq,
        resync_from=arrival.resync_from,
        server_id=server_id(),
        clock_skew_ms=arrival.skew_ms,
    )
