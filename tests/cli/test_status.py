"""What `status --json` makes of what Claude Code told its statusline."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.statusline.respond import Place, answer
from claude_tray.wire.timestamps import iso
from tests.support.builders import ClaudeFolder, a_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

HOUR = 3600
# On the minute, so that rounding changes nothing.
NOW = int(time.time()) // 60 * 60
FIVE, SEVEN = NOW + 2 * HOUR, NOW + 70 * HOUR
FOREIGN = {
    "version": "2.1.330",
    "workspace": {"current_dir": "/home/ada/notes", "added_dirs": []},
    "context_window": {"context_window_size": 200000, "current_usage": None},
    "output_style": {"name": "default"},
    "exceeds_200k_tokens": False,
}


def window(percent: float, resets: int) -> dict[str, float]:
    return {"used_percentage": percent, "resets_at": resets}


class Claude:
    """Claude Code as it runs its statusline."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.heard = 0

    def tell(self, limits: Any, folder: Path | None = None) -> str:
        self.heard += 1
        claude = folder or self.terminal.claude.path
        given = FOREIGN | {
            "session_id": "3f0c2b1e",
            "transcript_path": f"{claude}/projects/-home-ada-notes/3f0c.jsonl",
            "cost": {"total_cost_usd": 9.42},
        }
        if limits is not None:
            given["rate_limits"] = limits
        state, config = self.terminal.own / "state", self.terminal.own
        place = Place(state / "statusline", config / "memory.json")
        moment = time.time_ns() + self.heard
        return answer(json.dumps(given).encode(), moment, place).decode()

    def status(self, *words: str) -> Any:
        answer = self.terminal.run("status", "--json", *words)
        assert answer.status == 0
        return answer.json

    def profile(self) -> Any:
        (profile,) = self.status()["profiles"]
        return profile


@pytest.fixture
def claude(terminal: Terminal) -> Claude:
    return Claude(terminal)


def at(seconds: float) -> str:
    return iso(datetime.fromtimestamp(seconds, UTC))


def a_reply(name: str, ago: float) -> bytes:
    return a_line(message=name, timestamp=at(NOW - ago))


def test_the_object_has_just_these_keys(claude: Claude) -> None:
    claude.terminal.claude.append(a_reply("msg_1", HOUR))
    claude.tell(
        {"five_hour": window(38, FIVE), "seven_day": window(21, SEVEN)}
    )

    status = claude.status()

    assert list(status) == [
        "as_of",
        "profiles",
        "today",
        "unpriced_models",
        "incomplete_requests",
        "sync",
    ]
    (profile,) = status["profiles"]
    assert list(profile) == [
        "name",
        "path",
        "window",
        "weekly",
        "pace",
        "started_elsewhere_at",
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
    ]
    assert list(profile["pace"]) == ["percent_at_reset", "limit_at"]
    assert list(status["sync"]) == [
        "state",
        "last_ok_at",
        "waiting",
        "quarantined",
    ]


def test_two_windows_are_official(claude: Claude) -> None:
    claude.terminal.claude.append(a_reply("msg_1", 3 * HOUR))
    line = claude.tell(
        {"five_hour": window(38.5, FIVE), "seven_day": window(21, SEVEN)},
    )

    profile = claude.profile()

    assert line.endswith(" · 38% · week 21% · $9.42\n")
    assert profile["window"]["start"] == at(FIVE - 5 * HOUR)
    assert profile["window"]["end"] == at(FIVE)
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
            "resets_at": at(SEVEN),
            "source": "official",
        },
    ]


def test_an_idle_session_that_repeats_itself_changes_nothing(
    claude: Claude,
) -> None:
    for percent in (20.0, 44.0, 20.0, 38.0):
        claude.tell({"five_hour": window(percent, FIVE)})
    claude.tell({"five_hour": window(96, FIVE - 5 * HOUR)})
    claude.tell({"five_hour": window(41, FIVE + 2)})
    claude.tell({"five_hour": window(43, FIVE - 2)})

    shown = claude.profile()["window"]

    assert (shown["used_percentage"], shown["end"]) == (44, at(FIVE))
    claude.tell({"five_hour": window(20, FIVE)})
    assert claude.profile()["window"]["used_percentage"] == 44


def test_what_has_reset_is_gone_and_nothing_is_made_up(
    claude: Claude,
) -> None:
    claude.tell(
        {"five_hour": window(96, NOW - 60), "seven_day": window(7, NOW - 60)},
    )

    profile = claude.profile()

    assert profile["window"] is None
    assert profile["weekly"] == []
    assert profile["pace"] is None


def test_without_rate_limits_the_window_is_an_estimate(
    claude: Claude,
) -> None:
    claude.terminal.claude.append(a_reply("msg_1", HOUR))
    absent: list[Any] = [None, {}, {"five_hour": None}, [], {"five_hour": {}}]
    for limits in absent:
        claude.tell(limits)

    profile = claude.profile()

    assert profile["window"]["start"] == at(NOW - HOUR)
    assert profile["window"]["source"] == "estimated"
    assert profile["window"]["rule"] == "exact"
    assert profile["window"]["used_percentage"] is None
    assert profile["window"]["used_source"] is None
    assert profile["pace"] == {"percent_at_reset": None, "limit_at": None}


def test_a_window_nothing_was_read_of_was_started_elsewhere(
    claude: Claude,
) -> None:
    claude.tell({"five_hour": window(12, FIVE)})

    profile = claude.profile()

    assert profile["started_elsewhere_at"] == at(FIVE - 5 * HOUR)
    assert profile["window"]["tokens"] == 0
    assert profile["window"]["cost_usd"] == "0.00"


def test_a_further_window_is_told_by_its_own_name(claude: Claude) -> None:
    claude.tell({"seven_day_fable": window(50, SEVEN)})

    (week,) = claude.profile()["weekly"]

    assert (week["name"], week["used_percentage"]) == ("seven_day_fable", 50)


def test_accounts_are_shown_apart_and_money_is_added_up(
    claude: Claude,
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    work = ClaudeFolder(tmp_path / ".claude-work")
    both = f"{terminal.claude.path},{work.path}"
    for folder, account in ((terminal.claude.path, "a"), (work.path, "b")):
        file = {"oauthAccount": {"accountUuid": account}}
        (folder / ".claude.json").write_text(json.dumps(file))
    terminal.claude.append(a_reply("msg_1", HOUR))
    work.append(a_reply("msg_2", 60), a_reply("msg_3", 30))
    claude.tell({"five_hour": window(38, FIVE)})
    claude.tell({"five_hour": window(5, FIVE + 2 * HOUR)}, work.path)

    status = claude.status("--claude-path", both)

    shown = [
        (p["name"], p["window"]["used_percentage"], p["window"]["tokens"])
        for p in status["profiles"]
    ]
    assert shown == [("work", 5, 30), ("claude", 38, 15)]
    text = terminal.run("status", "--claude-path", both).out
    assert "work \N{EN DASH} Claude Code: " in text
    assert "Used 5%" in text
    assert "Used 38%" in text
    assert "All accounts today " in text
    stats = ("stats", "--json", "--claude-path", both)
    whole = terminal.run(*stats).json
    part = terminal.run(*stats, "--profile", "claude").json
    assert (whole["total_messages"], whole["used_percentage"]) == (3, 5)
    assert (part["total_messages"], part["used_percentage"]) == (1, 38)
    assert (part["total_sessions"], part["projects"]) == (1, 1)
    one = claude.status("--claude-path", both, "--profile", "claude")
    assert [p["name"] for p in one["profiles"]] == ["claude"]


def test_a_profile_that_is_not_there_is_named(terminal: Terminal) -> None:
    answer = terminal.run("status", "--profile", "nobody")

    assert answer.status == 1
    assert answer.err == (
        "claude-tray: There is no profile 'nobody'. There are: claude.\n"
    )


def test_a_folder_nobody_follows_is_not_taken(
    claude: Claude,
    tmp_path: Path,
) -> None:
    claude.tell({"five_hour": window(38, FIVE)}, tmp_path / ".claude-new")

    assert claude.profile()["window"] is None


def test_a_person_is_told_how_sure_it_is(claude: Claude) -> None:
    terminal = claude.terminal
    terminal.claude.append(a_reply("msg_1", HOUR))
    guessed = terminal.run("status").out
    estimate = terminal.run("stats").out
    claude.tell({"five_hour": window(38, FIVE)})
    told = terminal.run("status").out

    assert "Estimated, no reset was told" in guessed
    assert "Estimated, no reset was told" in estimate
    assert "Estimated" not in told
    assert "Told by Claude Code at " in told


def test_without_a_share_ones_own_windows_are_the_measure(
    claude: Claude,
) -> None:
    terminal = claude.terminal
    for number in range(6):
        ago = HOUR + number * 6 * HOUR
        terminal.claude.append(a_reply(f"msg_{number}", ago))

    assert (
        "Used \N{EN DASH}; your usual window has 15 tokens in and out"
        in terminal.run("status").out
    )


def test_what_is_missing_is_told(claude: Claude, tmp_path: Path) -> None:
    terminal = claude.terminal
    torn: dict[str, Any] = {"stop_reason": None, "model": "claude-opus-4-5"}
    whole: dict[str, Any] = {"model": "claude-opus-4-5"}
    now: dict[str, Any] = {"timestamp": at(time.time())}
    terminal.claude.append(
        a_line(message="msg_1", inner=torn, **now),
        a_line(message="msg_2", inner=whole, **now),
    )
    other = tmp_path / ".claude-new"
    other.mkdir()
    claude.tell({"five_hour": window(38, FIVE)}, other)

    status = claude.status()
    text = terminal.run("status").out

    assert status["incomplete_requests"] == 1
    assert status["profiles"][0]["window"]["cost_is_lower_bound"]
    assert "Today ≥ $0.00" in text
    assert "the least they were: 50% of requests are incomplete" in text
    assert f"Sessions run in {other} too" in text


def test_in_an_empty_place_there_is_nothing_to_be_sure_of(
    terminal: Terminal,
) -> None:
    assert "no window open" in terminal.run("status").out


@pytest.mark.parametrize("is_home_first", [True, False])
def test_a_reply_of_two_accounts_is_that_of_its_earliest_line(
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
        folder_of.append(a_reply("msg_1", ago))
        assert terminal.run("refresh", *both).status == 0

    export = terminal.run("export", *both).json["records"]

    assert [record["account"] for record in export] == ["b"]
    assert terminal.run("stats", "--json", *both).json["total_messages"] == 1
