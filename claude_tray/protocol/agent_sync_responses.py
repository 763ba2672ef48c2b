"""Define the responses of agent-sync."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from claude_tray.protocol.agent_sync import Name, Seq

SUCCESS: Final = "success"
PARTIAL: Final = "partial"


class RejectedRow(Struct):
    """
    Row that the server will never accept.

    Attributes:
        index: Index among all rows of the request, from 0.
        session_id: Session of the row.
        code: Reason as one word.
        detail: Reason as a sentence.
    """

    index: int
    session_id: str = ""
    code: str = ""
    detail: str = ""


class AgentSyncResponse(Struct, omit_defaults=True):
    """
    Response to POST agent-sync/.

    Attributes:
        status: "success", or "partial" if rows were rejected.
        message: Summary for users.
        projects_updated: Number of projects in the request.
        sessions_updated: Number of sessions in the request.
        snapshots_created: Number of new rows.
        timestamp: Server time.
        snapshots_received: Number of rows received; None from other servers.
        snapshots_updated: Number of rows with higher counts than stored.
        snapshots_unchanged: Number of rows already stored.
        rejected: Rejected rows.
        acked_seq: Last change that the server has of this database.
        resync_from: Set if changes before `from_seq` are missing: nothing was
            stored, send everything after this change.
        server_id: Identifies the server's database; another one is empty.
        clock_skew_ms: How far the sender's clock is ahead.
    """

    status: str
    message: str
    projects_updated: int
    sessions_updated: int
    snapshots_created: int
    timestamp: str = ""
    snapshots_received: int | None = None
    snapshots_updated: int | None = None
    snapshots_unchanged: int | None = None
    rejected: list[RejectedRow] = msgspec.field(default_factory=list)
    acked_seq: int | None = None
    resync_from: int | None = None
    server_id: str = ""
    clock_skew_ms: int | None = None


class HandshakeResponse(Struct):
    """
    Response to GET agent-sync/?machine_id=…&store_id=….

    Attributes:
        server_id: Identifies the server's database; another one is empty.
        acked_seq: Last change that the server has of this database.
        max_messages: Maximum number of rows per request.
        max_bytes: Maximum size of the uncompressed body.
        encodings: Accepted values of Content-Encoding, such as "gzip".
        timestamp: Server time.
    """

    server_id: Name
    acked_seq: Seq = 0
    max_messages: Annotated[int, Meta(ge=1)] = 1000
    max_bytes: Annotated[int, Meta(ge=1024)] = 1 << 20
    encodings: list[str] = msgspec.field(default_factory=list)
    timestamp: str = ""


class TokenRefreshRequest(Struct):
    """Request for a new access token."""

    refresh: str


class TokenRefreshResponse(Struct):
    """Response with an access token; the refresh token may change, too."""

    access: Name
    refresh: str | None = None


class ErrorResponse(Struct):
    """Fields that a response with status 400 or above may have."""

    code: str | None = None
    detail: str | None = None
    error: str | None = None
    status: str | int | None = None
    message: str | None = None
