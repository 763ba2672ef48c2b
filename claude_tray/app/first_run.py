"""What is worth switching on, told once to whoever starts the tray first."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import print_message
from claude_tray.errors import DesktopError, SettingsError
from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart_service import build_autostart
from claude_tray.providers.claude_code.statusline.backup import (
    BACKUP_FILE_NAME,
    load_backups,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.app.context import AppContext
    from claude_tray.platform.paths import AppPaths


_MARKER_FILE: Final = "offered"
_AUTOSTART_TIP: Final = "To start it at login: claude-tray autostart on"
_STATUSLINE_TIP: Final = (
    "To show the limits that Claude Code itself knows:"
    " claude-tray statusline install"
)


def show_first_run_tips(context: AppContext) -> None:
    """Tell a person what is not switched on, one time."""
    marker = context.paths.state_folder / _MARKER_FILE
    if marker.exists():
        return
    with suppress(DesktopError, OSError, SettingsError):
        # Whoever cannot be asked whether it is on is not offered it.
        for line in _list_tips(context.paths):
            print_message(line)
    with suppress(OSError):
        # What cannot be noted is told again.
        marker.touch()


def _list_tips(paths: AppPaths) -> Iterator[str]:
    """Yield what is switched off."""
    if build_autostart().status(("",)).state is AutostartState.OFF:
        yield _AUTOSTART_TIP
    if not load_backups(paths.settings_file.with_name(BACKUP_FILE_NAME)):
        yield _STATUSLINE_TIP
