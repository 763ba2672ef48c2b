"""What is worth switching on, told once to whoever starts the tray first."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from claude_tray.cli.context import tell
from claude_tray.desktop.autostart.state import State
from claude_tray.desktop.autostart.system import this_system
from claude_tray.desktop.paths import home_folder
from claude_tray.errors import DesktopError, SettingsError
from claude_tray.statusline.memory import NAME, recall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.cli.context import Context
    from claude_tray.desktop.paths import Own

_TOLD: Final = "offered"
_AT_LOGIN: Final = "To start it at login: claude-tray autostart on"
_STATUSLINE: Final = (
    "To show the limits that Claude Code itself knows:"
    " claude-tray statusline install"
)


def offer_once(context: Context) -> None:
    """Tell a person what is not switched on, one time."""
    told = context.own.state / _TOLD
    if told.exists():
        return
    with suppress(DesktopError, OSError, SettingsError):
        # Whoever cannot be asked whether it is on is not offered it.
        for line in _offers(context.own):
            tell(line)
    with suppress(OSError):
        # What cannot be noted is told again.
        told.touch()


def _offers(own: Own) -> Iterator[str]:
    """Yield what is switched off."""
    if this_system(os.environ, home_folder()).status(("",)).state is State.OFF:
        yield _AT_LOGIN
    if not recall(own.settings.with_name(NAME)):
        yield _STATUSLINE
