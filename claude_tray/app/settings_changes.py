"""Save changed settings, from the menu, a terminal or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.config.env import EnvVars
    from claude_tray.config.schema import Settings
    from claude_tray.config.writer import SettingChanges


_SYNC: Final = "sync"


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
        SettingsError: A value is invalid, sync has no address, or the file
            cannot be written; it is unchanged then.
        SyncMisconfiguredError: The address of the server is invalid.
    """
    # Late: tomlkit takes 2 MiB, and settings change rarely.
    from claude_tray.config.writer import save_settings

    def check(settings: Settings) -> None:
        from claude_tray.sync.settings_check import check_sync_settings

        check_sync_settings(settings, environment)

    sections = {
        name[0] if isinstance(name, tuple) else name.partition(".")[0]
        for name in changes
    }
    save_settings(path, changes, check if _SYNC in sections else None)
