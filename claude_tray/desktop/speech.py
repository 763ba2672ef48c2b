"""The language and the clock that the person's system has."""

from __future__ import annotations

import sys
from typing import Final

from claude_tray.words.tongue import Tongue, tongue_of

_SYSTEM: Final = "system"
_TWENTY_FOUR: Final = "24h"
# Windows: the length of a locale's name, and what its short time is asked by.
_LONGEST_NAME: Final = 85
_SHORT_TIME: Final = 0x79


def tongue_for(language: str, clock: str, told: str) -> Tongue:
    """
    Return how the person wants to be spoken to.

    Args:
        language: The setting: "system" or a code.
        clock: The setting: "system", "24h" or "12h".
        told: The language of the environment; empty where it has none.
    """
    code = (told or system_language()) if language == _SYSTEM else language
    is_24h = system_is_24h() if clock == _SYSTEM else clock == _TWENTY_FOUR
    return tongue_of(code, is_24h=is_24h)


def is_24h_pattern(pattern: str) -> bool | None:
    """
    Tell whether a pattern of times counts to 24; None if it has no hour.

    Args:
        pattern: Of strftime ("%I:%M %p"), or of Windows ("h:mm tt").
    """
    if "%" in pattern:
        if "%p" in pattern or "%r" in pattern or "%I" in pattern:
            return False
        return True if "%H" in pattern or "%T" in pattern else None
    if "H" in pattern:
        return True
    return False if "h" in pattern else None


if sys.platform == "win32":
    import ctypes

    def system_language() -> str:
        """Return the code of the person's language."""
        name = ctypes.create_unicode_buffer(_LONGEST_NAME)
        ctypes.windll.kernel32.GetUserDefaultLocaleName(name, _LONGEST_NAME)
        return name.value

    def system_is_24h() -> bool | None:
        """Tell whether the system's clock counts to 24; None: unknown."""
        pattern = ctypes.create_unicode_buffer(_LONGEST_NAME)
        ctypes.windll.kernel32.GetLocaleInfoEx(
            None,
            _SHORT_TIME,
            pattern,
            _LONGEST_NAME,
        )
        return is_24h_pattern(pattern.value)

elif sys.platform == "darwin":
    import subprocess

    def system_language() -> str:
        """Return the code of the person's language."""
        return _preference("AppleLocale")

    def system_is_24h() -> bool | None:
        """Tell whether the system's clock counts to 24; None: unknown."""
        for name, answer in (
            ("AppleICUForce24HourTime", True),
            ("AppleICUForce12HourTime", False),
        ):
            if _preference(name) == "1":
                return answer
        return None

    def _preference(name: str) -> str:
        said = subprocess.run(  # noqa: S603 - no part of it is from outside
            ["/usr/bin/defaults", "read", "-g", name],
            capture_output=True,
            text=True,
            check=False,
        )
        return said.stdout.strip()

else:
    import locale

    def system_language() -> str:
        """Return the code of the person's language: the environment's."""
        return ""

    def system_is_24h() -> bool | None:
        """Tell whether the system's clock counts to 24; None: unknown."""
        before = locale.setlocale(locale.LC_TIME)
        try:
            locale.setlocale(locale.LC_TIME, "")
            return is_24h_pattern(locale.nl_langinfo(locale.T_FMT))
        except locale.Error:
            return None
        finally:
            locale.setlocale(locale.LC_TIME, before)
