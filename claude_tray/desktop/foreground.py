"""Who may put a window before the others."""

from __future__ import annotations

import sys

_ANYBODY = -1


def let_others_come_forward() -> None:
    """Pass on the right that Windows gives to what a person has started."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - other systems have no such right

        ctypes.windll.user32.AllowSetForegroundWindow(_ANYBODY)
