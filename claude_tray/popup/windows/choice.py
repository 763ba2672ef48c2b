"""The kind of window that there can be here."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.popup.host import Host

_log = logging.getLogger(__name__)


def run(host: Host) -> bool:
    """Show what the host shows until its end; False without any window."""
    for window in _windows():
        try:
            window(host)
        except DesktopError as error:
            _log.info("No window reason=%s", error.summary)
        else:
            return True
    return False


def _windows() -> list[Callable[[Host], None]]:
    if sys.platform == "win32":
        return [_tk]
    if sys.platform == "darwin":
        return [_cocoa, _tk]
    return [_x11, _tk]


def _tk(host: Host) -> None:
    from claude_tray.popup.windows.tk import TkWindow  # noqa: PLC0415

    TkWindow(host).run()


def _cocoa(host: Host) -> None:
    from claude_tray.popup.windows.cocoa import CocoaWindow  # noqa: PLC0415

    CocoaWindow(host).run()


def _x11(host: Host) -> None:
    from claude_tray.popup.windows.x11 import X11Window  # noqa: PLC0415

    X11Window(host).run()
