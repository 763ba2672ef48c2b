from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.app.instance_client import (
    request_notification,
    request_popup_toggle,
    request_settings_reload,
    request_sync,
)
from claude_tray.app.instance_messages import (
    Declined,
    DescribeStatus,
    encode_message,
    parse_reply,
)
from claude_tray.platform.single_instance import send_command
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    NotificationText,
    UserAction,
)
from tests.support.running_tray import RunningTray

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "line", ["", "garbage", "refresh /a", "{", '{"command":"dance"}', "[]"]
)
def test_unknown_commands_are_answered(tray: RunningTray, line: str) -> None:
    assert send_command(tray.folder, line, 5) == "running"
    assert tray.actions == []


def test_commands_of_the_old_version_are_understood(tray: RunningTray) -> None:
    assert send_command(tray.folder, "show", 5) == "ok"
    assert send_command(tray.folder, "quit", 5) == "ok"

    assert [a.kind for a in tray.actions] == [
        ActionKind.OPEN_POPUP,
        ActionKind.QUIT,
    ]


def test_changed_settings_are_read_at_once(tray: RunningTray) -> None:
    assert request_settings_reload(tray.folder)

    assert [a.kind for a in tray.actions] == [ActionKind.RELOAD_SETTINGS]


def test_a_shortcut_toggles_the_popup(tray: RunningTray) -> None:
    assert request_popup_toggle(tray.folder)

    assert [a.kind for a in tray.actions] == [ActionKind.TOGGLE_POPUP]


def test_pages_can_have_it_sync_and_notify(tray: RunningTray) -> None:
    assert request_sync(tray.folder)
    assert request_notification(tray.folder, "A test")

    assert tray.actions == [
        UserAction(ActionKind.SYNC_NOW),
        UserAction(ActionKind.NOTIFY, notification=NotificationText("A test")),
    ]


def test_without_a_tray_nothing_is_requested(tmp_path: Path) -> None:
    assert not request_sync(tmp_path)
    assert not request_notification(tmp_path, "A test")


def test_a_tray_that_starts_does_not_describe_the_status(
    tmp_path: Path,
) -> None:
    tray = RunningTray(tmp_path)
    folders = tray.services.claude_folders
    line = encode_message(
        DescribeStatus(folders, "en", is_24h=True, shows_remaining=False)
    )

    assert parse_reply(tray.handler.handle_line(line)) == Declined("starting")
