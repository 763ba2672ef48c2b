"""Write transcripts of the last two months, up to now."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tests.support.builders import ClaudeFolder


OPUS: Final = "claude-opus-4-5-20251101"
SONNET: Final = "claude-sonnet-4-5-20250929"
HAIKU: Final = "claude-haiku-4-5-20251001"


class SampleSession(NamedTuple):
    """
    A session with one response every four minutes.

    Attributes:
        age: Time from its last response to now.
    """

    name: str
    project: str
    model: str
    age: timedelta
    responses: int
    output: int

    def write(self, claude: ClaudeFolder, now: datetime) -> None:
        last = now - self.age
        first = last - timedelta(minutes=4 * (self.responses - 1))
        claude.append(
            *(
                self._make_line(number, first + timedelta(minutes=4 * number))
                for number in range(self.responses)
            ),
            name=f"{self.name}.jsonl",
            project=self.project.replace("/", "-"),
        )

    def _make_line(self, number: int, at: datetime) -> bytes:
        message = f"msg_{self.name}_{number}"
        line = {
            "parentUuid": None,
            "isSidechain": False,
            "cwd": self.project,
            "sessionId": self.name,
            "type": "assistant",
            "requestId": f"req_{message}",
            "uuid": f"line_{message}",
            "timestamp": at.isoformat().replace("+00:00", "Z"),
            "message": {
                "id": message,
                "role": "assistant",
                "model": self.model,
                "content": [{"type": "text", "text": "made up"}],
                "stop_reason": "end_turn",
                "usage": {
                    "input_tokens": 40,
                    "output_tokens": self.output + 7 * number,
                    "cache_read_input_tokens": 20_000 + 900 * number,
                    "cache_creation_input_tokens": 1_500,
                },
            },
        }
        return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def list_sessions() -> tuple[SampleSession, ...]:
    """List all sessions, the last used first."""
    recent = (
        SampleSession(
            "shop-now", "/home/ada/shop", OPUS, timedelta(minutes=2), 24, 900
        ),
        SampleSession(
            "notes-now",
            "/home/ada/notes",
            SONNET,
            timedelta(minutes=31),
            9,
            400,
        ),
    )
    earlier = tuple(
        SampleSession(
            f"day-{day:02}",
            ("/home/ada/shop", "/home/ada/notes", "/home/ada/api")[day % 3],
            (OPUS, SONNET, HAIKU, SONNET)[day % 4],
            timedelta(days=day, hours=day % 7),
            4 + day % 9,
            300 + 40 * (day % 5),
        )
        for day in range(1, 60)
        if day % 6
    )
    return recent + earlier


def write_usage(claude: ClaudeFolder, now: datetime | None = None) -> None:
    """Write the transcripts of all sessions."""
    now = now or datetime.now(UTC)
    for session in list_sessions():
        session.write(claude, now)
