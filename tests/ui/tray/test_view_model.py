"""Tooltip, menu and icon, word for word, a test for each state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.config.settings import Settings
from claude_tray.core.snapshot import (
    AccountSnapshot,
    LimitUsage,
    Pace,
    RankedUsage,
    Snapshot,
    SyncPhase,
    SyncState,
)
from claude_tray.core.tokens import TokenCounts
from claude_tray.core.totals import Totals
from claude_tray.core.windows import ValueSource, Window
from claude_tray.i18n.translator import list_languages, load_translator
from claude_tray.platform.desktop_style import MACOS_STYLE, WINDOWS_STYLE
from claude_tray.ui.toolkit.user_action import ActionKind, UserAction
from claude_tray.ui.tray.context import ViewOptions
from claude_tray.ui.tray.menu_model import CheckState
from claude_tray.ui.tray.tooltip import MAX_TOOLTIP_UNITS
from claude_tray.ui.tray.view_model import (
    build_tray_view,
    format_snapshot_lines,
    select_panel,
)
from tests.support.builders import at, nano_usd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.ui.tray.menu_model import MenuEntry
    from claude_tray.ui.tray.view_model import TrayView


WINDOW_TOTALS = Totals(7, TokenCounts(1_000_000, 400_000, 0, 0, 20_000_000))
WINDOW_PRICED_TOTALS = WINDOW_TOTALS._replace(
    priced_cost=nano_usd(9_420_000_000)
)
TODAY_TOTALS = Totals(
    9, TokenCounts(cache_read=28_100_000), nano_usd(12_400_000_000)
)
WEEK_TOTALS = Totals(
    9, TokenCounts(cache_read=412_000_000), nano_usd(161_830_000_000)
)
WINDOW = Window(
    at("10:00"), at("15:00"), ValueSource.ESTIMATED, None, WINDOW_PRICED_TOTALS
)
# 5 March 2026 is a Thursday.
THURSDAY = at("09:00", 5)


def _make_weekly_usage(percent: float, name: str = "seven_day") -> LimitUsage:
    return LimitUsage(
        name, percent, THURSDAY, ValueSource.OFFICIAL, at("12:00")
    )


def _make_usage(percent: float, observed_clock: str = "12:00") -> LimitUsage:
    return LimitUsage(
        "five_hour",
        percent,
        at("15:00"),
        ValueSource.OFFICIAL,
        at(observed_clock),
    )


def _make_state(
    window: Window | None = WINDOW, **state: Any
) -> AccountSnapshot:
    return AccountSnapshot("default", "/home/ada/.claude", window, **state)


def _make_snapshot(window: Window | None = WINDOW, **state: Any) -> Snapshot:
    return Snapshot(
        at("12:13"),
        accounts=(_make_state(window, **state),),
        today=TODAY_TOTALS,
        last_7_days=WEEK_TOTALS,
        last_30_days=WEEK_TOTALS,
    )


def _build_view(
    snapshot: Snapshot,
    clock: str = "12:13",
    options: ViewOptions | None = None,
) -> TrayView:
    return build_tray_view(snapshot, at(clock), UTC, options or ViewOptions())


def _list_labels(entries: Iterable[MenuEntry | None]) -> list[str]:
    return [entry.label if entry else "-" for entry in entries]


def _list_info_lines(view: TrayView) -> list[str]:
    """The lines between the first two separators."""
    labels = _list_labels(view.menu)
    return labels[2 : labels.index("-", 2)]


def _find_entry(view: TrayView, label: str) -> MenuEntry:
    for entry in view.menu:
        for inner in (entry, *(entry.entries if entry else ())):
            if inner and inner.label.startswith(label):
                return inner
    raise AssertionError(label)


CASES: dict[str, tuple[dict[str, Any], str, str, list[str], str]] = {
    "on pace": (
        {
            "used": _make_usage(38),
            "pace": Pace(1, 1, 66),
            "weekly": (
                _make_weekly_usage(21),
                _make_weekly_usage(34, "seven_day_opus"),
            ),
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
            "used": _make_usage(71),
            "pace": Pace(1, 1, 140, at("13:01")),
            "weekly": (_make_weekly_usage(63),),
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
            "used": _make_usage(92, "14:21"),
            "pace": Pace(1, 1, 101, at("14:56")),
            "weekly": (_make_weekly_usage(63),),
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
            "used": _make_usage(100),
            "limit_reached_until": at("15:00"),
            "weekly": (_make_weekly_usage(63),),
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
        {"used": _make_usage(40), "weekly": (_make_weekly_usage(100),)},
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
            "used": _make_usage(38, "12:01"),
            "last_record_at": at("12:12"),
            "weekly": (_make_weekly_usage(21),),
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

    view = _build_view(_make_snapshot(**state), clock)

    assert view.tooltip == tooltip
    assert _list_info_lines(view) == info
    assert view.icon.state == icon


def test_the_whole_menu() -> None:
    snapshot = replace(
        _make_snapshot(used=_make_usage(38)),
        projects=(
            RankedUsage("claude-tray", WINDOW_PRICED_TOTALS),
            RankedUsage("x" * 60, TODAY_TOTALS),
        ),
        models=(RankedUsage("Opus 4.6", WINDOW_PRICED_TOTALS),),
    )
    options = ViewOptions(starts_at_login=True)

    view = _build_view(snapshot, options=options)

    assert _list_labels(view.menu) == [
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
    assert _list_labels(_find_entry(view, "Today").entries) == [
        "This window $9.42 · 21.4M",
        "Today $12.40 · 28.1M",
        "Last 7 days $161.83 · 412M",
        "Last 30 days $161.83 · 412M",
    ]
    assert _list_labels(_find_entry(view, "Projects").entries) == [
        "claude-tray · $9.42",
        "x" * 47 + "… · $12.40",
    ]
    assert _list_labels(_find_entry(view, "Models").entries) == [
        "Opus 4.6 · $9.42"
    ]
    assert _list_labels(_find_entry(view, "Icon").entries) == [
        "Countdown",
        "Ring",
        "Pie",
        "Text Only",
        "-",
        "Time Left",
        "Percent Used",
    ]
    assert _list_labels(_find_entry(view, "Notifications").entries) == [
        "Limit Warnings",
        "Window Has Reset",
        "Daily Budget",
        "-",
        "Mute Until the Reset",
    ]


def test_windows_and_macos_have_their_own_forms() -> None:
    windows = ViewOptions(style=WINDOWS_STYLE, starts_at_login=False)
    macos = ViewOptions(style=MACOS_STYLE, available_version="1.1")

    on_windows = _list_labels(
        _build_view(_make_snapshot(), options=windows).menu
    )
    on_macos = _list_labels(_build_view(_make_snapshot(), options=macos).menu)

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
    view = _build_view(
        _make_snapshot(), options=ViewOptions(translator=load_translator("de"))
    )

    assert not any(
        "Statistik Zeigen" in label for label in _list_labels(view.menu)
    )


def test_the_menu_does_what_it_says() -> None:
    options = ViewOptions(
        settings=Settings(sync_enabled=True, sync_url="https://example.org"),
        starts_at_login=True,
        is_muted=True,
    )
    view = _build_view(_make_snapshot(), options=options)

    actions = {
        label: _find_entry(view, label).action
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

    choose = ActionKind.CHANGE_SETTINGS
    assert actions == {
        "Show Stats": UserAction(ActionKind.OPEN_POPUP),
        "2h 47m": UserAction(ActionKind.OPEN_POPUP),
        "Refresh Now": UserAction(ActionKind.REFRESH),
        "Open Dashboard": UserAction(ActionKind.OPEN_DASHBOARD),
        "Sync Now": UserAction(ActionKind.SYNC_NOW),
        "Sync Settings": UserAction(ActionKind.OPEN_SETTINGS, page="sync"),
        "Ring": UserAction(choose, changes=(("icon.style", "ring"),)),
        "Percent Used": UserAction(
            choose, changes=(("icon.number", "percent"),)
        ),
        "Limit Warnings": UserAction(
            choose,
            changes=(
                ("notifications.run_out", False),
                ("notifications.limit", False),
                ("notifications.week", False),
            ),
        ),
        "Daily Budget": UserAction(ActionKind.OPEN_SETTINGS, page="limits"),
        "Mute": UserAction(ActionKind.UNMUTE),
        "Start at Login": UserAction(ActionKind.DISABLE_AUTOSTART),
        "Settings": UserAction(ActionKind.OPEN_SETTINGS),
        "About": UserAction(ActionKind.OPEN_SETTINGS, page="about"),
        "Quit": UserAction(ActionKind.QUIT),
    }


def test_marks_show_what_is_chosen() -> None:
    settings = Settings(
        icon_style="ring",
        icon_number="percent",
        notifications_reset=False,
        limits_daily_budget_usd=25,
    )
    view = _build_view(
        _make_snapshot(), options=ViewOptions(settings=settings)
    )

    marks = {
        entry.label: (entry.mark, entry.is_on)
        for name in ("Icon", "Notifications")
        for entry in _find_entry(view, name).entries
        if entry
    }

    assert marks == {
        "Countdown": (CheckState.RADIO, False),
        "Ring": (CheckState.RADIO, True),
        "Pie": (CheckState.RADIO, False),
        "Text Only": (CheckState.RADIO, False),
        "Time Left": (CheckState.RADIO, False),
        "Percent Used": (CheckState.RADIO, True),
        "Limit Warnings": (CheckState.CHECK, True),
        "Window Has Reset": (CheckState.CHECK, False),
        "Daily Budget": (CheckState.CHECK, True),
        "Mute Until the Reset": (CheckState.CHECK, False),
    }
    budget = _find_entry(view, "Daily Budget").action
    assert budget.changes == (("notifications.budget", False),)


def test_a_left_click_opens_the_popup_unless_the_menu_was_chosen() -> None:
    menu = ViewOptions(settings=Settings(general_left_click="menu"))

    assert next(e.is_default for e in _build_view(_make_snapshot()).menu if e)
    assert not any(
        e.is_default
        for e in _build_view(_make_snapshot(), options=menu).menu
        if e
    )


def test_all_projects_are_a_dashboard_away_where_there_is_one() -> None:
    snapshot = replace(
        _make_snapshot(), projects=(RankedUsage("a", TODAY_TOTALS),)
    )
    options = ViewOptions(settings=Settings(sync_url="https://example.org"))

    view = _build_view(snapshot, options=options)

    projects = _find_entry(view, "Projects").entries
    assert _list_labels(projects)[1:] == ["-", "All Projects in the Dashboard"]
    assert (
        _find_entry(view, "All Projects").action.kind
        is ActionKind.OPEN_DASHBOARD
    )


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
            SyncState(SyncPhase.IDLE, at("12:11"), pending=1),
            "Sync · 2 min ago",
            ["Last sync 2 min ago", "1 message is waiting"],
        ),
        (
            SyncState(SyncPhase.IDLE, at("09:12"), pending=1200),
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
    options = ViewOptions(settings=Settings(sync_enabled=True))

    view = _build_view(replace(_make_snapshot(), sync=sync), options=options)

    entry = _find_entry(view, "Sync ·")
    assert entry.label == label
    assert _list_labels(entry.entries) == [
        "Sync With Other Computers",
        *lines,
        "Sync Now",
        "-",
        "Sync Settings",
    ]


def test_a_sync_that_fails_stands_last_in_the_tooltip() -> None:
    sync = SyncState(SyncPhase.DELAYED, at("09:12"))
    snapshot = replace(
        _make_snapshot(
            used=_make_usage(38),
            pace=Pace(1, 1, 66),
            weekly=(_make_weekly_usage(21),),
        ),
        sync=sync,
    )

    assert _build_view(snapshot).tooltip.splitlines()[-2:] == [
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
    view = _build_view(_make_snapshot(), clock)

    assert view.tooltip.startswith(f"Claude Code: {left} left")
    assert view.icon.minutes_left == minutes


def test_no_window_is_open() -> None:
    ended = _build_view(
        _make_snapshot(weekly=(_make_weekly_usage(21),)), "15:00"
    )

    assert ended == _build_view(
        _make_snapshot(None, weekly=(_make_weekly_usage(21),)), "15:00"
    )
    assert (ended.icon.state, ended.icon.minutes_left) == ("idle", None)
    assert ended.tooltip == (
        "Claude Code: no window open\n"
        "Your next message starts 5 hours\n"
        "Week 21%, resets Thu 09:00\n"
        "Today $12.40, 28.1M tokens"
    )
    assert _list_info_lines(ended) == [
        "No window open",
        "Your next message starts 5 hours",
        "Week 21% · resets Thu 09:00",
    ]


def test_a_week_without_a_reset_says_no_more_than_it_knows() -> None:
    week = _make_weekly_usage(21)
    usage = LimitUsage(week.name, 21, None, week.source, week.as_of)

    view = _build_view(_make_snapshot(weekly=(usage,)))

    assert "Week 21%" in view.tooltip.splitlines()
    assert _list_info_lines(view)[-1] == "Week 21%"


def test_percentages_may_tell_what_is_left() -> None:
    options = ViewOptions(settings=Settings(general_show="left"))
    state: dict[str, Any] = {
        "used": _make_usage(38),
        "weekly": (_make_weekly_usage(21),),
    }
    actual = {
        "plain": _make_snapshot(**state),
        "pace": _make_snapshot(**state, pace=Pace(1, 1, 66)),
        "fast": _make_snapshot(**state, pace=Pace(1, 1, 140, at("13:01"))),
        "old": _make_snapshot(
            **{**state, "used": _make_usage(38, "12:01")},
            last_record_at=at("12:12"),
        ),
    }

    second = {
        name: _build_view(snapshot, options=options).tooltip.splitlines()[1]
        for name, snapshot in actual.items()
    }

    assert second == {
        "plain": "62% left",
        "pace": "62% left, at this pace 34%",
        "fast": "62% left, limit at about 13:01",
        "old": "62% left, as of 12:01",
    }
    view = _build_view(actual["pace"], options=options)
    assert _list_info_lines(view)[1] == "62% left · 34% by the reset"
    assert "Week 79% left, resets Thu 09:00" in view.tooltip
    week = replace(_make_weekly_usage(21), resets_at=None)
    snapshot = _make_snapshot(weekly=(week,))
    assert "Week 79% left" in _build_view(snapshot, options=options).tooltip


def test_a_window_that_started_elsewhere_says_so() -> None:
    view = _build_view(_make_snapshot(started_elsewhere_at=at("10:00")))

    assert view.lines[-1] == "Started elsewhere at 10:00"


def test_history_is_being_read() -> None:
    starting = _build_view(Snapshot(at("12:13"), scan_progress=0.42))

    assert starting.tooltip == "Claude Code: reading the logs, 42%"
    assert _list_info_lines(starting) == ["Reading the logs, 42%"]
    assert (starting.icon.state, starting.icon.read_fraction) == (
        "reading",
        0.4,
    )


def test_a_problem_stands_first_and_hides_no_numbers() -> None:
    view = _build_view(replace(_make_snapshot(), problem="no room left"))

    assert view.tooltip.startswith("Claude Code: no room left\n2h 47m left")
    assert view.icon.state == "error"
    assert _list_info_lines(view) == [
        "no room left · Show Help",
        "2h 47m left · resets 15:00",
        "Estimated, no reset was told",
    ]


def test_a_problem_without_a_window() -> None:
    view = _build_view(Snapshot(at("12:13"), problem="cannot be listed"))

    assert view.icon.state == "error"
    assert view.tooltip == "Claude Code: cannot be listed\nClick for help"
    assert _list_info_lines(view) == ["cannot be listed · Show Help"]


def test_accounts_stand_apart_and_only_money_is_added_up() -> None:
    snapshot = replace(
        _make_snapshot(used=_make_usage(38)),
        accounts=(
            _make_state(used=_make_usage(38)),
            replace(_make_state(None), name="work"),
        ),
    )

    view = _build_view(snapshot)

    assert view.tooltip.splitlines()[0] == (
        "Claude Code (default): 2h 47m left (15:00)"
    )
    assert _list_labels(view.menu)[2:9] == [
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
    partly = WINDOW._replace(totals=WINDOW_PRICED_TOTALS._replace(unpriced=1))

    assert (
        "This window –, 5 tokens"  # noqa: RUF001 - the dash that is shown
        in _build_view(_make_snapshot(unknown)).tooltip
    )
    assert (
        "This window ≥ $9.42, 21.4M"
        in _build_view(_make_snapshot(partly)).tooltip
    )


def test_the_demo_says_so() -> None:
    demo = Snapshot(at("12:13"), is_demo=True)

    assert _build_view(demo).tooltip.startswith("Claude Code (demo): ")


@pytest.mark.parametrize("text", ["x" * 300, "\N{GRINNING FACE}" * 100])
def test_a_tooltip_never_exceeds_its_limit(text: str) -> None:
    view = _build_view(Snapshot(at("12:13"), problem=text))

    assert len(view.tooltip.encode("utf-16-le")) <= MAX_TOOLTIP_UNITS * 2
    assert view.tooltip.endswith("…")


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("case", CASES)
def test_a_tooltip_keeps_its_limit_in_every_language(
    language: str,
    case: str,
) -> None:
    state, clock, *_ = CASES[case]
    options = ViewOptions(translator=load_translator(language))

    tooltip = _build_view(_make_snapshot(**state), clock, options).tooltip

    assert len(tooltip.encode("utf-16-le")) <= MAX_TOOLTIP_UNITS * 2
    assert len(tooltip.splitlines()) >= 2


def test_lines_that_do_not_fit_are_left_out_whole() -> None:
    snapshot = replace(_make_snapshot(), problem="x" * 80)

    assert _build_view(snapshot).tooltip.splitlines()[1:] == [
        "2h 47m left (15:00)",
    ]


def test_the_lines_for_a_terminal_have_no_limit() -> None:
    snapshot = replace(_make_snapshot(), problem="x" * 200)

    assert format_snapshot_lines(snapshot, at("12:13"), UTC)[0].endswith(
        "x" * 200
    )


@pytest.mark.parametrize(
    ("options", "panel"),
    [
        (ViewOptions(), "tile"),
        (ViewOptions(is_dark=True), "dark"),
        (ViewOptions(is_dark=False), "light"),
        (ViewOptions(style=MACOS_STYLE, is_dark=True), "mono"),
        (ViewOptions(Settings(icon_panel="light"), is_dark=True), "light"),
    ],
)
def test_what_the_icon_is_drawn_for(options: ViewOptions, panel: str) -> None:
    assert select_panel(options) == panel


def test_the_icon_moves_while_forwarding_takes_long() -> None:
    moving = ViewOptions(phase=3)

    icon = _build_view(_make_snapshot(), options=moving).icon
    graver = _build_view(
        _make_snapshot(used=_make_usage(92)), options=moving
    ).icon

    assert (icon.state, icon.phase) == ("syncing", 3)
    assert (graver.state, graver.phase) == ("critical", 0)


def test_the_icon_has_what_the_settings_say() -> None:
    settings = Settings(
        icon_style="ring",
        icon_number="percent",
        icon_colour="single",
        icon_week_bar=False,
    )
    snapshot = _make_snapshot(
        used=_make_usage(38), weekly=(_make_weekly_usage(21),)
    )

    icon = _build_view(snapshot, options=ViewOptions(settings)).icon

    assert (icon.style, icon.text_kind, icon.is_single_color) == (
        "ring",
        "percent",
        True,
    )
    assert (icon.used_fraction, icon.week_fraction) == (0.38, None)
    assert _build_view(snapshot).icon.week_fraction == 0.21
