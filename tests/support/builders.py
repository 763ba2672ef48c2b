"""Build records, lines and folders; tests name only what differs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from claude_tray.core.cost import NanoUsd
from claude_tray.core.price_table import ModelPrices, PriceTable
from claude_tray.core.time import Millis
from claude_tray.core.usage import (
    STANDARD_TERMS,
    PricingTerms,
    ProjectPath,
    Rate,
    SessionId,
    TokenCounts,
    UsageRecord,
    compute_record_key,
)

if TYPE_CHECKING:
    from pathlib import Path


MODEL = "claude-fictive-1"
# One nano-dollar per input token, ten per output token, and so on: costs are
# easy to compute by hand.
PRICES = PriceTable(
    "fictive 1",
    {MODEL: (ModelPrices(0, Rate(1, 10, 100, 1_000, 10_000)),)},
)
_numbers = count(1)


def at(clock: str, day: int = 1) -> datetime:
    """Return a time in March 2026, given as "09:30" or "09:30:15"."""
    hour, minute, second = (*map(int, clock.split(":")), 0)[:3]
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


def ms(clock: str, day: int = 1) -> Millis:
    return Millis(int(at(clock, day).timestamp()) * 1000)


def make_record(
    clock: str = "09:00",
    *,
    day: int = 1,
    message: str = "",
    tokens: TokenCounts | None = None,
    model: str = MODEL,
    session: str = "session-a",
    project: str = "/home/ada/notes",
    is_sidechain: bool = False,
    is_final: bool = True,
    is_message: bool = True,
    terms: PricingTerms = STANDARD_TERMS,
    counted: str = "",
    request: str = "",
) -> UsageRecord:
    name = message or f"msg_{next(_numbers)}"
    at_ms = ms(clock, day)
    return UsageRecord(
        compute_record_key(name, request, ""),
        name,
        at_ms,
        tokens or TokenCounts(input=10, output=5),
        ms(counted, day) if counted else at_ms,
        model,
        terms,
        request or f"req_of_{name}",
        is_sidechain,
        at_ms,
        SessionId(session),
        ProjectPath(project),
        is_final,
        is_message,
    )


def make_line(
    clock: str = "09:00",
    message: str = "msg_1",
    output: int = 5,
    *,
    day: int = 1,
    usage: dict[str, Any] | None = None,
    inner: dict[str, Any] | None = None,
    **outer: Any,
) -> bytes:
    """Build an assistant line as Claude Code writes it."""
    line = {
        "parentUuid": None,
        "isSidechain": False,
        "cwd": "/home/ada/notes",
        "sessionId": "session-a",
        "type": "assistant",
        "requestId": f"req_of_{message}",
        "uuid": f"line-{next(_numbers)}",
        "timestamp": at(clock, day).isoformat().replace("+00:00", "Z"),
        "message": {
            "id": message,
            "role": "assistant",
            "model": MODEL,
            "content": [{"type": "text", "text": "made up"}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 10, "output_tokens": output}
            | (usage or {}),
        }
        | (inner or {}),
    } | outer
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def make_cost_state(
    start: str = "08:59",
    session: str = "session-a",
    *,
    models: dict[str, dict[str, Any]] | None = None,
    **outer: Any,
) -> bytes:
    """Build the line with the sums of a session, as 2.1.332 writes it."""
    keys = {
        "input": "inputTokens",
        "output": "outputTokens",
        "cache_read": "cacheReadInputTokens",
        "write_5m": "cacheCreationEphemeral5mInputTokens",
        "write_1h": "cacheCreationEphemeral1hInputTokens",
        "searches": "webSearchRequests",
        "cost": "costUSD",
    }
    usage = {
        model: {
            **{key: counts.get(name, 0) for name, key in keys.items()},
            "cacheCreationInputTokens": counts.get("write_5m", 0)
            + counts.get("write_1h", 0),
            "thinkingTokens": 0,
        }
        for model, counts in (models or {}).items()
    }
    line = {
        "type": "cost-state",
        "sessionId": session,
        "totalCostUSD": sum(c["costUSD"] for c in usage.values()),
        "totalAPIDuration": 1,
        "startTime": ms(start),
        "modelUsage": usage,
        "hasUnknownModelCost": False,
    } | outer
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def make_progress_line(line: bytes, **outer: Any) -> bytes:
    """Build the line in which Claude Code 2.1.12 to 2.1.81 repeats another."""
    inner = json.loads(line)
    names = ("type", "timestamp", "message", "requestId", "uuid")
    progress = {
        "parentUuid": None,
        "isSidechain": False,
        "cwd": inner["cwd"],
        "sessionId": inner["sessionId"],
        "version": "2.1.19",
        "type": "progress",
        "data": {
            "message": {name: inner[name] for name in names},
            "normalizedMessages": [],
            "type": "agent_progress",
            "prompt": "",
            "agentId": "a1b2c3d",
        },
        "toolUseID": "agent_msg_1",
        "parentToolUseID": "toolu_1",
        "uuid": f"line-{next(_numbers)}",
        "timestamp": inner["timestamp"],
    } | outer
    return json.dumps(progress, separators=(",", ":")).encode() + b"\n"


def make_limit_line(text: str, clock: str = "09:00", **outer: Any) -> bytes:
    """Build the line that Claude Code writes when a limit is reached."""
    defaults: dict[str, Any] = {
        "error": "rate_limit",
        "isApiErrorMessage": True,
        "requestId": None,
    }
    return make_line(
        clock,
        "0d6c8f0e-made-up",
        inner={
            "model": "<synthetic>",
            "content": [{"type": "text", "text": text}],
            "usage": {"input_tokens": 0, "output_tokens": 0},
        },
        **(defaults | outer),
    )


class ClaudeFolder:
    """A Claude folder that tests append lines to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.projects = path / "projects"
        self.projects.mkdir(parents=True)

    def transcript_path(
        self,
        name: str = "session-a.jsonl",
        project: str = "-home-ada-notes",
    ) -> Path:
        path = self.projects / project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def append(self, *lines: bytes, **location: str) -> Path:
        path = self.transcript_path(**location)
        with path.open("ab") as file:
            file.write(b"".join(lines))
        return path


def nano_usd(cost: int) -> NanoUsd:
    return NanoUsd(cost)
