"""Commands to the running tray, over its real socket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self

import pytest

from claude_tray.app import instance_client
from claude_tray.app.command_handler import CommandHandler
from claude_tray.app.instance_messages import (
    Accepted,
    CountWatches,
    Declined,
    QuitTray,
    RefreshDone,
    RefreshStore,
    ReportStatus,
    ShowPopup,
    TrayCommand,
    TrayReply,
    WatchCount,
    encode_message,
    parse_command,
    parse_reply,
)
from claude_tray.app.services import AppServices
from claude_tray.ingest.config import AccountFolder, EngineConfig
from claude_tray.platform.paths import AppPaths
from claude_tray.platform.single_instance import SingleInstance, send_command
from claude_tray.ui.toolkit.user_action import ActionKind, UserAction
from tests.support.builders import PRICES, ClaudeFolder, make_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class RunningTray:
    """The services of a tray and its socket, without an icon."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "state"
        self.claude = ClaudeFolder(root / "claude")
        self.actions: list[UserAction] = []
        paths = AppPaths(
            root / "settings.toml", root / "usage.db", self.folder
        )
        config = EngineConfig((AccountFolder(self.claude.path),), PRICES)
        self.services = AppServices(paths, config)
        self.handler = CommandHandler(self.services, self.actions.append)
        self.instance = SingleInstance(self.folder)

    def __enter__(self) -> Self:
        assert self.instance.acquire()
        self.services.start()
        self.instance.serve(self.handler.handle_line)
        return self

    def __exit__(self, *_: object) -> None:
        self.services.stop()
        self.instance.release()


@pytest.fixture
def tray(tmp_path: Path) -> Iterator[RunningTray]:
    with RunningTray(tmp_path) as tray:
        yield tray


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


@pytest.mark.parametrize(
    "command",
    [
        QuitTray(),
        ShowPopup(),
        ReportStatus(),
        CountWatches(),
        RefreshStore(("/home/ada/.claude", "/home/ada/a,b c")),
    ],
)
def test_a_command_survives_the_socket(command: TrayCommand) -> None:
    line = encode_message(command)

    assert "\n" not in line
    assert parse_command(line) == command


@pytest.mark.parametrize(
    "reply",
    [
        Accepted(),
        Declined("busy"),
        WatchCount(7),
        WatchCount(None),
        RefreshDone(1, 2, 3, 4, 5, 6),
    ],
)
def test_a_reply_survives_the_socket(reply: TrayReply) -> None:
    assert parse_reply(encode_message(reply)) == reply


@pytest.mark.parametrize(
    "line", ["", "running", "gain 1 2", "{}", "[1]", '{"command":"dance"}']
)
def test_lines_of_other_versions_are_no_messages(line: str) -> None:
    assert parse_command(line) is None
    assert parse_reply(line) is None


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


@pytest.mark.parametrize(
    "line", ["", "garbage", "refresh /a", "{", '{"command":"dance"}', "[]"]
)
def test_what_the_tray_does_not_understand_is_answered(
    tray: RunningTray, line: str
) -> None:
    assert send_command(tray.folder, line, 5) == "running"
    assert tray.actions == []


def test_commands_of_the_old_version_are_understood(tray: RunningTray) -> None:
    assert send_command(tray.folder, "show", 5) == "ok"
    assert send_command(tray.folder, "quit", 5) == "ok"

    assert [a.kind for a in tray.actions] == [
        ActionKind.OPEN_POPUP,
        ActionKind.QUIT,
    ]


def test_an_old_tray_is_told_in_its_words(
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


def test_the_names_of_light_commands_are_those_of_the_structs() -> None:
    for command, name in (
        (QuitTray(), "quit"),
        (ShowPopup(), "show"),
        (ReportStatus(), "status"),
        (CountWatches(), "watched"),
    ):
        assert encode_message(command) == f'{{"command":"{name}"}}'
