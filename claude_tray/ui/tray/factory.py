"""Create the tray icon of this system."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from claude_tray.errors import NoTrayError, gettext_noop
from claude_tray.platform.app_id import COMMAND
from claude_tray.platform.system import (
    current_system,
    skip_processor_query,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ui.toolkit.messages import UserAction
    from claude_tray.ui.tray.icon_adapter import Tray


_log = logging.getLogger(__name__)


def create_tray(
    on_action: Callable[[UserAction], None],
    panel_timeout: float,
    shows_text_beside: Callable[[], bool],
) -> Tray:
    """
    Create the tray icon of this system.

    Args:
        on_action: Called with the chosen action.
        panel_timeout: Seconds that a panel may take to appear.
        shows_text_beside: Returns whether to show the countdown as text next
            to the icon, which only macOS can do.

    Raises:
        NoTrayError: Nothing on this system can show an icon.
    """
    # Imported late: each system has its own libraries.
    from claude_tray.ui.tray.icon_adapter import IconAdapter

    backend = current_system().tray_backend
    if backend == "windows":
        from claude_tray.ui.tray.backends import windows

        return IconAdapter(windows.WindowsIcon(COMMAND), on_action)
    if backend == "macos":
        from claude_tray.ui.tray.backends import macos

        return IconAdapter(
            macos.MacosIcon(COMMAND, shows_text_beside), on_action
        )
    return _create_linux_tray(on_action, panel_timeout)


def _create_linux_tray(
    on_action: Callable[[UserAction], None], panel_timeout: float
) -> Tray:
    from claude_tray.ui.tray.backends import sni
    from claude_tray.ui.tray.linux import LinuxTray

    sni_icon = None
    try:
        sni_icon = sni.StatusNotifierIcon(COMMAND)
    except NoTrayError as error:
        _log.info("No tray on the session bus reason=%s", error)
        if not os.environ.get("DISPLAY"):
            raise
    return LinuxTray(sni_icon, _create_xembed_icon, on_action, panel_timeout)


def _create_xembed_icon() -> Any:
    """
    Create an icon for X11's legacy tray.

    Raises:
        NoTrayError: There is no display, or no tray on it.
    """
    if not os.environ.get("DISPLAY"):
        raise NoTrayError(gettext_noop("No display found for the tray icon."))
    skip_processor_query()
    try:
        from Xlib.error import DisplayError
    except ImportError as error:
        raise NoTrayError(
            gettext_noop("python-xlib is not installed.")
        ) from error
    try:
        from claude_tray.ui.tray.backends import xembed

        return xembed.XembedIcon(COMMAND)
    except (DisplayError, ImportError, OSError) as error:
        raise NoTrayError(
            gettext_noop("The display cannot be opened.")
        ) from error
