from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.commands.test_window import report, write_session
from tests.local_page.sample_usage import OPUS

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


@pytest.fixture
def busy(terminal: Terminal) -> Terminal:
    """
    Forty replies of four points each, from minute 1 to minute 157.

    The limit is full after 25 of them; the window ends at minute 300.
    """
    write_session(terminal, "shop", OPUS, 1, 40)
    terminal.run("refresh")
    report(terminal, *((8 * n + 7, 8.0 * (n + 1)) for n in range(12)))
    return terminal


def read_plan(terminal: Terminal, *args: str) -> Any:
    result = terminal.run("plan", "--json", "--no-refresh", *args)
    assert result.status == 0, result.err
    (item,) = result.json
    return item


def test_the_month_is_replayed_as_it_was_and_with_other_starts(
    busy: Terminal,
) -> None:
    item = read_plan(busy)

    waits = [start["waited_minutes"] for start in item["starts"]]
    assert item["usual"]["limits_reached"] == 1
    assert item["usual"]["waited_minutes"] == pytest.approx(199, abs=20)
    assert len(waits) == 5
    assert waits == sorted(waits)
    assert waits[-1] <= item["usual"]["waited_minutes"]


def test_one_start_is_compared(busy: Terminal) -> None:
    item = read_plan(busy, "--start", "07:10")

    assert [start["start"] for start in item["starts"]] == ["07:10"]


def test_the_plan_is_printed_within_80_columns(busy: Terminal) -> None:
    lines = busy.run("plan", "--no-refresh").out.splitlines()

    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("Start at ")
    assert lines[2] == "The last 30 days with another first message"
    assert lines[5].split()[:3] == ["as", "it", "was"]
    assert 1 <= len(lines) - 6 <= 5


def test_without_percentages_there_is_no_plan(terminal: Terminal) -> None:
    write_session(terminal, "shop", OPUS, 1, 3)

    assert "reported no percentages" in terminal.run("plan").out
    assert read_plan(terminal)["usual"] is None


def test_an_impossible_start_is_refused(terminal: Terminal) -> None:
    with pytest.raises(SystemExit) as stopped:
        terminal.run("plan", "--start", "noon")

    assert stopped.value.code == 2
