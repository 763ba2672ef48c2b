"""Build the JSON that agents send."""

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
        timestamp: A time of today in UTC, an ISO 8601 text, or a datetime.
        name: Message ID.
        model: Model ID.
        usage: Values that differ from one input and one output token.
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
    """Return a request about one session."""
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
