from __future__ import annotations

from datetime import UTC, datetime

import pytest

from claude_tray.core.snapshot import Snapshot, SyncPhase, SyncState
from claude_tray.ui.toolkit.ipc import (
    IpcCommand,
    PopupAction,
    ShowCommand,
    TransientState,
    build_transient_state,
    encode_line,
    parse_action,
    parse_command,
)

NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)
SHOW_COMMAND = ShowCommand(
    "popup",
    "/own/usage.db",
    "/own/settings.toml",
    "/own",
    (("/home/ada/.claude", "default"), ("/home/ada/w", "work")),
)


@pytest.mark.parametrize(
    "command",
    [
        SHOW_COMMAND,
        SHOW_COMMAND._replace(
            surface="settings", page="sync", anchor=(1, 2, 3, 4)
        ),
        TransientState(),
        TransientState(
            0.42,
            "No room “left”.",
            SyncState(SyncPhase.DELAYED, NOW, 3, 1, "timeout"),
            is_demo=True,
        ),
        "hide",
        "quit",
    ],
)
def test_an_order_comes_out_as_it_went_in(command: IpcCommand) -> None:
    line = encode_line(command)

    assert line.count("\n") == 1
    assert parse_command(line) == command


def test_a_wish_comes_out_as_it_went_in() -> None:
    for action in (
        PopupAction("refresh"),
        PopupAction("settings", "sync"),
        PopupAction("copy", "a\nb"),
    ):
        assert parse_action(encode_line(action)) == action


def test_what_is_not_in_the_store_is_taken_from_the_snapshot() -> None:
    sync = SyncState(SyncPhase.RUNNING)
    snapshot = Snapshot(NOW, scan_progress=0.5, problem="Full.", sync=sync)

    assert build_transient_state(snapshot) == TransientState(
        0.5, "Full.", sync
    )
