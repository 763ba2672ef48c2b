"""
Find the settings that keep Claude Code from running our status line.

Precedence: managed, local project, project, user (Claude Code docs:
"settings"). `disableAllHooks` also disables the status line ("hooks").
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


_MANAGED_FILES: Final = {
    "linux": "/etc/claude-code/managed-settings.json",
    "darwin": "/Library/Application Support/ClaudeCode/managed-settings.json",
    "win32": r"C:\Program Files\ClaudeCode\managed-settings.json",
}
_USER_FILE: Final = "settings.json"
_LOCAL_FILE: Final = "settings.local.json"
_SHARES: Final = ("//", "\\\\")
_PROJECT_FOLDER: Final = ".claude"


class SettingsOverride(NamedTuple):
    """
    A settings file that has precedence over the user's.

    Attributes:
        path: The file.
        is_disabled: It disables all hooks; else it has a status line.
    """

    path: Path
    is_disabled: bool


def list_override_files(
    claude_dir: Path, project_folders: Iterable[str]
) -> Iterator[Path]:
    """Yield the files that may override a Claude folder's status line."""
    if managed := _MANAGED_FILES.get(sys.platform):
        yield Path(managed)
    # Claude Code reads it in sessions in the home folder.
    yield claude_dir / _LOCAL_FILE
    for folder in project_folders:
        # A share whose computer is gone would block.
        if not Path(folder).is_absolute() or folder.startswith(_SHARES):
            continue
        for name in (_LOCAL_FILE, _USER_FILE):
            path = Path(folder, _PROJECT_FOLDER, name)
            if path.parent != claude_dir:
                yield path


def find_overrides(
    claude_dir: Path,
    project_folders: Iterable[str],
    own_commands: Collection[str],
) -> list[SettingsOverride]:
    """
    Return the files that override the status line or disable it.

    Args:
        claude_dir: Claude folder that our status line is installed in.
        project_folders: Folders that sessions ran in.
        own_commands: Commands that are ours.
    """
    found = []
    user_settings = _read_object(claude_dir / _USER_FILE)
    if user_settings.get("disableAllHooks") is True:
        found.append(
            SettingsOverride(claude_dir / _USER_FILE, is_disabled=True)
        )
    for path in list_override_files(claude_dir, project_folders):
        settings = _read_object(path)
        if settings.get("disableAllHooks") is True:
            found.append(SettingsOverride(path, is_disabled=True))
        elif _has_other_statusline(settings, own_commands):
            found.append(SettingsOverride(path, is_disabled=False))
    return found


def read_statusline_command(claude_dir: Path) -> str:
    """Return the status line command of a Claude folder; empty if none."""
    value = _read_object(claude_dir / _USER_FILE).get("statusLine")
    command = value.get("command") if isinstance(value, dict) else None
    return command if isinstance(command, str) else ""


def _has_other_statusline(
    settings: dict[str, Any], own_commands: Collection[str]
) -> bool:
    value = settings.get("statusLine")
    return isinstance(value, dict) and value.get("command") not in own_commands


def _read_object(path: Path) -> dict[str, Any]:
    """Return the settings of a file; empty if it cannot be used."""
    try:
        value = json.loads(read_small_file(path).decode("utf-8-sig"))
    except (OSError, RecursionError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
