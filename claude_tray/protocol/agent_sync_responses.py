"""What agent-sync answers."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from claude_tray.protocol.agent_sync import Name, Seq

SUCCESS: Final = "success"
PARTIAL: Final = "partial"


class RejectedRow(Struct):
    """
    A row that the receiver will never take.

    Attributes:
        index: Its place among all rows of the request, from 0.
        session_id: Its session.
        code: What is wrong, as one word.
        detail: What is wrong, for people.
    """

    index: int
    session_id: str = ""
    code: str = ""
    detail: str = ""


class AgentSyncResponse(Struct, omit_defaults=True):
    """
    The answer to POST agent-sync/.

    Attributes:
        status: "success", or "partial" where rows were rejected.
        message: For people.
        projects_updated: How many the request named.
        sessions_updated: Likewise.
        snapshots_created: Rows that were new.
        timestamp: By the receiver's clock.
        snapshots_received: Rows that arrived; None from other makes.
        snapshots_updated: Rows that had grown.
        snapshots_unchanged: Rows that told nothing new.
        rejected: Rows that were left out.
        acked_seq: What the receiver has of this store.
        resync_from: Set where it lacks what `from_seq` claims: nothing was
            kept, send everything after this change.
        server_id: The receiver's data; another one knows nothing.
        clock_skew_ms: The sender's clock before the receiver's.
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
    The answer to GET agent-sync/?machine_id=…&store_id=….

    Attributes:
        server_id: The receiver's data; another one knows nothing.
        acked_seq: What it has of this store.
        max_messages: Rows that a request may hold.
        max_bytes: How long its body may be when it is unpacked.
        encodings: Content-Encodings that are understood, as "gzip".
        timestamp: By the receiver's clock.
    """

    server_id: Name
    acked_seq: Seq = 0
    max_messages: Annotated[int, Meta(ge=1)] = 1000
    max_bytes: Annotated[int, Meta(ge=1024)] = 1 << 20
    encodings: list[str] = msgspec.field(default_factory=list)
    timestamp: str = ""


class TokenRefreshRequest(Struct):
    """What is posted to have an access token."""

    refresh: str


class TokenRefreshResponse(Struct):
    """The answer to a refresh token; a new one may come with it."""

    access: Name
    refresh: str | None = None


class ErrorResponse(Struct):
    """What may be told beside a status of 400 and above."""

    code: str | None = None
    detail: str | None = None
    error: str | None = None
    status: str | int | None = None
    message: str | None = None
