from __future__ import annotations

from dataclasses import replace

import pytest

from claude_tray.core.setup import FileChange, SetupState, SetupSwitch
from claude_tray.core.snapshot import AccountSnapshot, Snapshot
from claude_tray.core.status import AccountStatus
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.status_lines import (
    build_menu_lines,
    build_status_lines,
    build_tooltip_lines,
)
from claude_tray.presentation.status_text import describe_status
from claude_tray.presentation.welcome import (
    SuggestionKey,
    build_connect_suggestion,
    build_greeting,
    build_welcome,
    list_change_lines,
)
from tests.support.assessment_states import STATES
from tests.support.builders import at

CHANGE = FileChange(
    "~/.claude/settings.json", ('"a": 1',), ('"b": 2', '"a": 1')
)
SETUP = SetupState(
    starts_at_login=False,
    changes=(CHANGE,),
    problems=(("autostart", "Can't start at login."),),
    transcript_folders=("~/.claude/projects",),
)
NEW = Snapshot(
    at("12:00"),
    (AccountSnapshot("ada", "/home/ada/.claude"),),
    is_waiting=True,
)
KNOWN = next(s.snapshot for s in STATES if s.status is AccountStatus.OK)
CONTEXT = ViewContext(at("12:00"), NEW.latest_account)


def test_a_new_user_sees_three_switches_and_sample_data() -> None:
    welcome = build_welcome(NEW, CONTEXT, SETUP)

    assert welcome is not None
    assert welcome.headline == "Waiting for your first Claude Code message"
    assert welcome.sentence.endswith("Watching ~/.claude/projects.")
    assert [(s.key, s.label, s.is_on) for s in welcome.switches] == [
        (SetupSwitch.LIMITS, "Show my real limits", False),
        (SetupSwitch.AUTOSTART, "Start at login", False),
        (SetupSwitch.NOTIFICATIONS, "Notifications", True),
    ]
    limits, autostart, _ = welcome.switches
    assert limits.changes == (CHANGE,)
    assert (autostart.problem, autostart.changes) == (
        "Can't start at login.",
        (),
    )
    assert [(s.key, s.button) for s in welcome.suggestions] == [
        (SuggestionKey.DEMO, "Try it with sample data")
    ]


def test_what_is_unknown_is_no_switch() -> None:
    without_login = SETUP._replace(starts_at_login=None)

    welcome = build_welcome(NEW, CONTEXT, without_login)
    unknown = build_welcome(NEW, CONTEXT, None)

    assert welcome is not None
    assert unknown is not None
    assert SetupSwitch.AUTOSTART not in {s.key for s in welcome.switches}
    assert unknown.switches == ()
    assert unknown.sentence == "Send one, and its usage appears here."


def test_folders_that_were_found_come_first() -> None:
    found = replace(NEW, unfollowed_folders=("/home/ada/.claude-work",))

    welcome = build_welcome(found, CONTEXT, SETUP)

    assert welcome is not None
    first, last = welcome.suggestions
    assert first == (
        SuggestionKey.FOLDER,
        "Also found sessions in /home/ada/.claude-work.",
        "Add it",
        "/home/ada/.claude-work",
        (),
    )
    assert last.key is SuggestionKey.DEMO


@pytest.mark.parametrize(
    "snapshot",
    [
        replace(NEW, is_waiting=False),
        replace(NEW, problem="The disk is full."),
        replace(NEW, scan_progress=0.5),
    ],
)
def test_usage_problems_and_reading_are_no_welcome(
    snapshot: Snapshot,
) -> None:
    assert build_welcome(snapshot, CONTEXT, SETUP) is None


def test_every_text_says_what_is_waited_for_instead_of_zeros() -> None:
    text = "Waiting for your first Claude Code message"

    assert describe_status(NEW, CONTEXT).sentence == f"{text}."
    assert build_menu_lines(NEW, CONTEXT) == [text]
    assert build_status_lines(NEW, CONTEXT) == [f"Claude Code: {text}"]
    assert build_tooltip_lines(NEW, CONTEXT) == [f"Claude Code: {text}"]


def test_connecting_is_suggested_only_while_no_limit_is_known() -> None:
    suggested = {}
    for state in STATES:
        context = ViewContext(at("12:13"), state.snapshot.latest_account)
        suggestion = build_connect_suggestion(state.snapshot, context, SETUP)
        suggested[state.status.value] = suggestion is not None
        connected = SETUP._replace(has_limits=True, changes=())
        assert not build_connect_suggestion(state.snapshot, context, connected)
        assert not build_connect_suggestion(state.snapshot, context, None)

    assert {status for status, is_on in suggested.items() if is_on} == {
        "unknown"
    }


def test_a_change_is_listed_by_file_and_line() -> None:
    assert list_change_lines((CHANGE,), ENGLISH) == (
        "Changes ~/.claude/settings.json:",
        '- "a": 1',
        '+ "b": 2',
        '+ "a": 1',
    )


@pytest.mark.parametrize(
    ("snapshot", "setup", "body", "buttons"),
    [
        (
            NEW,
            SETUP,
            (
                "Waiting for your first Claude Code message."
                ' "Show my real limits" adds a status line to'
                " ~/.claude/settings.json."
            ),
            ["Show my real limits", "Start at login"],
        ),
        (
            NEW,
            SetupState(has_limits=True, starts_at_login=True),
            "Waiting for your first Claude Code message.",
            [],
        ),
        (
            KNOWN,
            SETUP,
            "Click its icon to see your usage.",
            ["Start at login"],
        ),
        (
            replace(NEW, is_waiting=False),
            SETUP._replace(starts_at_login=None),
            (
                "Click its icon to see your usage."
                ' "Show my real limits" adds a status line to'
                " ~/.claude/settings.json."
            ),
            ["Show my real limits"],
        ),
    ],
)
def test_the_first_notification_names_what_is_missing(
    snapshot: Snapshot, setup: SetupState, body: str, buttons: list[str]
) -> None:
    context = ViewContext(at("12:13"), snapshot.latest_account)

    greeting = build_greeting(snapshot, context, setup)

    assert greeting.title == "claude-tray is running"
    assert greeting.body == body
    assert [switch.label for switch in greeting.switches] == buttons
