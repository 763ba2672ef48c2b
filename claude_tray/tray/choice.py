"""The tray for this system."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from claude_tray.errors import NoTrayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.tray.action import Wish
    from claude_tray.tray.shell import Tray

_log = logging.getLogger(__name__)

NAME = "claude-tray"


def tray_for(
    do: Callable[[Wish], None],
    patience: float,
    is_beside: Callable[[], bool],
) -> Tray:
    """
    Return the tray of this system.

    Args:
        do: Called with what was chosen.
        patience: How many seconds a panel may take to appear.
        is_beside: Tells whether the time stands as text beside the icon,
            which only macOS has.

    Raises:
        NoTrayError: There is nothing that could show an icon.
    """
    # Late: each system has its own libraries.
    from claude_tray.tray.shell import Shell  # noqa: PLC0415

    if sys.platform == "win32":
        from claude_tray.tray.backends import windows  # noqa: PLC0415

        return Shell(windows.Icon(NAME), do)
    if sys.platform == "darwin":
        from claude_tray.tray.backends import macos  # noqa: PLC0415

        return Shell(macos.Icon(NAME, is_beside), do)
    return _linux(do, patience)


def _linux(do: Callable[[Wish], None], patience: float) -> Tray:
    from claude_tray.tray.backends import sni  # noqa: PLC0415
    from claude_tray.tray.linux import LinuxTray  # noqa: PLC0415

    item = None
    try:
        item = sni.Icon(NAME)
    except NoTrayError as error:
        _log.info("No panel by D-Bus reason=%s", error)
        if not os.environ.get("DISPLAY"):
            raise
    return LinuxTray(item, _old_kind, do, patience)


def _old_kind() -> Any:  # noqa: ANN401 - pystray has no types
    """
    Return an icon for X11's old tray.

    Raises:
        NoTrayError: There is no display, or no tray on it.
    """
    if not os.environ.get("DISPLAY"):
        summary = "There is no display to show an icon on."
        raise NoTrayError(summary)
    try:
        from Xlib.error import DisplayError  # noqa: PLC0415
    except ImportError as error:
        summary = "python-xlib is not installed."
        raise NoTrayError(summary) from error
    try:
        from claude_tray.tray.backends import xembed  # noqa: PLC0415

        return xembed.Icon(NAME)
    except (DisplayError, ImportError, OSError) as error:
        summary = "The display cannot be opened."
        raise NoTrayError(summary) from error
