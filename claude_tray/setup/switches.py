"""Read the state of the setup switches, and turn them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.setup import FileChange, SetupState, SetupSwitch
from claude_tray.errors import ClaudeTrayError, SettingsError, gettext_noop
from claude_tray.platform import autostart_service, paths
from claude_tray.providers.claude_code.discovery import (
    PROJECTS_DIR_NAME,
    is_cowork_folder,
)
from claude_tray.providers.claude_code.statusline import connection, handler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class SetupTarget(NamedTuple):
    """
    Files that the switches read and change.

    Attributes:
        settings_file: Our settings.
        folders: Claude folders that are followed.
        notifies: Notifications are on in the settings.
        fixed_by: What chose the folders instead of the settings, such as
            "--claude-path"; empty if they can be changed there.
    """

    settings_file: Path
    folders: tuple[Path, ...]
    notifies: bool = True
    fixed_by: str = ""

    @property
    def backup_path(self) -> Path:
        """File with the status lines of before."""
        return self.settings_file.with_name(handler.BACKUP_FILE_NAME)

    @property
    def statusline_folders(self) -> tuple[Path, ...]:
        """Folders that exist; the first if none does yet."""
        folders = [f for f in self.folders if not is_cowork_folder(f)]
        existing = [folder for folder in folders if folder.is_dir()]
        return tuple(existing or folders[:1])


def load_setup_state(
    target: SetupTarget, translate: Callable[[str], str] = str
) -> SetupState:
    """
    Return the state of all switches; what cannot be read is a problem.

    Args:
        target: Files to read.
        translate: Returns the translation of a msgid.
    """
    state = SetupState(
        starts_at_login=autostart_service.is_autostart_enabled(),
        notifies=target.notifies,
        transcript_folders=tuple(
            _shorten_path(str(folder / PROJECTS_DIR_NAME))
            for folder in target.folders
        ),
    )
    try:
        changes = connection.preview_connection(
            target.statusline_folders, target.backup_path
        )
    except ClaudeTrayError as error:
        return state.with_problem(
            SetupSwitch.LIMITS, error.describe(translate)
        )
    return state._replace(
        has_limits=bool(target.folders) and not changes,
        changes=shorten_paths(changes),
    )


def preview_undo(target: SetupTarget) -> tuple[FileChange, ...]:
    """
    Return what turning off the limits changes in Claude Code's settings.

    Raises:
        ClaudeTrayError: A status line was changed since, or is unreadable.
    """
    return shorten_paths(
        connection.preview_disconnection(
            target.statusline_folders, target.backup_path
        )
    )


def shorten_paths(
    changes: tuple[FileChange, ...],
) -> tuple[FileChange, ...]:
    """Write the home folder as "~" in changes."""
    return tuple(
        FileChange(_shorten_path(path), removed, added)
        for path, removed, added in changes
    )


def turn_switch(
    switch: SetupSwitch, target: SetupTarget, *, is_on: bool
) -> None:
    """
    Turn a switch on or off.

    Raises:
        ClaudeTrayError: It could not be turned; nothing was changed.
    """
    if switch is SetupSwitch.AUTOSTART:
        autostart_service.set_autostart(is_on=is_on)
    elif switch is SetupSwitch.NOTIFICATIONS:
        _save(target, {"notifications.enabled": is_on})
    else:
        turn = (
            connection.connect_statusline
            if is_on
            else connection.disconnect_statusline
        )
        turn(target.statusline_folders, target.backup_path)


def follow_folder(folder: str, target: SetupTarget) -> None:
    """
    Add a Claude folder to those that are followed.

    Raises:
        SettingsError: The settings cannot be written, or do not decide which
            folders are followed.
    """
    if target.fixed_by:
        raise SettingsError(
            gettext_noop(
                "The folders are set by {name}, not in the settings."
            ),
            hint=gettext_noop("Add {folder} there."),
            name=target.fixed_by,
            folder=folder,
        )
    folders = dict.fromkeys([*map(str, target.folders), folder])
    _save(target, {"claude_paths": list(folders)})


def _save(
    target: SetupTarget, changes: Mapping[str | tuple[str, ...], object]
) -> None:
    # Late: tomlkit takes 2 MiB, and settings change rarely.
    from claude_tray.config.writer import save_settings

    save_settings(target.settings_file, changes)


def _shorten_path(path: str) -> str:
    """Write the home folder as "~"."""
    home = str(paths.get_home_folder())
    for separator in ("/", "\\"):
        if path.startswith(home + separator):
            return "~" + path[len(home) :]
    return path
