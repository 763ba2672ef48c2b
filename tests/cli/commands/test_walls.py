from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.time import format_iso
from tests.cli.commands.test_window import START, used
from tests.support.builders import make_limit_line

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

__all__ = ["used"]


def reach_limit(terminal: Terminal, minute: int, text: str) -> None:
    at = START + timedelta(minutes=minute)
    terminal.claude.append(make_limit_line(text, timestamp=format_iso(at)))


@pytest.fixture
def blocked(used: Terminal) -> Terminal:
    """The last response came at minute 126; the limit is full at 150."""
    reset = START + timedelta(minutes=190)
    text = f"You've hit your 5-hour limit · resets {reset:%I:%M%p} (UTC)"
    reach_limit(used, 150, text)
    reach_limit(used, 155, text)
    used.write_settings('[limits]\nplan = "max5"\n')
    return used


def read_walls(terminal: Terminal, *args: str) -> Any:
    result = terminal.run("walls", "--json", *args)
    assert result.status == 0, result.err
    (item,) = result.json
    return item


def test_reached_limits_are_listed(blocked: Terminal) -> None:
    item = read_walls(blocked)

    (wall,) = item["walls"]
    assert wall["limit"] == "five_hour"
    assert wall["at"] == format_iso(START + timedelta(minutes=150))
    assert wall["blocked_minutes"] == pytest.approx(40, abs=1)
    assert item["blocked_minutes"] == wall["blocked_minutes"]
    assert [part["key"] for part in wall["projects"]] == ["/home/ada/notes"]
    assert (item["plan"], item["plans"]) == (
        "Max 5x",
        [
            {"plan": "Pro", "windows": 1},
            {"plan": "Max", "windows": 1},
            {"plan": "Ultra", "windows": 0},
        ],
    )


def test_reached_limits_are_printed_within_80_columns(
    blocked: Terminal,
) -> None:
    reach_limit(blocked, 160, "A sentence about a limit that nobody has read")

    lines = blocked.run("walls").out.splitlines()

    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("2 limits were reached in 60 days; blocked for")
    assert "Pro 1, Max 1, Ultra 0." in lines[1]
    assert "notes" in lines[-2]
    assert "Unknown" in lines[-1]


def test_without_reached_limits_a_sentence_says_so(used: Terminal) -> None:
    assert read_walls(used)["plans"] == []
    assert used.run("walls", "--days", "7").out == (
        "No limit was reached in 7 days.\n"
    )


def test_usage_without_percentages_compares_no_plans(
    terminal: Terminal,
) -> None:
    reach_limit(terminal, 150, "You've hit your weekly limit")

    assert read_walls(terminal)["plans"] == []


@pytest.mark.parametrize("text", ["0", "x", "-1", "\N{SUPERSCRIPT TWO}"])
def test_impossible_days_are_refused(terminal: Terminal, text: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        terminal.run("walls", f"--days={text}")

    assert stopped.value.code == 2
