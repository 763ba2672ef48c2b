"""Turn Claude Code's hook in all folders, and say what that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.errors import SettingsError
from claude_tray.providers.claude_code.statusline import (
    connection,
    hook_install,
)

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.core.setup import FileChange
    from claude_tray.setup.switches import SetupTarget


class HookState(NamedTuple):
    """
    State of the hook.

    Attributes:
        is_on: It is installed in every folder.
        changes: What turning it would change in Claude Code's settings.
    """

    is_on: bool
    changes: tuple[FileChange, ...]


def load_hook_state(target: SetupTarget) -> HookState:
    """
    Return the state of the hook in the folders that exist.

    Raises:
        ClaudeTrayError: The settings of a folder cannot be read.
    """
    folders, backup_path = _list_folders(target), _get_backup_path(target)
    is_on = bool(folders) and all(
        hook_install.is_hook_installed(folder, backup_path)
        for folder in folders
    )
    if is_on:
        changes = [
            hook_install.preview_hook_removal(folder, backup_path)
            for folder in folders
        ]
    else:
        command = connection.build_own_command("hook")
        changes = [
            hook_install.preview_hook(folder, command)
            for folder in folders
            if not hook_install.is_hook_installed(folder, backup_path)
        ]
    return HookState(is_on, tuple(c for c in changes if c is not None))


def turn_hook(target: SetupTarget, *, is_on: bool) -> None:
    """
    Install the hook in every folder, or remove it from all.

    If one folder fails, those before it are as they were.

    Raises:
        ClaudeTrayError: The settings of a folder cannot be changed.
    """
    folders, backup_path = _list_folders(target), _get_backup_path(target)
    if not is_on:
        for folder in folders:
            hook_install.uninstall_hook(folder, backup_path)
        return
    command = connection.build_own_command("hook")
    done: list[Path] = []
    for folder in folders:
        try:
            # One with another threshold stays.
            if hook_install.is_hook_installed(folder, backup_path):
                continue
            hook_install.install_hook(folder, backup_path, command)
        except SettingsError:
            for changed in done:
                hook_install.uninstall_hook(changed, backup_path)
            raise
        done.append(folder)


def _list_folders(target: SetupTarget) -> list[Path]:
    return [f for f in target.statusline_folders if f.is_dir()]


def _get_backup_path(target: SetupTarget) -> Path:
    return target.settings_file.with_name(hook_install.HOOK_BACKUP_FILE)
