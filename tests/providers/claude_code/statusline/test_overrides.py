from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.providers.claude_code.statusline.overrides import (
    SettingsOverride,
    find_overrides,
    list_override_files,
    read_statusline_command,
)

if TYPE_CHECKING:
    from pathlib import Path


OURS = "/opt/claude-tray statusline"


def write(path: Path, **settings: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings))
    return path


def make_command(command: str) -> dict[str, str]:
    return {"type": "command", "command": command}


def find(tmp_path: Path, *projects: str) -> list[SettingsOverride]:
    return find_overrides(tmp_path / "claude", projects, {OURS})


def test_settings_of_projects_override(tmp_path: Path) -> None:
    shop, app = tmp_path / "shop", tmp_path / "app"
    write(shop / ".claude/settings.json", statusLine=make_command(OURS))
    local = write(
        shop / ".claude/settings.local.json", statusLine=make_command("x")
    )
    shared = write(app / ".claude/settings.json", statusLine=make_command("y"))

    assert find(tmp_path, str(shop), str(app)) == [
        SettingsOverride(local, is_disabled=False),
        SettingsOverride(shared, is_disabled=False),
    ]


def test_disabled_hooks_disable_the_status_line(tmp_path: Path) -> None:
    user = write(tmp_path / "claude/settings.json", disableAllHooks=True)
    local = write(
        tmp_path / "claude/settings.local.json", disableAllHooks=True
    )

    assert find(tmp_path) == [
        SettingsOverride(user, is_disabled=True),
        SettingsOverride(local, is_disabled=True),
    ]


def test_other_settings_override_nothing(tmp_path: Path) -> None:
    write(tmp_path / "claude/settings.json", statusLine=make_command(OURS))
    write(tmp_path / "claude/settings.local.json", statusLine=None, model="x")
    write(tmp_path / "p/.claude/settings.json", disableAllHooks="yes")
    (tmp_path / "q/.claude").mkdir(parents=True)
    (tmp_path / "q/.claude/settings.json").write_text("{")
    (tmp_path / "q/.claude/settings.local.json").write_text("[]")

    assert find(tmp_path, str(tmp_path / "p"), str(tmp_path / "q")) == []


def test_the_users_own_file_is_no_project(tmp_path: Path) -> None:
    files = list(list_override_files(tmp_path / ".claude", [str(tmp_path)]))

    assert tmp_path / ".claude/settings.json" not in files


def test_shares_and_relative_folders_are_not_read(tmp_path: Path) -> None:
    projects = ["//server/x", "\\\\wsl.localhost\\x", "relative", ""]

    assert list(list_override_files(tmp_path, projects)) == (
        list(list_override_files(tmp_path, []))
    )


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("POSIX pipes")
    (tmp_path / "claude").mkdir()
    os.mkfifo(tmp_path / "claude/settings.local.json")

    assert find(tmp_path) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"statusLine": make_command("x")}, "x"),
        ({"statusLine": {"command": 3}}, ""),
        ({"statusLine": "x"}, ""),
        ({}, ""),
    ],
)
def test_the_command_is_read(
    tmp_path: Path, settings: dict[str, Any], expected: str
) -> None:
    write(tmp_path / "settings.json", **settings)

    assert read_statusline_command(tmp_path) == expected
    assert read_statusline_command(tmp_path / "missing") == ""
