from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from msgspec import structs

from claude_tray.core.live_sessions import SessionCount
from claude_tray.core.snapshot import Snapshot, SyncPhase, SyncState
from claude_tray.i18n.translator import load_translator
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    AnchorPoint,
    HideCommand,
    NotificationText,
    QuitCommand,
    ShowCommand,
    TransientState,
    UserAction,
    WindowCommand,
    WindowHidden,
    WindowMessage,
    build_transient_state,
    encode_line,
    parse_command,
    parse_message,
)

NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)
SHOW_COMMAND = ShowCommand(
    "/own/usage.db",
    "/own/settings.toml",
    "/own",
    (("/home/ada/.claude", "default"), ("/home/ada/w", "work")),
)


@pytest.mark.parametrize(
    "command",
    [
        SHOW_COMMAND,
        structs.replace(SHOW_COMMAND, anchor=(1, 2, 3, 4)),
        TransientState(),
        TransientState(
            0.42,
            "No room “left”.",
            SyncState(SyncPhase.DELAYED, NOW, 3, 1, "timeout", NOW),
            is_demo=True,
            sessions=SessionCount(3, 1),
        ),
        HideCommand(),
        QuitCommand(),
    ],
)
def test_a_command_survives_the_pipe(command: WindowCommand) -> None:
    line = encode_line(command)

    assert line.count("\n") == 1
    assert parse_command(line) == command


@pytest.mark.parametrize(
    "message",
    [
        *(UserAction(kind) for kind in ActionKind),
        UserAction(ActionKind.OPEN_SETTINGS, page="sync"),
        UserAction(ActionKind.OPEN_POPUP, AnchorPoint(7, 8)),
        UserAction(
            ActionKind.NOTIFY, notification=NotificationText("a\nb", "c")
        ),
        UserAction(
            ActionKind.CHANGE_SETTINGS,
            changes=(("icon.style", "ring"), ("sync.enabled", True)),
        ),
        WindowHidden(),
    ],
)
def test_a_message_survives_the_pipe(message: WindowMessage) -> None:
    line = encode_line(message)

    assert line.count("\n") == 1
    assert parse_message(line) == message


@pytest.mark.parametrize(
    "line", ["", "garbage", "[]", '{"type": "dance"}', '{"type": "show"}']
)
def test_other_lines_are_rejected(line: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        parse_command(line)
    with pytest.raises(msgspec.DecodeError):
        parse_message(line)


def test_transient_state_is_taken_from_the_snapshot() -> None:
    sync = SyncState(SyncPhase.RUNNING)
    count = SessionCount(2, 1)
    snapshot = Snapshot(
        NOW, scan_progress=0.5, problem="Full.", sync=sync, sessions=count
    )

    assert build_transient_state(snapshot) == TransientState(
        0.5, "Full.", sync, sessions=count
    )


def test_the_other_process_gets_translated_problems() -> None:
    translate = load_translator("de").translate_problem
    sync = SyncState(
        SyncPhase.DELAYED, pending=3, problem="larger than 5 bytes"
    )
    snapshot = Snapshot(NOW, sync=sync)

    state = build_transient_state(snapshot, translate=translate)

    assert state.sync == SyncState(
        SyncPhase.DELAYED, pending=3, problem="größer als 5 Bytes"
    )


ACTIONS = (
    *map(UserAction, ActionKind),
    UserAction(ActionKind.OPEN_POPUP, AnchorPoint(3, 4)),
    UserAction(
        ActionKind.CHANGE_SETTINGS,
        changes=(("sync.enabled", True), ("icon.style", "pie")),
    ),
    UserAction(ActionKind.OPEN_SETTINGS, page="sync"),
    UserAction(
        ActionKind.NOTIFY, notification=NotificationText("Title", "Body")
    ),
)


@pytest.mark.parametrize("action", ACTIONS, ids=str)
def test_actions_survive_encoding(action: UserAction) -> None:
    encoded = msgspec.json.encode(action)

    assert msgspec.json.decode(encoded, type=UserAction) == action
