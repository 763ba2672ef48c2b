"""Offer Claude folders in the home; read nothing in them."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.ingest.config import list_unfollowed
from claude_tray.providers.claude_code.other_folders import find_other_folders
from claude_tray.providers.registry import AccountFolder
from tests.support.builders import ClaudeFolder, make_line

if TYPE_CHECKING:
    from pathlib import Path


def _list_names(home: Path) -> set[str]:
    return {
        path.relative_to(home).as_posix() for path in find_other_folders(home)
    }


@pytest.mark.parametrize(
    "name",
    [
        ".claude-work",
        ".claude_private",
        ".claude-switch/accounts/ada",
        ".claude-accounts/ada",
        ".ccs/instances/ada",
        ".config/claude-work",
    ],
)
def test_folders_of_other_logins_are_found(tmp_path: Path, name: str) -> None:
    ClaudeFolder(tmp_path / name).append(make_line())

    assert _list_names(tmp_path) == {name}


@pytest.mark.parametrize(
    "name",
    [".claude", ".claude-backup/a/b/c", ".config/other", "projects", "claude"],
)
def test_other_folders_are_not_offered(tmp_path: Path, name: str) -> None:
    ClaudeFolder(tmp_path / name).append(make_line())

    assert _list_names(tmp_path) == set()


def test_a_folder_without_sessions_is_not_offered(tmp_path: Path) -> None:
    ClaudeFolder(tmp_path / ".claude-work")
    (tmp_path / ".claude-file").write_text("no folder")
    (tmp_path / ".claude-x" / "projects").mkdir(parents=True)

    assert _list_names(tmp_path) == set()
    assert find_other_folders(tmp_path / "gone") == ()


def test_sessions_of_cowork_are_offered(tmp_path: Path) -> None:
    data = tmp_path / ".claude-desktop" / "local-agent-mode-sessions"
    data.mkdir(parents=True)

    assert _list_names(tmp_path) == {".claude-desktop"}


@pytest.mark.parametrize("written", ["~/logins/work", "/"])
def test_the_folder_that_settings_name_is_found(
    tmp_path: Path, written: str
) -> None:
    ClaudeFolder(tmp_path / "logins" / "work").append(make_line())
    path = written if written != "/" else str(tmp_path / "logins" / "work")
    (tmp_path / ".claude").mkdir()
    settings = {"env": {"CLAUDE_CONFIG_DIR": path}}
    (tmp_path / ".claude" / "settings.json").write_text(json.dumps(settings))

    assert _list_names(tmp_path) == {"logins/work"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        '{"env": []}',
        '{"env": {"CLAUDE_CONFIG_DIR": 5}}',
        '{"env": {"CLAUDE_CONFIG_DIR": "relative"}}',
        "[" * 100_000,
    ],
)
def test_odd_settings_name_no_folder(tmp_path: Path, text: str) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / "settings.json").write_text(text)

    assert _list_names(tmp_path) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_a_folder_is_offered_once_and_not_if_followed(tmp_path: Path) -> None:
    work = ClaudeFolder(tmp_path / ".claude-work")
    work.append(make_line())
    (tmp_path / ".claude-link").symlink_to(work.path)

    assert len(find_other_folders(tmp_path)) == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path))
        followed = [AccountFolder(tmp_path / ".claude")]
        (offered,) = list_unfollowed(followed)
        assert os.path.realpath(offered) == str(work.path)
        assert list_unfollowed([AccountFolder(work.path)]) == []
        # Reported by the status line as well.
        assert len(list_unfollowed(followed, [str(work.path)])) == 1
