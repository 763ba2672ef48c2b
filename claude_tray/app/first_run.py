"""Print tips when the tray first starts in a terminal."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import AppContext, print_message
from claude_tray.errors import DesktopError, SettingsError, gettext_noop
from claude_tray.platform.autostart.base import AutostartState
from claude_tray.platform.autostart_service import build_autostart
from claude_tray.providers.claude_code.statusline.backup import load_backups
from claude_tray.providers.claude_code.statusline.handler import (
    BACKUP_FILE_NAME,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.platform.paths import AppPaths


_MARKER_FILE: Final = "offered"
_AUTOSTART_TIP: Final = gettext_noop(
    "To start the tray at login, run: claude-tray autostart on"
)
_STATUSLINE_TIP: Final = gettext_noop(
    "To show the limits that Claude Code reports, run: claude-tray statusline"
    " install"
)


def show_first_run_tips(context: AppContext) -> None:
    """Print tips once; a marker file remembers that."""
    marker = context.paths.state_folder / _MARKER_FILE
    if marker.exists():
        return
    with suppress(DesktopError, OSError, SettingsError):
        # No tip for a feature whose state is unknown.
        for tip in _list_tips(context.paths):
            print_message(context.translator.gettext(tip))
    with suppress(OSError):
        # Without the marker, the tips are printed again next time.
        marker.touch()


def _list_tips(paths: AppPaths) -> Iterator[str]:
    if build_autostart().status(("",)).state is AutostartState.OFF:
        yield _AUTOSTART_TIP
    if not load_backups(paths.settings_file.with_name(BACKUP_FILE_NAME)):
        yield _STATUSLINE_TIP
