"""Connect Claude Code's status line in all folders, and disconnect it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.errors import SettingsError
from claude_tray.platform import launch_command, system
from claude_tray.providers.claude_code.statusline import (
    install,
    wrapped_command,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.setup import FileChange


def build_own_command(name: str = "statusline") -> str:
    """
    Build the command that Claude Code runs.

    A checkout in a temporary folder is accepted, so that developers can try
    it; a copy that a package runner fetched for one run is not.

    Raises:
        DesktopError: Claude Code cannot start this installation.
    """
    missing_path = Path(os.devnull) / "nowhere"
    process = launch_command.current_process(os.environ)._replace(
        temporary_folder=missing_path
    )
    program, *more = launch_command.build_launch_command(process)
    if program.endswith("pythonw.exe"):
        # pythonw.exe has no standard output.
        program = f"{program.removesuffix('pythonw.exe')}python.exe"
    command_words = (program, *more, name)
    return wrapped_command.format_command(
        command_words,
        wrapped_command.detect_shell(
            os.environ, has_posix_shell=system.current_system().has_posix_shell
        ),
    )


def connect_statusline(folders: Sequence[Path], backup_path: Path) -> None:
    """
    Install our command in the settings of every Claude folder.

    Claude Code creates its folder at its first start; until then, we do. If
    one folder fails, those before it are as they were.

    Args:
        folders: Claude folders.
        backup_path: File for the previous commands.

    Raises:
        SettingsError: The settings of a folder cannot be changed.
        DesktopError: As `build_own_command`.
    """
    command = build_own_command()
    # Settings that cannot be parsed raise here, before any is changed.
    pending = [
        folder
        for folder in folders
        if install.preview_installation(folder, backup_path, command)
    ]
    for number, folder in enumerate(pending):
        try:
            install.install_statusline(folder, backup_path, command)
        except SettingsError:
            for done in pending[:number]:
                install.uninstall_statusline(done, backup_path, command)
            raise


def disconnect_statusline(folders: Sequence[Path], backup_path: Path) -> None:
    """
    Restore the settings of every Claude folder.

    Raises:
        SettingsError: A status line was changed since; it stays.
        DesktopError: As `build_own_command`.
    """
    command = build_own_command()
    for folder in folders:
        install.uninstall_statusline(folder, backup_path, command)


def preview_connection(
    folders: Sequence[Path], backup_path: Path
) -> tuple[FileChange, ...]:
    """
    Return what `connect_statusline` would change; nothing if connected.

    Raises:
        SettingsError: As `connect_statusline`; likewise DesktopError.
    """
    command = build_own_command()
    changes = (
        install.preview_installation(folder, backup_path, command)
        for folder in folders
    )
    return tuple(change for change in changes if change is not None)


def preview_disconnection(
    folders: Sequence[Path], backup_path: Path
) -> tuple[FileChange, ...]:
    """
    Return what `disconnect_statusline` would change.

    Raises:
        SettingsError: As `disconnect_statusline`; likewise DesktopError.
    """
    command = build_own_command()
    changes = (
        install.preview_removal(folder, backup_path, command)
        for folder in folders
    )
    return tuple(change for change in changes if change is not None)
