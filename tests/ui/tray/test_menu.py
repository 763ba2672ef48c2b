"""Test the entries of the menu and their actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from claude_tray.config.schema import Settings
from claude_tray.core.desktop_style import MACOS_STYLE, WINDOWS_STYLE
from claude_tray.core.live_sessions import SessionCount
from claude_tray.core.snapshot import RankedUsage, SyncPhase, SyncState
from claude_tray.i18n.translator import load_translator
from claude_tray.ui.toolkit.messages import ActionKind, UserAction
from claude_tray.ui.tray.menu_model import ToggleKind, ViewOptions
from tests.support.builders import at
from tests.ui.tray.builders import (
    TODAY_TOTALS,
    WINDOW_PRICED_TOTALS,
    build_view,
    find_entry,
    list_labels,
    make_snapshot,
    make_state,
    make_usage,
)

RANKED_SNAPSHOT = replace(
    make_snapshot(used=make_usage(38)),
    projects=(
        RankedUsage("claude-tray", WINDOW_PRICED_TOTALS),
        RankedUsage("x" * 60, TODAY_TOTALS),
    ),
    models=(RankedUsage("Opus 4.6", WINDOW_PRICED_TOTALS),),
)


def test_menu_entries() -> None:
    options = ViewOptions(starts_at_login=True)

    view = build_view(RANKED_SNAPSHOT, options=options)

    assert list_labels(view.menu) == [
        "Show Stats",
        "-",
        "2h 47m left · resets 15:00",
        "38% used",
        "-",
        "Usage",
        "Projects",
        "Models",
        "-",
        "Open Dashboard…",
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


def test_submenu_entries() -> None:
    view = build_view(RANKED_SNAPSHOT)

    assert list_labels(find_entry(view, "Usage").entries) == [
        "This window $9.42 · 21.4M tokens",
        "Today $12.40 · 28.1M tokens",
        "Last 7 days $161.83 · 412M tokens",
        "Last 30 days $161.83 · 412M tokens",
    ]
    assert list_labels(find_entry(view, "Projects").entries) == [
        "claude-tray · $9.42",
        "x" * 47 + "… · $12.40",
        "-",
        "All Projects in the Dashboard",
    ]
    assert list_labels(find_entry(view, "Models").entries) == [
        "Opus 4.6 · $9.42"
    ]
    assert list_labels(find_entry(view, "Icon").entries) == [
        "Countdown",
        "Ring",
        "Pie",
        "Text Only",
        "-",
        "Time Left",
        "Percent Used",
    ]
    assert list_labels(find_entry(view, "Notifications").entries) == [
        "Limit Warnings",
        "Window Has Reset",
        "Daily Budget",
        "-",
        "Mute Until the Reset",
    ]


def test_windows_and_macos_have_labels_of_their_own() -> None:
    windows = ViewOptions(style=WINDOWS_STYLE, starts_at_login=False)
    macos = ViewOptions(style=MACOS_STYLE, available_version="1.1")

    on_windows = list_labels(build_view(make_snapshot(), options=windows).menu)
    on_macos = list_labels(build_view(make_snapshot(), options=macos).menu)

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


def test_only_english_labels_use_title_case() -> None:
    view = build_view(
        make_snapshot(), options=ViewOptions(translator=load_translator("de"))
    )

    assert not any(
        "Statistik Zeigen" in label for label in list_labels(view.menu)
    )


ACTIONS = {
    "Show Stats": UserAction(ActionKind.OPEN_POPUP),
    "2h 47m": UserAction(ActionKind.OPEN_POPUP),
    "Refresh Now": UserAction(ActionKind.REFRESH),
    "Open Dashboard…": UserAction(ActionKind.OPEN_DASHBOARD),
    "Sync Now": UserAction(ActionKind.SYNC_NOW),
    "Sync Settings": UserAction(ActionKind.OPEN_SETTINGS, page="sync"),
    "Ring": UserAction(
        ActionKind.CHANGE_SETTINGS, changes=(("icon.style", "ring"),)
    ),
    "Percent Used": UserAction(
        ActionKind.CHANGE_SETTINGS, changes=(("icon.number", "percent"),)
    ),
    "Limit Warnings": UserAction(
        ActionKind.CHANGE_SETTINGS,
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
    "About": UserAction(ActionKind.OPEN_DASHBOARD, page="/about"),
    "Quit": UserAction(ActionKind.QUIT),
}


def test_entries_have_their_actions() -> None:
    options = ViewOptions(
        settings=Settings(sync_enabled=True, sync_url="https://example.org"),
        starts_at_login=True,
        is_muted=True,
    )
    view = build_view(make_snapshot(), options=options)

    actions = {label: find_entry(view, label).action for label in ACTIONS}

    assert actions == ACTIONS


def test_check_states_follow_the_settings() -> None:
    settings = Settings(
        icon_style="ring",
        icon_number="percent",
        notifications_reset=False,
        limits_daily_budget_usd=25,
    )
    view = build_view(make_snapshot(), options=ViewOptions(settings=settings))

    states = {
        entry.label: (entry.toggle, entry.is_on)
        for name in ("Icon", "Notifications")
        for entry in find_entry(view, name).entries
        if entry
    }

    assert states == {
        "Countdown": (ToggleKind.RADIO, False),
        "Ring": (ToggleKind.RADIO, True),
        "Pie": (ToggleKind.RADIO, False),
        "Text Only": (ToggleKind.RADIO, False),
        "Time Left": (ToggleKind.RADIO, False),
        "Percent Used": (ToggleKind.RADIO, True),
        "Limit Warnings": (ToggleKind.CHECK, True),
        "Window Has Reset": (ToggleKind.CHECK, False),
        "Daily Budget": (ToggleKind.CHECK, True),
        "Mute Until the Reset": (ToggleKind.CHECK, False),
    }
    budget = find_entry(view, "Daily Budget").action
    assert budget.changes == (("notifications.budget", False),)


def test_left_click_opens_the_popup_unless_set_to_the_menu() -> None:
    menu = ViewOptions(settings=Settings(general_left_click="menu"))

    assert next(e.is_default for e in build_view(make_snapshot()).menu if e)
    assert not any(
        e.is_default
        for e in build_view(make_snapshot(), options=menu).menu
        if e
    )


def test_projects_link_to_the_dashboard_if_there_is_one() -> None:
    snapshot = replace(
        make_snapshot(), projects=(RankedUsage("a", TODAY_TOTALS),)
    )
    options = ViewOptions(settings=Settings(sync_url="https://example.org"))

    view = build_view(snapshot, options=options)

    projects = find_entry(view, "Projects").entries
    assert list_labels(projects)[1:] == ["-", "All Projects in the Dashboard"]
    assert (
        find_entry(view, "All Projects").action.kind
        is ActionKind.OPEN_DASHBOARD
    )


@pytest.mark.parametrize(
    ("sync", "label", "lines"),
    [
        (SyncState(), "Sync · off", []),
        (SyncState(SyncPhase.IDLE), "Sync · pending", []),
        (SyncState(SyncPhase.RUNNING), "Sync · running", []),
        (SyncState(SyncPhase.STOPPED), "Sync · failing", []),
        (
            SyncState(SyncPhase.IDLE, at("12:12:30")),
            "Sync · just now",
            ["Last sync: just now"],
        ),
        (
            SyncState(SyncPhase.IDLE, at("12:11"), pending=1),
            "Sync · 2 min ago",
            ["Last sync: 2 min ago", "1 record pending"],
        ),
        (
            SyncState(SyncPhase.IDLE, at("09:12"), pending=1200),
            "Sync · at 09:12",
            ["Last sync: at 09:12", "1,200 records pending"],
        ),
        (
            SyncState(
                SyncPhase.DELAYED,
                at("09:10") - timedelta(days=2),
                problem="x",
                failing_since=at("09:12"),
            ),
            "Sync · failing since 09:12",
            ["Last sync: Fri 09:10", "x"],
        ),
        (
            SyncState(SyncPhase.IDLE, at("12:12:30"), quarantined=3),
            "Sync · just now",
            ["Last sync: just now", "3 records quarantined"],
        ),
    ],
)
def test_sync_submenu(
    sync: SyncState,
    label: str,
    lines: list[str],
) -> None:
    options = ViewOptions(settings=Settings(sync_enabled=True))

    view = build_view(replace(make_snapshot(), sync=sync), options=options)

    entry = find_entry(view, "Sync ·")
    assert entry.label == label
    assert list_labels(entry.entries) == [
        "Sync With Other Computers",
        *lines,
        "Sync Now",
        "-",
        "Sync Settings",
    ]


def test_each_account_has_its_own_lines() -> None:
    snapshot = replace(
        make_snapshot(used=make_usage(38)),
        accounts=(
            make_state(used=make_usage(38)),
            replace(make_state(None), name="work"),
        ),
    )

    view = build_view(snapshot)

    assert view.tooltip.splitlines()[0] == (
        "Claude Code (default): 2h 47m left (15:00)"
    )
    assert list_labels(view.menu)[2:9] == [
        "default: 2h 47m left · resets 15:00",
        "38% used",
        "-",
        "work: Ready",
        "Your next message starts a new 5-hour window.",
        "-",
        "Usage",
    ]
    assert list_labels(find_entry(view, "Usage").entries)[:4] == [
        "default: This window $9.42 · 21.4M tokens",
        "default: Today $0.00 · 0 tokens",
        "work: Today $0.00 · 0 tokens",
        "All: Today $12.40 · 28.1M tokens",
    ]


def test_a_program_that_was_updated_can_be_restarted() -> None:
    view = build_view(make_snapshot(), options=ViewOptions(is_replaced=True))

    entry = view.menu[0]
    assert entry is not None
    assert entry.label == "claude-tray was updated · Restart"
    assert entry.action.kind is ActionKind.RESTART


def test_running_sessions_are_counted_and_lead_to_their_page() -> None:
    snapshot = replace(RANKED_SNAPSHOT, sessions=SessionCount(2, 1))
    count = "2 sessions running · 1 waits for you"

    view = build_view(snapshot)

    assert view.tooltip.splitlines()[-1] == count
    assert list_labels(view.menu)[3:5] == ["38% used", count]
    action = find_entry(view, count).action
    assert action == UserAction(ActionKind.OPEN_DASHBOARD, page="/live")
