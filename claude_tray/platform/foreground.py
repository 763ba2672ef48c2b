"""Who may put a window before the others."""

from __future__ import annotations

import sys

_ANY_PROCESS = -1


def allow_foreground_windows() -> None:
    """Pass on the right that Windows gives to what a person has started."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)
