"""
Replay a run of the real Claude Code 2.1.332 and explain each point.

Two sessions, a subagent and a compaction, against a made-up API that kept the
bill; its headers said how much of the limit was used: 14 points a dollar, and
6 points more from elsewhere. The recording has no prompts and replies; it is
in slow motion (an hour in place of six minutes) and its times are moved to
now. The days before, which weights are learned from, are the same recording:
one session, the other, or both, with percentages by the bill.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from claude_tray.config.price_tables import load_price_table
from claude_tray.core.cost import NANO_USD_PER_USD, compute_request_cost
from claude_tray.core.time import format_iso, from_epoch_ms, parse_iso_ms
from claude_tray.core.usage import STANDARD_TERMS, TokenCounts
from claude_tray.providers.claude_code.statusline.handler import (
    SPOOL_DIR_NAME,
    write_sample,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.cli.conftest import Terminal


RECORDING = Path(__file__).with_name("recorded_window.json")
_MINUTE_MS = 60_000
_DAY_MS = 24 * 60 * _MINUTE_MS
_DAYS = 12


class Replay(NamedTuple):
    """
    The recorded run, moved to now.

    Attributes:
        terminal: Its transcripts and samples have been read.
        bill: What was billed, with the points that it took.
        elsewhere: Points from elsewhere.
        last_ms: Time of the last request: its headers did not know itself.
    """

    terminal: Terminal
    bill: list[dict[str, Any]]
    elsewhere: float
    last_ms: int

    def sum_points(self, **wanted: str) -> float:
        """Sum the billed points up to the last reading."""
        return sum(
            float(request["points"])
            for request in self.bill
            if request["at_ms"] < self.last_ms
            and all(request[key] == value for key, value in wanted.items())
        )

    def read_receipt(self, *args: str) -> Any:
        result = self.terminal.run("window", "--json", "--no-refresh", *args)
        assert result.status == 0, result.err
        (receipt,) = result.json
        return receipt


@pytest.fixture
def replay(terminal: Terminal) -> Replay:
    text = RECORDING.read_text()
    recorded = json.loads(text)
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    age_ms = now_ms - recorded["bill"][-1]["at_ms"]
    shift_ms = age_ms // _MINUTE_MS * _MINUTE_MS - _MINUTE_MS
    for day in range(1, _DAYS + 1):
        earlier = json.loads(_rename(text, recorded, day))
        _keep_sessions(earlier, day)
        _write(terminal, earlier, shift_ms - day * _DAY_MS)
    _write(terminal, recorded, shift_ms)
    assert terminal.run("refresh").status == 0
    return Replay(
        terminal,
        list(_price(recorded, shift_ms)),
        recorded["elsewhere"]["points"],
        recorded["bill"][-1]["at_ms"] + shift_ms,
    )


def _rename(text: str, recorded: dict[str, Any], day: int) -> str:
    """Return the recording with other IDs."""
    for session in {request["session"] for request in recorded["bill"]}:
        text = text.replace(session, f"{session[:-2]}{day:02}")
    return text.replace("_01", f"_{day + 1:02}")


def _keep_sessions(recorded: dict[str, Any], day: int) -> None:
    """Keep one session, the other one, or both; nothing from elsewhere."""
    sessions = sorted({request["session"] for request in recorded["bill"]})
    kept = [sessions[:1], sessions[1:], sessions][day % 3]
    bill = [
        request
        for request in _price(recorded, 0)
        if request["session"] in kept
    ]
    recorded["transcripts"] = {
        name: lines
        for name, lines in recorded["transcripts"].items()
        if any(session in name for session in kept)
    }
    recorded["samples"] = [
        sample
        for sample in recorded["samples"]
        if sample[1]["session_id"] in kept
    ]
    for at_ms, payload in recorded["samples"]:
        # The headers of a response do not know itself.
        sent_ms = max(
            request["at_ms"]
            for request in bill
            if request["session"] == payload["session_id"]
            and request["at_ms"] <= at_ms
        )
        points = sum(
            request["points"] for request in bill if request["at_ms"] < sent_ms
        )
        limit = payload["rate_limits"]["five_hour"]
        limit["used_percentage"] = round(points)


def _write(
    terminal: Terminal, recorded: dict[str, Any], shift_ms: int
) -> None:
    """Write transcripts and samples, moved in time."""
    for name, lines in recorded["transcripts"].items():
        path = terminal.claude.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "".join(f"{json.dumps(_move(line, shift_ms))}\n" for line in lines)
        )
    for at_ms, payload in recorded["samples"]:
        for limit in payload["rate_limits"].values():
            limit["resets_at"] += shift_ms // 1000
        payload["transcript_path"] = payload["transcript_path"].replace(
            "/home/ada/.claude", str(terminal.claude.path)
        )
        write_sample(
            terminal.app_home / "state" / SPOOL_DIR_NAME,
            payload,
            (at_ms + shift_ms) * 1_000_000,
        )


def _move(line: dict[str, Any], shift_ms: int) -> dict[str, Any]:
    at_ms = parse_iso_ms(line.get("timestamp", ""))
    if at_ms is None:
        return line
    return line | {"timestamp": format_iso(from_epoch_ms(at_ms + shift_ms))}


def _price(
    recorded: dict[str, Any], shift_ms: int
) -> Iterable[dict[str, Any]]:
    """Yield the requests of the bill with the points that each took."""
    prices = load_price_table()
    for request in recorded["bill"]:
        cost = compute_request_cost(
            TokenCounts(*request["tokens"]),
            request["model"],
            STANDARD_TERMS,
            request["at_ms"],
            prices,
        )
        assert cost is not None
        points = cost / NANO_USD_PER_USD * recorded["points_per_usd"]
        at_ms = request["at_ms"] + shift_ms
        yield {**request, "points": points, "at_ms": at_ms}


def _find_points(receipt: Any, kind: str) -> dict[str, float]:
    return {part["key"]: part["points"] for part in receipt[kind]}


def test_every_point_of_a_recorded_window_is_explained(
    replay: Replay,
) -> None:
    receipt = replay.read_receipt()

    billed = replay.sum_points()
    assert receipt["points"] == pytest.approx(
        billed + replay.elsewhere, abs=1.5
    )
    assert receipt["elsewhere_points"] == pytest.approx(
        replay.elsewhere, abs=1
    )
    assert abs(receipt["rounding_points"]) < 1
    total = (
        receipt["local_points"]
        + receipt["elsewhere_points"]
        + receipt["rounding_points"]
    )
    assert total == pytest.approx(receipt["points"], abs=0.001)


def test_sessions_and_agents_have_their_points(replay: Replay) -> None:
    receipt = replay.read_receipt()

    sessions = {request["session"] for request in replay.bill}
    points = _find_points(receipt, "sessions")
    assert set(points) == sessions
    for session in sessions:
        billed = replay.sum_points(session=session)
        assert points[session] == pytest.approx(billed, abs=1)
    agents = _find_points(receipt, "agents")
    billed = replay.sum_points(purpose="subagent")
    assert billed > 2
    assert agents["subagents"] == pytest.approx(billed, abs=1)


def test_what_came_from_elsewhere_is_found_at_its_time(
    replay: Replay,
) -> None:
    """Nothing of it is in the minutes before."""
    recorded = json.loads(RECORDING.read_text())
    offset = recorded["bill"][0]["at_ms"] - replay.bill[0]["at_ms"]
    burst = from_epoch_ms(recorded["elsewhere"]["at_ms"] - offset)
    start = burst - timedelta(hours=1)
    end = burst - timedelta(seconds=30)

    before = replay.read_receipt(
        "--from", start.isoformat(), "--to", end.isoformat()
    )

    assert before["elsewhere_points"] < 1
