"""Commands to the running tray, over its real socket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claude_tray.app import instance_client
from claude_tray.platform.single_instance import SingleInstance
from claude_tray.ui.toolkit.messages import ActionKind, UserAction
from tests.support.builders import make_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.running_tray import RunningTray


@pytest.fixture
def old_tray(tmp_path: Path) -> Iterator[list[str]]:
    """Serve as version 0.1.0 did; yield the lines it has received."""
    lines: list[str] = []

    def handle(line: str) -> str:
        lines.append(line)
        return "ok" if line in ("quit", "show") else "running"

    instance = SingleInstance(tmp_path)
    assert instance.acquire()
    instance.serve(handle)
    yield lines
    instance.release()


def test_commands_without_fields_become_actions(tray: RunningTray) -> None:
    assert instance_client.is_tray_running(tray.folder)
    assert instance_client.request_popup(tray.folder)
    assert instance_client.request_quit(tray.folder)

    assert tray.actions == [
        UserAction(ActionKind.OPEN_POPUP),
        UserAction(ActionKind.QUIT),
    ]


def test_a_refresh_returns_what_the_tray_has_read(tray: RunningTray) -> None:
    tray.services.channel.wait_for_newer(0, 30)
    folders = [tray.claude.path]
    instance_client.request_refresh(tray.folder, folders)
    tray.claude.append(make_line(message="msg_new"))

    result = instance_client.request_refresh(tray.folder, folders)
    other = instance_client.request_refresh(tray.folder, [tray.folder])

    assert result is not None
    # The watcher may have been faster than the command.
    assert result.added in (0, 1)
    assert other is None


def test_watches_are_counted(tray: RunningTray) -> None:
    tray.services.channel.wait_for_newer(0, 30)

    count = instance_client.request_watch_count(tray.folder)

    assert count == tray.services.count_watches()


def test_an_old_tray_receives_bare_words(
    old_tray: list[str], tmp_path: Path
) -> None:
    assert instance_client.request_quit(tmp_path)
    assert instance_client.request_popup(tmp_path, waits_for_start=True)
    assert instance_client.is_tray_running(tmp_path)

    assert [line for line in old_tray if not line.startswith("{")] == [
        "quit",
        "show",
        "status",
    ]


def test_an_old_tray_cannot_refresh_or_count(
    old_tray: list[str], tmp_path: Path
) -> None:
    assert instance_client.request_refresh(tmp_path, [tmp_path]) is None
    assert instance_client.request_watch_count(tmp_path) is None
    assert json.loads(old_tray[0]) == {
        "command": "refresh",
        "folders": [str(tmp_path)],
    }


@pytest.mark.parametrize(
    "request_something",
    [
        instance_client.is_tray_running,
        instance_client.request_quit,
        instance_client.request_popup,
        instance_client.request_watch_count,
    ],
)
def test_without_a_tray_nothing_is_received(
    request_something: Callable[[Path], object], tmp_path: Path
) -> None:
    assert not request_something(tmp_path)
