"""Test tooltip, menu lines and icon word for word, state by state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from claude_tray.config.schema import Settings
from claude_tray.core.desktop_style import MACOS_STYLE
from claude_tray.core.snapshot import (
    Pace,
    Snapshot,
    SyncPhase,
    SyncState,
)
from claude_tray.i18n.translator import list_languages, load_translator
from claude_tray.ui.tray.menu_model import ViewOptions
from claude_tray.ui.tray.view_model import MAX_TOOLTIP_UNITS, select_panel
from tests.support.builders import at
from tests.support.limits import make_limit_usage
from tests.ui.tray.builders import (
    build_view,
    list_info_lines,
    make_snapshot,
    make_state,
    make_usage,
    make_weekly_usage,
)

CASES: dict[str, tuple[dict[str, Any], str, str, list[str], str]] = {
    "on pace": (
        {
            "used": make_usage(38),
            "pace": Pace(1, 1, 66),
            "weekly": (
                make_weekly_usage(21),
                make_weekly_usage(34, "seven_day_opus"),
            ),
        },
        "12:13",
        """\
Claude Code: 2h 47m left (15:00)
38% used · on track for 66% at reset
Week 21% · resets Thu 09:00
Today $12.40 · 28.1M tokens""",
        [
            "2h 47m left · resets 15:00",
            "38% used · on track for 66% at reset",
            "Week 21% · lasts until the reset Thu 09:00",
            "Opus 34% · lasts until the reset Thu 09:00",
        ],
        "ok",
    ),
    "too fast": (
        {
            "used": make_usage(71),
            "pace": Pace(1, 1, 140, at("13:01")),
            "weekly": (make_weekly_usage(63),),
        },
        "12:13",
        """\
Claude Code: 2h 47m left (15:00)
71% used · limit around 13:01
Week 63% · runs out Tue 08:02
Today $12.40 · 28.1M tokens""",
        [
            "2h 47m left · resets 15:00",
            "71% used · limit around 13:01",
            "Week 63% · runs out Tue 08:02, 2d 0h early",
        ],
        "warning",
    ),
    "almost out": (
        {
            "used": make_usage(92, "14:21"),
            "pace": Pace(1, 1, 101, at("14:56")),
            "weekly": (make_weekly_usage(63),),
        },
        "14:22",
        """\
Claude Code: 38m left (15:00)
92% used · limit around 14:56
Week 63% · runs out Tue 08:02
Today $12.40 · 28.1M tokens""",
        [
            "38m left · resets 15:00",
            "92% used · limit around 14:56",
            "Week 63% · runs out Tue 08:02, 2d 0h early",
        ],
        "critical",
    ),
    "limit": (
        {
            "used": make_usage(100),
            "limit_reached_until": at("15:00"),
            "weekly": (make_weekly_usage(63),),
        },
        "13:52",
        """\
Claude Code: 5-hour limit reached
Available again 15:00 (in 1h 08m)
Week 63% · runs out Tue 08:02
Today $12.40 · 28.1M tokens""",
        [
            "5-hour limit reached",
            "Available again 15:00 (in 1h 08m)",
            "Week 63% · runs out Tue 08:02, 2d 0h early",
        ],
        "limit",
    ),
    "weekly limit": (
        {"used": make_usage(40), "weekly": (make_weekly_usage(100),)},
        "13:00",
        """\
Claude Code: Weekly limit reached
Available again Thu 09:00 (in 3d 20h)
Last 7 days $161.83 · 412M tokens""",
        [
            "Weekly limit reached",
            "Available again Thu 09:00 (in 3d 20h)",
            "5 hours 40% · resets 15:00",
        ],
        "limit",
    ),
    "no limit known": (
        {},
        "12:13",
        """\
Claude Code: 2h 47m left (15:00)
This window $9.42 · 21.4M tokens
Today $12.40 · 28.1M tokens""",
        ["2h 47m left · resets 15:00", "Estimated reset time"],
        "ok",
    ),
    "stale": (
        {
            "used": make_usage(38, "12:01"),
            "last_record_at": at("12:12"),
            "weekly": (make_weekly_usage(21),),
        },
        "12:13",
        """\
Claude Code: 2h 47m left (15:00)
At least 38% (as of 12:01)
Week ≥ 21% · resets Thu 09:00
Today $12.40 · 28.1M tokens""",
        [
            "2h 47m left · resets 15:00",
            "At least 38% (as of 12:01)",
            "Week ≥ 21% (as of 12:00) · resets Thu 09:00",
        ],
        "stale",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_open_window(case: str) -> None:
    state, clock, tooltip, info, icon = CASES[case]

    view = build_view(make_snapshot(**state), clock)

    assert view.tooltip == tooltip
    assert list_info_lines(view) == info
    assert view.icon.state == icon


def test_tooltip_ends_with_a_sync_delay() -> None:
    sync = SyncState(SyncPhase.DELAYED, at("09:12"))
    snapshot = replace(
        make_snapshot(
            used=make_usage(38),
            pace=Pace(1, 1, 66),
            weekly=(make_weekly_usage(21),),
        ),
        sync=sync,
    )

    assert build_view(snapshot).tooltip.splitlines()[-2:] == [
        "Week 21% · resets Thu 09:00",
        "Not synced since 09:12",
    ]


@pytest.mark.parametrize(
    ("clock", "left", "minutes"),
    [("14:00", "1h 00m", 60), ("14:01", "59m", 59), ("14:59:30", "1m", 1)],
)
def test_tooltip_and_icon_round_minutes_up(
    clock: str,
    left: str,
    minutes: int,
) -> None:
    view = build_view(make_snapshot(), clock)

    assert view.tooltip.startswith(f"Claude Code: {left} left")
    assert view.icon.minutes_left == minutes


def test_no_open_window() -> None:
    ended = build_view(make_snapshot(weekly=(make_weekly_usage(21),)), "15:00")

    assert ended == build_view(
        make_snapshot(None, weekly=(make_weekly_usage(21),)), "15:00"
    )
    assert (ended.icon.state, ended.icon.minutes_left) == ("idle", None)
    assert ended.tooltip == (
        "Claude Code: Ready\n"
        "Your next message starts a new 5-hour window.\n"
        "Week 21% · resets Thu 09:00\n"
        "Today $12.40 · 28.1M tokens"
    )
    assert list_info_lines(ended) == [
        "Ready",
        "Your next message starts a new 5-hour window.",
        "Week 21% · lasts until the reset Thu 09:00",
    ]


def test_week_without_a_reset_time() -> None:
    week = make_weekly_usage(21)
    usage = make_limit_usage(week.name, 21, None, week.as_of)

    view = build_view(make_snapshot(weekly=(usage,)))

    assert "Week 21%" in view.tooltip.splitlines()
    assert list_info_lines(view)[-1] == "Week 21%"


def test_percentages_can_show_what_is_left() -> None:
    options = ViewOptions(settings=Settings(general_show="left"))
    state: dict[str, Any] = {
        "used": make_usage(38),
        "weekly": (make_weekly_usage(21),),
    }
    actual = {
        "plain": make_snapshot(**state),
        "pace": make_snapshot(**state, pace=Pace(1, 1, 66)),
        "fast": make_snapshot(**state, pace=Pace(1, 1, 140, at("13:01"))),
        "old": make_snapshot(
            **{**state, "used": make_usage(38, "12:01")},
            last_record_at=at("12:12"),
        ),
    }

    second = {
        name: build_view(snapshot, options=options).tooltip.splitlines()[1]
        for name, snapshot in actual.items()
    }

    assert second == {
        "plain": "62% left",
        "pace": "62% left · on track for 34% at reset",
        "fast": "62% left · limit around 13:01",
        "old": "At most 62% left (as of 12:01)",
    }
    view = build_view(actual["pace"], options=options)
    assert list_info_lines(view)[1] == "62% left · on track for 34% at reset"
    assert "Week 79% left · resets Thu 09:00" in view.tooltip
    week = replace(make_weekly_usage(21), resets_at=None)
    snapshot = make_snapshot(weekly=(week,))
    assert "Week 79% left" in build_view(snapshot, options=options).tooltip


def test_first_scan_shows_its_progress() -> None:
    starting = build_view(Snapshot(at("12:13"), scan_progress=0.42))

    assert starting.tooltip == "Claude Code: Reading logs · 42%"
    assert list_info_lines(starting) == ["Reading logs · 42%"]
    assert (starting.icon.state, starting.icon.read_fraction) == (
        "reading",
        0.4,
    )


def test_problem_comes_first_and_hides_no_numbers() -> None:
    view = build_view(replace(make_snapshot(), problem="no room left"))

    assert view.tooltip.startswith("Claude Code: no room left\n2h 47m left")
    assert view.icon.state == "error"
    assert list_info_lines(view) == [
        "no room left · Show Details",
        "2h 47m left · resets 15:00",
        "Estimated reset time",
    ]


def test_problem_without_a_window() -> None:
    view = build_view(Snapshot(at("12:13"), problem="cannot be listed"))

    assert view.icon.state == "error"
    assert view.tooltip == "Claude Code: cannot be listed\nClick for details"
    assert list_info_lines(view) == ["cannot be listed · Show Details"]


@pytest.mark.parametrize("text", ["x" * 300, "\N{GRINNING FACE}" * 100])
def test_long_tooltip_is_truncated(text: str) -> None:
    view = build_view(Snapshot(at("12:13"), problem=text))

    assert len(view.tooltip.encode("utf-16-le")) <= MAX_TOOLTIP_UNITS * 2
    assert view.tooltip.endswith("…")


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize("case", CASES)
def test_tooltip_fits_in_every_language(
    language: str,
    case: str,
) -> None:
    state, clock, *_ = CASES[case]
    options = ViewOptions(translator=load_translator(language))

    tooltip = build_view(make_snapshot(**state), clock, options).tooltip

    assert len(tooltip.encode("utf-16-le")) <= MAX_TOOLTIP_UNITS * 2
    assert len(tooltip.splitlines()) >= 2


def test_tooltip_drops_lines_that_do_not_fit() -> None:
    snapshot = replace(make_snapshot(), problem="x" * 80)

    assert build_view(snapshot).tooltip.splitlines()[1:] == [
        "2h 47m left (15:00)",
    ]


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
def test_icon_panel_follows_settings_and_system(
    options: ViewOptions, panel: str
) -> None:
    assert select_panel(options) == panel


def test_icon_is_animated_during_sync_unless_critical() -> None:
    animated = ViewOptions(phase=3)

    icon = build_view(make_snapshot(), options=animated).icon
    critical = build_view(
        make_snapshot(used=make_usage(92)), options=animated
    ).icon

    assert (icon.state, icon.phase) == ("syncing", 3)
    assert (critical.state, critical.phase) == ("critical", 0)


def test_icon_follows_the_settings() -> None:
    settings = Settings(
        icon_style="ring",
        icon_number="percent",
        icon_colour="single",
        icon_week_bar=False,
    )
    snapshot = make_snapshot(
        used=make_usage(38), weekly=(make_weekly_usage(21),)
    )

    icon = build_view(snapshot, options=ViewOptions(settings)).icon

    assert (icon.style, icon.text_kind, icon.is_single_color) == (
        "ring",
        "percent",
        True,
    )
    assert (icon.used_fraction, icon.week_fraction) == (0.38, None)
    assert build_view(snapshot).icon.week_fraction == 0.21


def make_two_accounts(work_last_used: str) -> Snapshot:
    """Return a calm account and one at its limit."""
    calm = make_state(used=make_usage(38), last_record_at=at("12:00"))
    blocked = replace(
        make_state(used=make_usage(100), last_record_at=at(work_last_used)),
        name="work",
    )
    return replace(make_snapshot(), accounts=(calm, blocked))


def test_the_icon_shows_the_worst_account_in_use() -> None:
    view = build_view(make_two_accounts("11:30"))

    assert view.icon.state == "limit"
    assert not view.icon.has_badge
    assert view.tooltip.startswith("Claude Code (work): ")


def test_a_badge_shows_that_an_idle_account_is_worse_off() -> None:
    view = build_view(make_two_accounts("10:30"))

    assert view.icon.state == "ok"
    assert view.icon.has_badge
    first, second, *_ = view.tooltip.splitlines()
    assert first.startswith("Claude Code (default): ")
    assert second == "work: 5-hour limit reached"
