"""The kind of window that there can be here."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ui.toolkit.window_host import WindowHost


_log = logging.getLogger(__name__)


def run_window(host: WindowHost) -> bool:
    """Show what the host shows until its end; False without any window."""
    for run_backend in _list_backends():
        try:
            run_backend(host)
        except DesktopError as error:
            _log.info("No window reason=%s", error.summary)
        else:
            return True
    return False


def _list_backends() -> list[Callable[[WindowHost], None]]:
    if sys.platform == "win32":
        return [_run_tk]
    if sys.platform == "darwin":
        return [_run_cocoa, _run_tk]
    return [_run_x11, _run_tk]


def _run_tk(host: WindowHost) -> None:
    from claude_tray.ui.toolkit.tk import TkWindow

    TkWindow(host).run()


def _run_cocoa(host: WindowHost) -> None:
    from claude_tray.ui.toolkit.cocoa import CocoaWindow

    CocoaWindow(host).run()


def _run_x11(host: WindowHost) -> None:
    from claude_tray.ui.toolkit.x11 import X11Window

    X11Window(host).run()
