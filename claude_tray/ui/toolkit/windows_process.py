"""Set up a process with windows or an icon on Windows."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Any, Final

from claude_tray.platform.app_id import APP_ID

# DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2
_PER_MONITOR: Final = -4


def prepare_process(libraries: Any) -> None:
    """
    Get real pixels instead of scaled ones, and a name of our own.

    Without the name, Windows calls notifications and windows "Python".

    Args:
        libraries: Loads the libraries of Windows: `ctypes.windll`.
    """
    context = ctypes.c_void_p(_PER_MONITOR)
    with suppress(AttributeError, OSError):
        # The call needs Windows 10.
        libraries.user32.SetProcessDpiAwarenessContext(context)
    with suppress(AttributeError, OSError):
        name = ctypes.c_wchar_p(APP_ID)
        libraries.shell32.SetCurrentProcessExplicitAppUserModelID(name)
