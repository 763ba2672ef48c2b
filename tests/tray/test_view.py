from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.domain.snapshot import Pace, ProfileState, Snapshot, Used
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import Source, Window
from claude_tray.tray.action import Action
from claude_tray.tray.view import (
    TOOLTIP_UNITS,
    IconState,
    IconView,
    view_of,
)
from tests.support.builders import at, nano

if TYPE_CHECKING:
    from claude_tray.tray.view import TrayView

USED = Totals(7, TokenCounts(1_000_000, 400_000, 0, 0, 20_000_000))
WINDOW_USE = USED._replace(priced_cost=nano(9_420_000_000))
TODAY = Totals(9, TokenCounts(cache_read=28_100_000), nano(12_400_000_000))
WINDOW = Window(at("10:00"), at("15:00"), Source.ESTIMATED, None, WINDOW_USE)

WEEK = Used("seven_day", 21, at("09:00", 5), Source.OFFICIAL, at("12:00"))


def _snapshot(window: Window | None = WINDOW, **state: Any) -> Snapshot:
    profile = ProfileState("default", "/home/ada/.claude", window, **state)
    return Snapshot(at("12:13"), profiles=(profile,), today=TODAY)


def _view(snapshot: Snapshot, clock: str = "12:13") -> TrayView:
    return view_of(snapshot, at(clock), UTC)


def _menu(view: TrayView) -> list[str]:
    return [entry.label if entry else "-" for entry in view.menu]


def test_an_open_window() -> None:
    view = _view(_snapshot())

    assert view.tooltip == (
        "Claude Code: 2h 47m left (15:00)\n"
        "This window $9.42, 21.4M tokens\n"
        "Today $12.40, 28.1M tokens"
    )
    assert _menu(view) == [
        "Show Stats",
        "-",
        "2h 47m left · resets 15:00",
        "This window $9.42, 21.4M tokens",
        "Today $12.40, 28.1M tokens",
        "-",
        "Refresh Now",
        "Quit claude-tray",
    ]
    assert view.icon == IconView(IconState.OK, 167, 0.44)


def test_the_menu_does_what_it_says() -> None:
    menu = _view(_snapshot()).menu
    actions = {e.label: e.action for e in menu if e}

    assert actions.pop("Refresh Now") is Action.REFRESH
    assert actions.pop("Quit claude-tray") is Action.QUIT
    assert set(actions.values()) == {Action.OPEN_POPUP}


@pytest.mark.parametrize(
    ("clock", "left", "minutes"),
    [("14:00", "1h 00m", 60), ("14:01", "59m", 59), ("14:59:30", "1m", 1)],
)
def test_it_counts_down_by_the_minute(
    clock: str,
    left: str,
    minutes: int,
) -> None:
    view = _view(_snapshot(), clock)

    assert view.tooltip.startswith(f"Claude Code: {left} left")
    assert view.icon.minutes == minutes


@pytest.mark.parametrize(
    ("pace", "week", "said"),
    [
        (None, (), "Used 38%"),
        (Pace(1, 1), (), "Used 38%"),
        (Pace(1, 1, 66.2), (), "Used 38%, at this pace 66%"),
        (
            Pace(1, 1, 140, at("13:01")),
            (),
            "Used 38%, limit at about 13:01",
        ),
        (None, (WEEK,), "Used 38%\nWeek 21%"),
    ],
)
def test_what_claude_code_told_stands_second(
    pace: Pace | None,
    week: tuple[Used, ...],
    said: str,
) -> None:
    used = Used("five_hour", 38, at("15:00"), Source.OFFICIAL, at("12:00"))

    view = _view(_snapshot(used=used, pace=pace, weekly=week))

    assert view.tooltip.startswith(
        f"Claude Code: 2h 47m left (15:00)\n{said}\nThis window $9.42",
    )


def test_no_window_is_open() -> None:
    ended = _view(_snapshot(), "15:00")

    assert ended == _view(_snapshot(None), "15:00")
    assert ended.icon == IconView(IconState.IDLE)
    assert ended.tooltip == (
        "Claude Code: no window open\n"
        "Your next message starts 5 hours\n"
        "Today $12.40, 28.1M tokens"
    )


def test_a_limit_is_reached() -> None:
    view = _view(_snapshot(limit_reached_until=at("15:00")), "13:52")

    assert view.tooltip == (
        "Claude Code: limit reached\n"
        "Works again at 15:00, in 1h 08m\n"
        "Today $12.40, 28.1M tokens"
    )
    assert _menu(view)[2] == "limit reached"


def test_a_window_that_started_elsewhere_says_so() -> None:
    view = _view(_snapshot(started_elsewhere_at=at("10:00")))

    assert view.tooltip.endswith("\nStarted elsewhere at 10:00")


def test_history_is_being_read() -> None:
    starting = _view(Snapshot(at("12:13"), reading=0.42))

    assert starting.tooltip == "Claude Code: reading the logs, 42%"
    assert starting.icon == IconView(IconState.READING, gone=0.4)


def test_a_problem_stands_first_and_hides_no_numbers() -> None:
    snapshot = _snapshot()
    broken = Snapshot(
        snapshot.taken_at,
        profiles=snapshot.profiles,
        today=TODAY,
        problem="no room left",
    )

    view = _view(broken)

    assert view.tooltip.startswith("Claude Code: no room left\n")
    assert "2h 47m left" in view.tooltip
    assert view.icon.state is IconState.ERROR
    assert _menu(view)[2] == "no room left"


def test_a_problem_without_a_window() -> None:
    view = _view(Snapshot(at("12:13"), problem="cannot be listed"))

    assert view.icon == IconView(IconState.ERROR)
    assert view.tooltip.startswith("Claude Code: cannot be listed\n")


def test_an_unknown_cost_is_a_dash_and_a_known_part_the_least() -> None:
    unknown = WINDOW._replace(totals=Totals(1, TokenCounts(5), unpriced=1))
    partly = WINDOW._replace(totals=WINDOW_USE._replace(unpriced=1))

    assert (
        "This window \N{EN DASH}, 5 tokens"
        in _view(_snapshot(unknown)).tooltip
    )
    assert "This window ≥ $9.42, 21.4M" in _view(_snapshot(partly)).tooltip


def test_the_demo_says_so() -> None:
    demo = Snapshot(at("12:13"), is_demo=True)

    assert _view(demo).tooltip.startswith("Claude Code (demo): ")


@pytest.mark.parametrize("text", ["x" * 300, "\N{GRINNING FACE}" * 100])
def test_a_tooltip_never_exceeds_its_limit(text: str) -> None:
    view = _view(Snapshot(at("12:13"), problem=text))

    assert len(view.tooltip.encode("utf-16-le")) <= TOOLTIP_UNITS * 2
    assert view.tooltip.endswith("…")


def test_lines_that_do_not_fit_are_left_out_whole() -> None:
    view = _view(Snapshot(at("12:13"), problem="x" * 80, today=TODAY))

    assert view.tooltip.splitlines()[1:] == [
        "Your next message starts 5 hours",
    ]
