"""`status` prints one line for bars, of the running tray or by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claude_tray.app import instance_client
from claude_tray.i18n.translator import load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.status_bar import FIELDS
from tests.support.builders import at, make_line
from tests.support.running_tray import RunningTray

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


@pytest.mark.parametrize("name", ["waybar", "polybar", "tmux"])
def test_one_line_is_printed_without_a_tray(
    terminal: Terminal, name: str
) -> None:
    terminal.claude.append(make_line())

    result = terminal.run("status", "--format", name)

    assert (result.status, result.err) == (0, "")
    assert result.out.count("\n") == 1
    assert result.out.strip()


def test_nothing_is_claimed_before_the_first_message(
    terminal: Terminal,
) -> None:
    result = terminal.run("status", "--format", "tmux")

    assert result.out == "\N{EN DASH}\n"


def test_each_field_is_one_line(terminal: Terminal) -> None:
    lines = {
        name: terminal.run("status", "--field", name).out for name in FIELDS
    }

    assert all(line.count("\n") == 1 for line in lines.values())
    assert lines["state"] == "idle\n"
    assert lines["today_cost"] == "0.00\n"
    assert lines["used"] == "\n"


@pytest.mark.parametrize("option", ["--json", "--watch"])
def test_other_outputs_are_refused(terminal: Terminal, option: str) -> None:
    result = terminal.run("status", "--field", "used", option)

    assert result.status == 1
    assert result.out == ""
    assert "Leave out --json and --watch." in result.err


def test_a_running_tray_answers_for_its_own_folders(
    tmp_path: Path,
) -> None:
    german = ViewContext(at("12:00"), translator=load_translator("de"))
    with RunningTray(tmp_path / "tray") as tray:
        other = instance_client.request_status_values(
            tray.folder, [tmp_path], german
        )
        tray.services.channel.wait_for_newer(0, 30)
        values = instance_client.request_status_values(
            tray.folder, [tray.claude.path], german
        )

    assert other is None
    assert values is not None
    assert values.fields["state"] == "idle"
    assert "erste Nachricht" in values.tooltip


def test_the_line_is_that_of_the_tray(terminal: Terminal) -> None:
    state = terminal.app_home / "state"
    with RunningTray(terminal.app_home) as tray:
        assert tray.folder == state
        tray.services.channel.wait_for_newer(0, 30)
        args = ("--claude-path", str(tray.claude.path))
        result = terminal.run(*args, "status", "--format", "waybar")
        # Nothing was read into the command's own store.
        has_store = (terminal.app_home / "data" / "usage.db").exists()

    assert json.loads(result.out)["class"] == "idle"
    assert not has_store


def test_one_account_is_read_although_a_tray_runs(terminal: Terminal) -> None:
    terminal.run("refresh")
    with RunningTray(terminal.app_home) as tray:
        tray.services.channel.wait_for_newer(0, 30)
        args = ("--claude-path", str(tray.claude.path))
        result = terminal.run(
            *args, "status", "--field", "state", "--account", "nobody"
        )

    assert result.status == 1
    assert "nobody" in result.err
