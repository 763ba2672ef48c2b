from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claude_tray.core.setup import FileChange, SetupState, SetupSwitch
from claude_tray.core.snapshot import Snapshot
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    UserAction,
    build_switch_action,
)
from claude_tray.ui.tray.menu_model import ToggleKind, ViewOptions
from tests.support.builders import at
from tests.ui.tray.builders import (
    build_view,
    find_entry,
    list_labels,
    make_snapshot,
    make_state,
)

if TYPE_CHECKING:
    from claude_tray.ui.tray.menu_model import MenuEntry

ADDED = '  "statusLine": {"type": "command", "command": "/opt/claude-tray"}'
SETUP = SetupState(
    starts_at_login=False,
    changes=(FileChange("~/.claude/settings.json", (), (ADDED, "x" * 90)),),
)
NEW = Snapshot(
    at("12:00"),
    (make_state(None),),
    unfollowed_folders=("/home/ada/.claude-work",),
    is_waiting=True,
)


def last_of(entry: MenuEntry) -> MenuEntry:
    last = entry.entries[-1]
    assert last is not None
    return last


def test_the_menu_of_a_new_user_has_switches_instead_of_zeros() -> None:
    setup = SETUP.with_problem(SetupSwitch.AUTOSTART, "It is temporary.")

    view = build_view(NEW, options=ViewOptions(setup=setup))

    assert list_labels(view.menu)[:12] == [
        "Show Stats",
        "-",
        "Waiting for your first Claude Code message",
        "Send one, and its usage appears here.",
        "-",
        "Show My Real Limits",
        "Start at Login",
        "It is temporary.",
        "Notifications",
        "-",
        "Also found sessions in /home/ada/.claude-work.",
        "Try It With Sample Data",
    ]
    # Each switch stands there once.
    assert list_labels(view.menu).count("Notifications") == 1
    assert list_labels(view.menu).count("Start at Login") == 1
    assert "$0.00" not in str(view)
    switch = find_entry(view, "Start at Login")
    assert (switch.toggle, switch.is_on) == (ToggleKind.CHECK, False)
    assert switch.action == build_switch_action(
        SetupSwitch.AUTOSTART, is_on=True
    )
    assert find_entry(view, "Try It").action.kind is ActionKind.START_DEMO
    folder = find_entry(view, "Also found")
    assert last_of(folder) == (
        "Add It",
        UserAction(ActionKind.FOLLOW_FOLDER, folder="/home/ada/.claude-work"),
        *last_of(folder)[2:],
    )


def test_the_change_stands_above_the_button_that_makes_it() -> None:
    view = build_view(NEW, options=ViewOptions(setup=SETUP))

    limits = find_entry(view, "Show My Real Limits")
    assert list_labels(limits.entries)[1:] == [
        "Changes ~/.claude/settings.json:",
        f"+ {ADDED.strip()}",
        f"+ {'x' * 70}",
        "x" * 20,
        "-",
        "Connect",
    ]
    assert last_of(limits).action == build_switch_action(
        SetupSwitch.LIMITS, is_on=True
    )
    connected = SETUP._replace(has_limits=True, changes=())
    again = build_view(NEW, options=ViewOptions(setup=connected))
    undo = last_of(find_entry(again, "Show My Real Limits"))
    assert (undo.label, undo.action.is_on) == ("Undo", False)


def test_an_unknown_limit_can_be_connected() -> None:
    snapshot = replace(make_snapshot(), unfollowed_folders=("/x",))

    view = build_view(snapshot, options=ViewOptions(setup=SETUP))

    connect = find_entry(view, "Connect the status line to see")
    assert last_of(connect).label == "Connect"
    assert last_of(connect).action.switch is SetupSwitch.LIMITS
    assert find_entry(view, "Also found sessions in /x.")
    assert "Usage" in list_labels(view.menu)
