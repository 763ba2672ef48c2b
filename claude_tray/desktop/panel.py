"""The colour of the panel, where the system tells it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY: Final = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
# Windows has a theme for its own parts beside that of programs.
_VALUE: Final = "SystemUsesLightTheme"


def panel_is_dark(variables: Mapping[str, str]) -> bool | None:
    """Tell whether panels are dark; None where that is not known."""
    if sys.platform == "win32":
        return _taskbar_is_dark()
    # GNOME's top bar is dark in every theme of its own.
    desktops = variables.get("XDG_CURRENT_DESKTOP", "").split(":")
    return True if "GNOME" in desktops else None


if sys.platform == "win32":
    import winreg

    def _taskbar_is_dark() -> bool | None:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY) as key:
                return not winreg.QueryValueEx(key, _VALUE)[0]
        except OSError:
            return None
