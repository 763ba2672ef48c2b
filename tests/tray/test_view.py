"""Tooltip, menu and icon, word for word, a test for each state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.domain.snapshot import (
    Pace,
    ProfileState,
    Share,
    Snapshot,
    SyncPhase,
    SyncState,
    Used,
)
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import Source, Window
from claude_tray.settings.parse import Settings
from claude_tray.tray.action import Action, Wish
from claude_tray.tray.entry import Mark
from claude_tray.tray.lines import TOOLTIP_UNITS
from claude_tray.tray.manner import Manner
from claude_tray.tray.view import lines_of, panel_of, view_of
from claude_tray.words.tongue import languages, tongue_of
from tests.support.builders import at, nano

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.tray.entry import MenuEntry
    from claude_tray.tray.view import TrayView

USED = Totals(7, TokenCounts(1_000_000, 400_000, 0, 0, 20_000_000))
WINDOW_USE = USED._replace(priced_cost=nano(9_420_000_000))
TODAY = Totals(9, TokenCounts(cache_read=28_100_000), nano(12_400_000_000))
WEEK_USE = Totals(
    9, TokenCounts(cache_read=412_000_000), nano(161_830_000_000)
)
WINDOW = Window(at("10:00"), at("15:00"), Source.ESTIMATED, None, WINDOW_USE)
# 5 March 2026 is a Thursday.
THURSDAY = at("09:00", 5)


def _week(percent: float, name: str = "seven_day") -> Used:
    return Used(name, percent, THURSDAY, Source.OFFICIAL, at("12:00"))


def _five_hours(percent: float, told: str = "12:00") -> Used:
    return Used("five_hour", percent, at("15:00"), Source.OFFICIAL, at(told))


def _state(window: Window | None = WINDOW, **state: Any) -> ProfileState:
    return ProfileState("default", "/home/ada/.claude", window, **state)


def _snapshot(window: Window | None = WINDOW, **state: Any) -> Snapshot:
    return Snapshot(
        at("12:13"),
        profiles=(_state(window, **state),),
        today=TODAY,
        last_7_days=WEEK_USE,
        last_30_days=WEEK_USE,
    )


def _view(
    snapshot: Snapshot,
    clock: str = "12:13",
    manner: Manner | None = None,
) -> TrayView:
    return view_of(snapshot, at(clock), UTC, manner or Manner())


def _labels(entries: Iterable[MenuEntry | None]) -> list[str]:
    return [entry.label if entry else "-" for entry in entries]


def _info(view: TrayView) -> list[str]:
    """The lines between the first two separators."""
    labels = _labels(view.menu)
    return labels[2 : labels.index("-", 2)]


def _entry(view: TrayView, label: str) -> MenuEntry:
    for entry in view.menu:
        for inner in (entry, *(entry.entries if entry else ())):
            if inner and inner.label.startswith(label):
                return inner
    raise AssertionError(label)


CASES: dict[str, tuple[dict[str, Any], str, str, list[str], str]] = {
    "on pace": (
        {
            "used": _five_hours(38),
            "pace": Pace(1, 1, 66),
            "weekly": (_week(21), _week(34, "seven_day_opus")),
        },
        "12:13",
        """\
Claude Code: 2h 47m left (15:00)
Used 38%, at this pace 66%
Week 21%, resets Thu 09:00
Today $12.40, 28.1M tokens""",
        [
            "2h 47m left · resets 15:00",
            "38% used · 66% by the reset",
            "Week 21% · Opus 34% · resets Thu 09:00",
        ],
        "ok",
    ),
    "too fast": (
        {
            "used": _five_hours(71),
            "pace": Pace(1, 1, 140, at("13:01")),
            "weekly": (_week(63),),
        },
        "12:13",
        """\
Claude Code: 2h 47m left (15:00)
Used 71%, limit at about 13:01
Week 63%, resets Thu 09:00
Today $12.40, 28.1M tokens""",
        [
            "2h 47m left · resets 15:00",
            "71% used · limit at about 13:01",
            "Week 63% · resets Thu 09:00",
        ],
        "warning",
    ),
    "almost out": (
        {
            "used": _five_hours(92, "14:21"),
            "pace": Pace(1, 1, 101, at("14:56")),
            "weekly": (_week(63),),
        },
        "14:22",
        """\
Claude Code: 38m left (15:00)
Used 92%, limit at about 14:56
Week 63%, resets Thu 09:00
Today $12.40, 28.1M tokens""",
        [
            "38m left · resets 15:00",
            "92% used · limit at about 14:56",
            "Week 63% · resets Thu 09:00",
        ],
        "critical",
    ),
    "limit": (
        {
            "used": _five_hours(100),
            "limit_reached_until": at("15:00"),
            "weekly": (_week(63),),
        },
        "13:52",
        """\
Claude Code: limit reached
Works again at 15:00, in 1h 08m
Week 63%, resets Thu 09:00
Today $12.40, 28.1M tokens""",
        [
            "Limit reached · works again 15:00 (1h 08m)",
            "Week 63% · resets Thu 09:00",
        ],
        "limit",
    ),
    "weekly limit": (
        {"used": _five_hours(40), "weekly": (_week(100),)},
        "13:00",
        """\
Claude Code: weekly limit reached
Works again Thu 09:00, in 3d 20h
Last 7 days $161.83, 412M tokens""",
        [
            "Weekly limit reached · works again Thu 09:00",
            "Week 100% · resets Thu 09:00",
        ],
        "limit",
    ),
    "no limit known": (
        {},
        "12:13",
        """\
Claude Code: 2h 47m left (15:00)
This window $9.42, 21.4M tokens
Today $12.40, 28.1M tokens""",
        ["2h 47m left · resets 15:00", "Estimated, no reset was told"],
        "ok",
    ),
    "stale": (
        {
            "used": _five_hours(38, "12:01"),
            "last_record_at": at("12:12"),
            "weekly": (_week(21),),
        },
        "12:13",
        """\
Claude Code: 2h 47m left (15:00)
Used 38%, as of 12:01
No new data for 12m""",
        [
            "2h 47m left · resets 15:00",
            "As of 12:01, no new data for 12m",
            "Week 21% · resets Thu 09:00",
        ],
        "stale",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_open_window(case: str) -> None:
    state, clock, tooltip, info, icon = CASES[case]

    view = _view(_snapshot(**state), clock)

    assert view.tooltip == tooltip
    assert _info(view) == info
    assert view.icon.state == icon


def test_the_whole_menu() -> None:
    snapshot = replace(
        _snapshot(used=_five_hours(38)),
        projects=(Share("claude-tray", WINDOW_USE), Share("x" * 60, TODAY)),
        models=(Share("Opus 4.6", WINDOW_USE),),
    )
    manner = Manner(starts_at_login=True)

    view = _view(snapshot, manner=manner)

    assert _labels(view.menu) == [
        "Show Stats",
        "-",
        "2h 47m left · resets 15:00",
        "38% used",
        "-",
        "Today $12.40 · 28.1M tokens",
        "Projects",
        "Models",
        "-",
        "Refresh Now",
        "Sync · off",
        "-",
        "Icon",
        "Notifications",
        "Start at Login",
        "Settings",
        "-",
        "About claude-tray",
        "Quit claude-tray",
    ]
    assert _labels(_entry(view, "Today").entries) == [
        "This window $9.42 · 21.4M",
        "Today $12.40 · 28.1M",
        "Last 7 days $161.83 · 412M",
        "Last 30 days $161.83 · 412M",
    ]
    assert _labels(_entry(view, "Projects").entries) == [
        "claude-tray · $9.42",
        "x" * 47 + "… · $12.40",
    ]
    assert _labels(_entry(view, "Models").entries) == ["Opus 4.6 · $9.42"]
    assert _labels(_entry(view, "Icon").entries) == [
        "Countdown",
        "Ring",
        "Pie",
        "Text Only",
        "-",
        "Time Left",
        "Percent Used",
    ]
    assert _labels(_entry(view, "Notifications").entries) == [
        "Limit Warnings",
        "Window Has Reset",
        "Daily Budget",
        "-",
        "Mute Until the Reset",
    ]


def test_windows_and_macos_have_their_own_forms() -> None:
    windows = Manner(system="win32", starts_at_login=False)
    macos = Manner(system="darwin", update="1.1")

    on_windows = _labels(_view(_snapshot(), manner=windows).menu)
    on_macos = _labels(_view(_snapshot(), manner=macos).menu)

    assert on_windows[0] == "Show stats"
    assert on_windows[-5:] == [
        "Start with Windows",
        "Settings",
        "-",
        "About claude-tray",
        "Exit",
    ]
    assert on_macos[-4:] == [
        "Settings…",
        "-",
        "Update to 1.1",
        "Quit claude-tray",
    ]


def test_only_english_commands_have_capitals() -> None:
    view = _view(_snapshot(), manner=Manner(tongue=tongue_of("de")))

    assert not any("Statistik Zeigen" in label for label in _labels(view.menu))


def test_the_menu_does_what_it_says() -> None:
    manner = Manner(
        settings=Settings(sync_enabled=True, sync_url="https://example.org"),
        starts_at_login=True,
        is_muted=True,
    )
    view = _view(_snapshot(), manner=manner)

    wishes = {
        label: _entry(view, label).wish
        for label in (
            "Show Stats",
            "2h 47m",
            "Refresh Now",
            "Open Dashboard",
            "Sync Now",
            "Sync Settings",
            "Ring",
            "Percent Used",
            "Limit Warnings",
            "Daily Budget",
            "Mute",
            "Start at Login",
            "Settings",
            "About",
            "Quit",
        )
    }

    choose = Action.CHOOSE
    assert wishes == {
        "Show Stats": Wish(Action.OPEN_POPUP),
        "2h 47m": Wish(Action.OPEN_POPUP),
        "Refresh Now": Wish(Action.REFRESH),
        "Open Dashboard": Wish(Action.OPEN_DASHBOARD),
        "Sync Now": Wish(Action.SYNC_NOW),
        "Sync Settings": Wish(Action.OPEN_SETTINGS, page="sync"),
        "Ring": Wish(choose, choices=(("icon.style", "ring"),)),
        "Percent Used": Wish(choose, choices=(("icon.number", "percent"),)),
        "Limit Warnings": Wish(
            choose,
            choices=(
                ("notifications.run_out", False),
                ("notifications.limit", False),
                ("notifications.week", False),
            ),
        ),
        "Daily Budget": Wish(Action.OPEN_SETTINGS, page="limits"),
        "Mute": Wish(Action.UNMUTE),
        "Start at Login": Wish(Action.STAY_OFF_AT_LOGIN),
        "Settings": Wish(Action.OPEN_SETTINGS),
        "About": Wish(Action.ABOUT),
        "Quit": Wish(Action.QUIT),
    }


def test_marks_show_what_is_chosen() -> None:
    settings = Settings(
        icon_style="ring",
        icon_number="percent",
        notifications_reset=False,
        limits_daily_budget_usd=25,
    )
    view = _view(_snapshot(), manner=Manner(settings=settings))

    marks = {
        entry.label: (entry.mark, entry.is_on)
        for name in ("Icon", "Notifications")
        for entry in _entry(view, name).entries
        if entry
    }

    assert marks == {
        "Countdown": (Mark.RADIO, False),
        "Ring": (Mark.RADIO, True),
        "Pie": (Mark.RADIO, False),
        "Text Only": (Mark.RADIO, False),
        "Time Left": (Mark.RADIO, False),
        "Percent Used": (Mark.RADIO, True),
        "Limit Warnings": (Mark.CHECK, True),
        "Window Has Reset": (Mark.CHECK, False),
        "Daily Budget": (Mark.CHECK, True),
        "Mute Until the Reset": (Mark.CHECK, False),
    }
    budget = _entry(view, "Daily Budget").wish
    assert budget.choices == (("notifications.budget", False),)


def test_a_left_click_opens_the_popup_unless_the_menu_was_chosen() -> None:
    menu = Manner(settings=Settings(general_left_click="menu"))

    assert next(e.is_default for e in _view(_snapshot()).menu if e)
    assert not any(
        e.is_default for e in _view(_snapshot(), manner=menu).menu if e
    )


def test_all_projects_are_a_dashboard_away_where_there_is_one() -> None:
    snapshot = replace(_snapshot(), projects=(Share("a", TODAY),))
    manner = Manner(settings=Settings(sync_url="https://example.org"))

    view = _view(snapshot, manner=manner)

    projects = _entry(view, "Projects").entries
    assert _labels(projects)[1:] == ["-", "All Projects in the Dashboard"]
    assert _entry(view, "All Projects").wish.action is Action.OPEN_DASHBOARD


@pytest.mark.parametrize(
    ("sync", "label", "lines"),
    [
        (SyncState(), "Sync · off", []),
        (SyncState(SyncPhase.IDLE), "Sync · waiting", []),
        (SyncState(SyncPhase.RUNNING), "Sync · running", []),
        (SyncState(SyncPhase.STOPPED), "Sync · failed", []),
        (
            SyncState(SyncPhase.IDLE, at("12:12:30")),
            "Sync · just now",
            ["Last sync just now"],
        ),
        (
            SyncState(SyncPhase.IDLE, at("12:11"), waiting=1),
            "Sync · 2 min ago",
            ["Last sync 2 min ago", "1 message is waiting"],
        ),
        (
            SyncState(SyncPhase.IDLE, at("09:12"), waiting=1200),
            "Sync · at 09:12",
            ["Last sync at 09:12", "1,200 messages are waiting"],
        ),
        (
            SyncState(
                SyncPhase.DELAYED,
                at("09:10") - timedelta(days=2),
                problem="x",
                failing_since=at("09:12"),
            ),
            "Sync · failed 09:12",
            ["Last sync Fri 09:10", "x"],
        ),
        (
            SyncState(SyncPhase.IDLE, at("12:12:30"), quarantined=3),
            "Sync · just now",
            ["Last sync just now", "3 messages are set aside"],
        ),
    ],
)
def test_how_forwarding_stands(
    sync: SyncState,
    label: str,
    lines: list[str],
) -> None:
    manner = Manner(settings=Settings(sync_enabled=True))

    view = _view(replace(_snapshot(), sync=sync), manner=manner)

    entry = _entry(view, "Sync ·")
    assert entry.label == label
    assert _labels(entry.entries) == [
        "Sync With Other Computers",
        *lines,
        "Sync Now",
        "-",
        "Sync Settings",
    ]


def test_a_sync_that_fails_stands_last_in_the_tooltip() -> None:
    sync = SyncState(SyncPhase.DELAYED, at("09:12"))
    snapshot = replace(
        _snapshot(
            used=_five_hours(38),
            pace=Pace(1, 1, 66),
            weekly=(_week(21),),
        ),
        sync=sync,
    )

    assert _view(snapshot).tooltip.splitlines()[-2:] == [
        "Week 21%, resets Thu 09:00",
        "Not synced since 09:12",
    ]


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


def test_no_window_is_open() -> None:
    ended = _view(_snapshot(weekly=(_week(21),)), "15:00")

    assert ended == _view(_snapshot(None, weekly=(_week(21),)), "15:00")
    assert (ended.icon.state, ended.icon.minutes) == ("idle", None)
    assert ended.tooltip == (
        "Claude Code: no window open\n"
        "Your next message starts 5 hours\n"
        "Week 21%, resets Thu 09:00\n"
        "Today $12.40, 28.1M tokens"
    )
    assert _info(ended) == [
        "No window open",
        "Your next message starts 5 hours",
        "Week 21% · resets Thu 09:00",
    ]


def test_a_week_without_a_reset_says_no_more_than_it_knows() -> None:
    week = _week(21)
    told = Used(week.name, 21, None, week.source, week.as_of)

    view = _view(_snapshot(weekly=(told,)))

    assert "Week 21%" in view.tooltip.splitlines()
    assert _info(view)[-1] == "Week 21%"


def test_percentages_may_tell_what_is_left() -> None:
    manner = Manner(settings=Settings(general_show="left"))
    state: dict[str, Any] = {"used": _five_hours(38), "weekly": (_week(21),)}
    told = {
        "plain": _snapshot(**state),
        "pace": _snapshot(**state, pace=Pace(1, 1, 66)),
        "fast": _snapshot(**state, pace=Pace(1, 1, 140, at("13:01"))),
        "old": _snapshot(
            **{**state, "used": _five_hours(38, "12:01")},
            last_record_at=at("12:12"),
        ),
    }

    second = {
        name: _view(snapshot, manner=manner).tooltip.splitlines()[1]
        for name, snapshot in told.items()
    }

    assert second == {
        "plain": "62% left",
        "pace": "62% left, at this pace 34%",
        "fast": "62% left, limit at about 13:01",
        "old": "62% left, as of 12:01",
    }
    view = _view(told["pace"], manner=manner)
    assert _info(view)[1] == "62% left · 34% by the reset"
    assert "Week 79% left, resets Thu 09:00" in view.tooltip
    week = replace(_week(21), resets_at=None)
    snapshot = _snapshot(weekly=(week,))
    assert "Week 79% left" in _view(snapshot, manner=manner).tooltip


def test_a_window_that_started_elsewhere_says_so() -> None:
    view = _view(_snapshot(started_elsewhere_at=at("10:00")))

    assert view.lines[-1] == "Started elsewhere at 10:00"


def test_history_is_being_read() -> None:
    starting = _view(Snapshot(at("12:13"), reading=0.42))

    assert starting.tooltip == "Claude Code: reading the logs, 42%"
    assert _info(starting) == ["Reading the logs, 42%"]
    assert (starting.icon.state, starting.icon.read) == ("reading", 0.4)


def test_a_problem_stands_first_and_hides_no_numbers() -> None:
    view = _view(replace(_snapshot(), problem="no room left"))

    assert view.tooltip.startswith("Claude Code: no room left\n2h 47m left")
    assert view.icon.state == "error"
    assert _info(view) == [
        "no room left · Show Help",
        "2h 47m left · resets 15:00",
        "Estimated, no reset was told",
    ]


def test_a_problem_without_a_window() -> None:
    view = _view(Snapshot(at("12:13"), problem="cannot be listed"))

    assert view.icon.state == "error"
    assert view.tooltip == "Claude Code: cannot be listed\nClick for help"
    assert _info(view) == ["cannot be listed · Show Help"]


def test_accounts_stand_apart_and_only_money_is_added_up() -> None:
    snapshot = replace(
        _snapshot(used=_five_hours(38)),
        profiles=(
            _state(used=_five_hours(38)),
            replace(_state(None), name="work"),
        ),
    )

    view = _view(snapshot)

    assert view.tooltip.splitlines()[0] == (
        "Claude Code (default): 2h 47m left (15:00)"
    )
    assert _labels(view.menu)[2:9] == [
        "default: 2h 47m left · resets 15:00",
        "38% used",
        "-",
        "work: No window open",
        "Your next message starts 5 hours",
        "-",
        "Today $12.40 · 28.1M tokens",
    ]


def test_an_unknown_cost_is_a_dash_and_a_known_part_the_least() -> None:
    unknown = WINDOW._replace(totals=Totals(1, TokenCounts(5), unpriced=1))
    partly = WINDOW._replace(totals=WINDOW_USE._replace(unpriced=1))

    assert "This window –, 5 tokens" in _view(_snapshot(unknown)).tooltip  # noqa: RUF001 - a dash
    assert "This window ≥ $9.42, 21.4M" in _view(_snapshot(partly)).tooltip


def test_the_demo_says_so() -> None:
    demo = Snapshot(at("12:13"), is_demo=True)

    assert _view(demo).tooltip.startswith("Claude Code (demo): ")


@pytest.mark.parametrize("text", ["x" * 300, "\N{GRINNING FACE}" * 100])
def test_a_tooltip_never_exceeds_its_limit(text: str) -> None:
    view = _view(Snapshot(at("12:13"), problem=text))

    assert len(view.tooltip.encode("utf-16-le")) <= TOOLTIP_UNITS * 2
    assert view.tooltip.endswith("…")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("case", CASES)
def test_a_tooltip_keeps_its_limit_in_every_language(
    language: str,
    case: str,
) -> None:
    state, clock, *_ = CASES[case]
    manner = Manner(tongue=tongue_of(language))

    tooltip = _view(_snapshot(**state), clock, manner).tooltip

    assert len(tooltip.encode("utf-16-le")) <= TOOLTIP_UNITS * 2
    assert len(tooltip.splitlines()) >= 2


def test_lines_that_do_not_fit_are_left_out_whole() -> None:
    snapshot = replace(_snapshot(), problem="x" * 80)

    assert _view(snapshot).tooltip.splitlines()[1:] == [
        "2h 47m left (15:00)",
    ]


def test_the_lines_for_a_terminal_have_no_limit() -> None:
    snapshot = replace(_snapshot(), problem="x" * 200)

    assert lines_of(snapshot, at("12:13"), UTC)[0].endswith("x" * 200)


@pytest.mark.parametrize(
    ("manner", "panel"),
    [
        (Manner(), "tile"),
        (Manner(is_dark=True), "dark"),
        (Manner(is_dark=False), "light"),
        (Manner(system="darwin", is_dark=True), "mono"),
        (Manner(Settings(icon_panel="light"), is_dark=True), "light"),
    ],
)
def test_what_the_icon_is_drawn_for(manner: Manner, panel: str) -> None:
    assert panel_of(manner) == panel


def test_the_icon_moves_while_forwarding_takes_long() -> None:
    moving = Manner(phase=3)

    icon = _view(_snapshot(), manner=moving).icon
    graver = _view(_snapshot(used=_five_hours(92)), manner=moving).icon

    assert (icon.state, icon.phase) == ("syncing", 3)
    assert (graver.state, graver.phase) == ("critical", 0)


def test_the_icon_has_what_the_settings_say() -> None:
    settings = Settings(
        icon_style="ring",
        icon_number="percent",
        icon_colour="single",
        icon_week_bar=False,
    )
    snapshot = _snapshot(used=_five_hours(38), weekly=(_week(21),))

    icon = _view(snapshot, manner=Manner(settings)).icon

    assert (icon.style, icon.number, icon.is_single) == (
        "ring",
        "percent",
        True,
    )
    assert (icon.used, icon.week) == (0.38, None)
    assert _view(snapshot).icon.week == 0.21
