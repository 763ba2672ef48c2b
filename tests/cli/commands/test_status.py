"""Check `status` against samples of Claude Code's status line."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.time import format_iso
from claude_tray.providers.claude_code.statusline.handler import (
    StatuslinePaths,
    build_output,
)
from tests.support.builders import ClaudeFolder, make_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


HOUR = 3600
# On the minute, so that rounding changes nothing.
NOW = int(time.time()) // 60 * 60
FIVE_HOUR_RESET, SEVEN_DAY_RESET = NOW + 2 * HOUR, NOW + 70 * HOUR
OTHER_FIELDS = {
    "version": "2.1.330",
    "workspace": {"current_dir": "/home/ada/notes", "added_dirs": []},
    "context_window": {"context_window_size": 200000, "current_usage": None},
    "output_style": {"name": "default"},
    "exceeds_200k_tokens": False,
}


def limit_payload(percent: float, resets: int) -> dict[str, float]:
    return {"used_percentage": percent, "resets_at": resets}


class FakeClaudeCode:
    """Run the status line as Claude Code does."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.run_count = 0

    def run_statusline(
        self,
        limits: Any,
        folder: Path | None = None,
        session: str = "3f0c2b1e",
    ) -> str:
        self.run_count += 1
        claude = folder or self.terminal.claude.path
        payload = OTHER_FIELDS | {
            "session_id": session,
            "transcript_path": f"{claude}/projects/-home-ada-notes/3f0c.jsonl",
            "cost": {"total_cost_usd": 9.42},
        }
        if limits is not None:
            payload["rate_limits"] = limits
        state, config = (
            self.terminal.app_home / "state",
            self.terminal.app_home,
        )
        context = StatuslinePaths(state / "statusline", config / "memory.json")
        time_ns = time.time_ns() + self.run_count
        return build_output(
            json.dumps(payload).encode(), time_ns, context
        ).decode()

    def read_status(self, *args: str) -> Any:
        result = self.terminal.run("status", "--json", *args)
        assert result.status == 0
        return result.json

    def read_account(self) -> Any:
        (profile,) = self.read_status()["profiles"]
        return profile


@pytest.fixture
def claude_code(terminal: Terminal) -> FakeClaudeCode:
    return FakeClaudeCode(terminal)


def iso_time(seconds: float) -> str:
    return format_iso(datetime.fromtimestamp(seconds, UTC))


def make_reply_line(name: str, seconds_ago: float) -> bytes:
    return make_line(message=name, timestamp=iso_time(NOW - seconds_ago))


def test_the_status_object_has_exactly_these_keys(
    claude_code: FakeClaudeCode,
) -> None:
    claude_code.terminal.claude.append(make_reply_line("msg_1", HOUR))
    claude_code.run_statusline(
        {
            "five_hour": limit_payload(38, FIVE_HOUR_RESET),
            "seven_day": limit_payload(21, SEVEN_DAY_RESET),
        }
    )

    status = claude_code.read_status()

    assert list(status) == [
        "as_of",
        "profiles",
        "today",
        "sessions",
        "unpriced_models",
        "incomplete_requests",
        "unanswered_requests",
        "sync",
    ]
    (profile,) = status["profiles"]
    assert list(profile) == [
        "name",
        "path",
        "window",
        "weekly",
        "pace",
        "forecast",
        "forecast_record",
        "started_elsewhere_at",
        "has_window",
        "plan",
        "status",
        "severity",
        "deadline",
        "binding_limit",
        "blocking_limit",
        "limits",
    ]
    assert [limit["name"] for limit in profile["limits"]] == [
        "five_hour",
        "seven_day",
    ]
    assert [list(limit) for limit in profile["limits"]] == 2 * [
        [
            "name",
            "kind",
            "scope",
            "used_percentage",
            "is_minimum",
            "severity",
            "resets_at",
            "runs_out_at",
            "percent_at_reset",
            "source",
            "as_of",
            "money",
        ]
    ]
    assert list(profile["window"]) == [
        "start",
        "end",
        "seconds_left",
        "source",
        "rule",
        "used_percentage",
        "used_source",
        "tokens",
        "cost_usd",
        "cost_is_lower_bound",
        "other_requests",
    ]
    assert list(profile["pace"]) == ["percent_at_reset", "limit_at"]
    assert list(status["sync"]) == [
        "state",
        "last_ok_at",
        "waiting",
        "quarantined",
    ]


def test_two_windows_are_official(claude_code: FakeClaudeCode) -> None:
    claude_code.terminal.claude.append(make_reply_line("msg_1", 3 * HOUR))
    line = claude_code.run_statusline(
        {
            "five_hour": limit_payload(38.5, FIVE_HOUR_RESET),
            "seven_day": limit_payload(21, SEVEN_DAY_RESET),
        },
    )

    profile = claude_code.read_account()

    assert line.endswith(" · 39% · week 21% · $9.42\n")
    assert profile["window"]["start"] == iso_time(FIVE_HOUR_RESET - 5 * HOUR)
    assert profile["window"]["end"] == iso_time(FIVE_HOUR_RESET)
    assert profile["window"]["source"] == "official"
    assert profile["window"]["rule"] is None
    assert profile["window"]["used_percentage"] == 38.5
    assert profile["window"]["used_source"] == "official"
    assert profile["window"]["tokens"] == 15
    assert profile["started_elsewhere_at"] is None
    assert profile["weekly"] == [
        {
            "name": "seven_day",
            "used_percentage": 21,
            "resets_at": iso_time(SEVEN_DAY_RESET),
            "source": "official",
        },
    ]


def test_the_last_word_of_a_session_counts(
    claude_code: FakeClaudeCode,
) -> None:
    for percent, resets in (
        (20, FIVE_HOUR_RESET),
        (44, FIVE_HOUR_RESET),
        (96, FIVE_HOUR_RESET - 5 * HOUR),
        (41, FIVE_HOUR_RESET + 2),
        (43, FIVE_HOUR_RESET - 2),
    ):
        claude_code.run_statusline(
            {"five_hour": limit_payload(percent, resets)}
        )

    shown = claude_code.read_account()["window"]

    assert (shown["used_percentage"], shown["end"]) == (
        43,
        iso_time(FIVE_HOUR_RESET),
    )
    claude_code.run_statusline(
        {"five_hour": limit_payload(20, FIVE_HOUR_RESET)}
    )
    assert claude_code.read_account()["window"]["used_percentage"] == 20


def test_repeated_samples_of_an_idle_session_change_nothing(
    claude_code: FakeClaudeCode,
) -> None:
    idle = make_line(timestamp=iso_time(NOW - HOUR), sessionId="idle")
    claude_code.terminal.claude.append(idle)
    claude_code.run_statusline(
        {"five_hour": limit_payload(3, FIVE_HOUR_RESET)}
    )
    claude_code.run_statusline(
        {"five_hour": limit_payload(60, FIVE_HOUR_RESET)}, session="idle"
    )

    assert claude_code.read_account()["window"]["used_percentage"] == 3


def test_expired_limits_are_dropped(
    claude_code: FakeClaudeCode,
) -> None:
    claude_code.run_statusline(
        {
            "five_hour": limit_payload(96, NOW - 60),
            "seven_day": limit_payload(7, NOW - 60),
        },
    )

    profile = claude_code.read_account()

    assert profile["window"] is None
    assert profile["weekly"] == []
    assert profile["pace"] is None


def test_without_rate_limits_the_window_is_estimated(
    claude_code: FakeClaudeCode,
) -> None:
    claude_code.terminal.claude.append(make_reply_line("msg_1", HOUR))
    absent: list[Any] = [None, {}, {"five_hour": None}, [], {"five_hour": {}}]
    for limits in absent:
        claude_code.run_statusline(limits)

    profile = claude_code.read_account()

    assert profile["window"]["start"] == iso_time(NOW - HOUR)
    assert profile["window"]["source"] == "estimated"
    assert profile["window"]["rule"] == "exact"
    assert profile["window"]["used_percentage"] is None
    assert profile["window"]["used_source"] is None
    assert profile["pace"] == {"percent_at_reset": None, "limit_at": None}


def test_a_window_without_records_was_started_on_another_device(
    claude_code: FakeClaudeCode,
) -> None:
    claude_code.run_statusline(
        {"five_hour": limit_payload(12, FIVE_HOUR_RESET)}
    )

    profile = claude_code.read_account()

    assert profile["started_elsewhere_at"] == iso_time(
        FIVE_HOUR_RESET - 5 * HOUR
    )
    assert profile["window"]["tokens"] == 0
    assert profile["window"]["cost_usd"] == "0.00"


def test_an_additional_limit_keeps_its_name(
    claude_code: FakeClaudeCode,
) -> None:
    claude_code.run_statusline(
        {"seven_day_fable": limit_payload(50, SEVEN_DAY_RESET)}
    )

    (week,) = claude_code.read_account()["weekly"]

    assert (week["name"], week["used_percentage"]) == ("seven_day_fable", 50)


def test_accounts_are_separate_and_costs_are_summed(
    claude_code: FakeClaudeCode,
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    work = ClaudeFolder(tmp_path / ".claude-work")
    both = f"{terminal.claude.path},{work.path}"
    for folder, account in ((terminal.claude.path, "a"), (work.path, "b")):
        file = {"oauthAccount": {"accountUuid": account}}
        (folder / ".claude.json").write_text(json.dumps(file))
    terminal.claude.append(make_reply_line("msg_1", HOUR))
    work.append(make_reply_line("msg_2", 60), make_reply_line("msg_3", 30))
    claude_code.run_statusline(
        {"five_hour": limit_payload(38, FIVE_HOUR_RESET)}
    )
    claude_code.run_statusline(
        {"five_hour": limit_payload(5, FIVE_HOUR_RESET + 2 * HOUR)}, work.path
    )

    status = claude_code.read_status("--claude-path", both)

    shown = [
        (p["name"], p["window"]["used_percentage"], p["window"]["tokens"])
        for p in status["profiles"]
    ]
    assert shown == [("work", 5, 30), ("claude", 38, 15)]
    text = terminal.run("status", "--claude-path", both).out
    assert "work \N{EN DASH} Claude Code: " in text
    assert "5% used" in text
    assert "38% used" in text
    assert "All accounts today " in text
    # Each account's own window.
    peaks = re.findall(r"at most (\d+) tokens in 10 min", text)
    assert peaks == ["30", "15"]
    stats = ("stats", "--json", "--claude-path", both)
    all_accounts = terminal.run(*stats).json
    part = terminal.run(*stats, "--profile", "claude").json
    assert (all_accounts["account"], part["account"]) == ("work", "claude")
    text = terminal.run("stats", "--claude-path", both).out
    assert "This window (work)" in text
    assert (
        all_accounts["total_messages"],
        all_accounts["used_percentage"],
    ) == (3, 5)
    assert (part["total_messages"], part["used_percentage"]) == (1, 38)
    assert (part["total_sessions"], part["projects"]) == (1, 1)
    one = claude_code.read_status("--claude-path", both, "--profile", "claude")
    assert [p["name"] for p in one["profiles"]] == ["claude"]


def test_an_unknown_account_is_reported(terminal: Terminal) -> None:
    result = terminal.run("status", "--profile", "nobody")

    assert result.status == 1
    assert result.err == (
        "claude-tray: There is no account “nobody”. Accounts: claude.\n"
    )


def test_samples_of_unfollowed_folders_are_ignored(
    claude_code: FakeClaudeCode,
    tmp_path: Path,
) -> None:
    claude_code.run_statusline(
        {"five_hour": limit_payload(38, FIVE_HOUR_RESET)},
        tmp_path / ".claude-new",
    )

    assert claude_code.read_account()["window"] is None


def test_status_shows_the_source_of_its_values(
    claude_code: FakeClaudeCode,
) -> None:
    terminal = claude_code.terminal
    terminal.claude.append(make_reply_line("msg_1", HOUR))
    guessed = terminal.run("status").out
    estimate = terminal.run("stats").out
    claude_code.run_statusline(
        {"five_hour": limit_payload(38, FIVE_HOUR_RESET)}
    )
    output = terminal.run("status").out

    assert "Estimated reset time" in guessed
    assert "Estimated reset time" in estimate
    assert "Estimated" not in output
    assert "Limits updated " in output


def test_without_limits_past_windows_are_the_measure(
    claude_code: FakeClaudeCode,
) -> None:
    terminal = claude_code.terminal
    for number in range(6):
        ago = HOUR + number * 6 * HOUR
        terminal.claude.append(make_reply_line(f"msg_{number}", ago))

    assert (
        "Limit unknown. Typical window: 15 tokens (90% stay under 15)"
        in terminal.run("status").out
    )


def test_status_reports_missing_data(
    claude_code: FakeClaudeCode, tmp_path: Path
) -> None:
    terminal = claude_code.terminal
    incomplete_message: dict[str, Any] = {
        "stop_reason": None,
        "model": "claude-opus-4-5",
    }
    complete_message: dict[str, Any] = {"model": "claude-opus-4-5"}
    now: dict[str, Any] = {"timestamp": iso_time(time.time())}
    terminal.claude.append(
        make_line(message="msg_1", inner=incomplete_message, **now),
        make_line(message="msg_2", inner=complete_message, **now),
    )
    other = tmp_path / ".claude-new"
    other.mkdir()
    claude_code.run_statusline(
        {"five_hour": limit_payload(38, FIVE_HOUR_RESET)}, other
    )

    status = claude_code.read_status()
    text = terminal.run("status").out

    assert status["incomplete_requests"] == 1
    assert status["profiles"][0]["window"]["cost_is_lower_bound"]
    assert "Today ≥ $0.00" in text
    assert "Costs are a minimum: 50% of requests ended early" in text
    assert f"Also found sessions in {other}" in text


def test_status_of_an_empty_store(
    terminal: Terminal,
) -> None:
    assert (
        "Waiting for your first Claude Code message"
        in terminal.run("status").out
    )


@pytest.mark.parametrize("is_home_first", [True, False])
def test_a_shared_record_belongs_to_the_account_of_its_first_line(
    terminal: Terminal,
    tmp_path: Path,
    *,
    is_home_first: bool,
) -> None:
    work = ClaudeFolder(tmp_path / ".claude-work")
    both = ("--claude-path", f"{terminal.claude.path},{work.path}")
    for folder, account in ((terminal.claude.path, "a"), (work.path, "b")):
        file = {"oauthAccount": {"accountUuid": account}}
        (folder / ".claude.json").write_text(json.dumps(file))
    copies = [(terminal.claude, HOUR), (work, HOUR + 60)]
    for folder_of, ago in copies if is_home_first else reversed(copies):
        folder_of.append(make_reply_line("msg_1", ago))
        assert terminal.run("refresh", *both).status == 0

    export = terminal.run("export", *both).json["records"]

    assert [record["account"] for record in export] == ["b"]
    assert terminal.run("stats", "--json", *both).json["total_messages"] == 1
