"""What agents send, as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def make_row(
    timestamp: str | datetime,
    name: str = "msg_1",
    model: str = "claude-sonnet-4-20250514",
    **usage: Any,
) -> dict[str, Any]:
    """
    Return a row as agents send it.

    Args:
        timestamp: A clock time of today in UTC, ISO 8601, or a moment.
        name: The message's id.
        model: The model.
        usage: What differs from one input and one output token.
    """
    if isinstance(timestamp, datetime):
        timestamp = timestamp.astimezone(UTC).isoformat()
    counts = {"input_tokens": 1, "output_tokens": 1} | usage
    return {
        "timestamp": timestamp,
        "requestId": f"req_{name}",
        "message": {"id": name, "model": model, "usage": counts},
    }


def make_request(
    *rows: dict[str, Any],
    project: str = "shop",
    session: str = "s1",
    **agent: Any,
) -> dict[str, Any]:
    """Return what an agent sends of one session."""
    body: dict[str, Any] = {
        "projects": [
            {
                "name": project,
                "path": f"~/.claude/projects/-home-ana-{project}",
                "sessions": [{"session_id": session, "messages": list(rows)}],
            },
        ],
    }
    if agent:
        body["agent"] = {"machine_id": "m1"} | agent
    return body
