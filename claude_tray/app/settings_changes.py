"""Save changed settings, from the menu, a terminal or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.platform.user_command import find_program

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from claude_tray.config.env import EnvVars
    from claude_tray.config.schema import Settings
    from claude_tray.config.writer import SettingChanges


_SYNC_PREFIX: Final = "sync."
_TELEMETRY_PREFIX: Final = "telemetry."
_COMMAND: Final = "notifications.command"


def change_settings(
    path: Path, changes: SettingChanges, environment: EnvVars
) -> None:
    """
    Save changes if each value is valid and sync keeps an address.

    Args:
        path: Settings file.
        changes: New values, as of `save_settings`.
        environment: Variables, which override the settings.

    Raises:
        SettingsError: A value is invalid, sync has no address, there is no
            program of this name, or the file cannot be written; it is
            unchanged then.
        SyncMisconfiguredError: The address of the server is invalid.
    """
    # Late: tomlkit takes 2 MiB, and settings change rarely.
    from claude_tray.config.writer import save_settings

    names = {
        ".".join(name) if isinstance(name, tuple) else name for name in changes
    }

    def check(settings: Settings) -> None:
        check_settings(settings, environment, names)

    save_settings(path, changes, check)


def check_settings(
    settings: Settings,
    environment: EnvVars,
    names: Collection[str] | None = None,
) -> None:
    """
    Check what depends on more than the value of one option.

    Args:
        settings: Settings as they would be after a change.
        environment: Variables, which override the settings.
        names: Names of the options that change, the others may be wrong; None
            for all.

    Raises:
        SettingsError: As of `change_settings`.
        SyncMisconfiguredError: Likewise.
    """
    is_sync = names is None or any(n.startswith(_SYNC_PREFIX) for n in names)
    if is_sync:
        # Late: it needs the HTTP libraries.
        from claude_tray.sync.settings_check import check_sync_settings

        check_sync_settings(settings, environment)
    if names is None or any(n.startswith(_TELEMETRY_PREFIX) for n in names):
        # Late: most users export nothing.
        from claude_tray.telemetry.targets import check_telemetry_settings

        check_telemetry_settings(settings)
    command = settings.notifications_command
    if command and (names is None or _COMMAND in names):
        find_program(command[0])
