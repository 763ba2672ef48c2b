"""What agents send, as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def a_row(
    at: str | datetime,
    name: str = "msg_1",
    model: str = "claude-sonnet-4-20250514",
    **usage: Any,
) -> dict[str, Any]:
    """
    Return a row as agents send it.

    Args:
        at: A clock time of today in UTC, ISO 8601, or a moment.
        name: The message's id.
        model: The model.
        usage: What differs from one input and one output token.
    """
    if isinstance(at, datetime):
        at = at.astimezone(UTC).isoformat()
    counts = {"input_tokens": 1, "output_tokens": 1} | usage
    return {
        "timestamp": at,
        "requestId": f"req_{name}",
        "message": {"id": name, "model": model, "usage": counts},
    }


def a_request(
    *rows: dict[str, Any],
    project: str = "shop",
    session: str = "s1",
    **agent: Any,
) -> dict[str, Any]:
    """Return what an agent sends of one session."""
    sent: dict[str, Any] = {
        "projects": [
            {
                "name": project,
                "path": f"~/.claude/projects/-home-ana-{project}",
                "sessions": [{"session_id": session, "messages": list(rows)}],
            },
        ],
    }
    if agent:
        sent["agent"] = {"machine_id": "m1"} | agent
    return sent
