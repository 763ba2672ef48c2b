"""Run a window with the first backend that works."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from claude_tray.errors import DesktopError
from claude_tray.platform.system import (
    current_system,
    skip_processor_query,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from claude_tray.ui.toolkit.window_host import WindowHost


_log = logging.getLogger(__name__)


def run_window(host: WindowHost) -> bool:
    """Run the host's window until it ends; False if no backend works."""
    for name in current_system().window_backends:
        try:
            _BACKENDS[name](host)
        except DesktopError as error:
            _log.info(
                "Window backend unavailable backend=%s reason=%s",
                name,
                error.summary,
            )
        else:
            return True
    return False


def _run_tk(host: WindowHost) -> None:
    from claude_tray.ui.toolkit.tk import TkWindow

    TkWindow(host).run()


def _run_cocoa(host: WindowHost) -> None:
    from claude_tray.ui.toolkit.cocoa import CocoaWindow

    CocoaWindow(host).run()


def _run_x11(host: WindowHost) -> None:
    skip_processor_query()
    from claude_tray.ui.toolkit.x11 import X11Window

    X11Window(host).run()


_BACKENDS: Final[Mapping[str, Callable[[WindowHost], None]]] = {
    "cocoa": _run_cocoa,
    "tk": _run_tk,
    "x11": _run_x11,
}
