"""The language and the clock that the person's system has."""

from __future__ import annotations

import sys
from typing import Final

from claude_tray.i18n.translator import Translator, load_translator

_SYSTEM: Final = "system"
_TWENTY_FOUR_HOURS: Final = "24h"
# Windows: the length of a locale's name, and what its short time is asked by.
_MAX_LOCALE_NAME_LENGTH: Final = 85
_SHORT_TIME_FORMAT: Final = 0x79


def detect_locale(
    language: str, clock: str, environment_language: str
) -> Translator:
    """
    Return how the person wants to be spoken to.

    Args:
        language: The setting: "system" or a code.
        clock: The setting: "system", "24h" or "12h".
        environment_language: The language of the environment; empty where it has none.
    """
    code = (
        (environment_language or get_system_language())
        if language == _SYSTEM
        else language
    )
    is_24h = (
        is_system_24h() if clock == _SYSTEM else clock == _TWENTY_FOUR_HOURS
    )
    return load_translator(code, is_24h=is_24h)


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

    def get_system_language() -> str:
        """Return the code of the person's language."""
        name = ctypes.create_unicode_buffer(_MAX_LOCALE_NAME_LENGTH)
        ctypes.windll.kernel32.GetUserDefaultLocaleName(
            name, _MAX_LOCALE_NAME_LENGTH
        )
        return name.value

    def is_system_24h() -> bool | None:
        """Tell whether the system's clock counts to 24; None: unknown."""
        pattern = ctypes.create_unicode_buffer(_MAX_LOCALE_NAME_LENGTH)
        ctypes.windll.kernel32.GetLocaleInfoEx(
            None,
            _SHORT_TIME_FORMAT,
            pattern,
            _MAX_LOCALE_NAME_LENGTH,
        )
        return is_24h_pattern(pattern.value)

elif sys.platform == "darwin":
    import subprocess

    def get_system_language() -> str:
        """Return the code of the person's language."""
        return _read_preference("AppleLocale")

    def is_system_24h() -> bool | None:
        """Tell whether the system's clock counts to 24; None: unknown."""
        for name, value in (
            ("AppleICUForce24HourTime", True),
            ("AppleICUForce12HourTime", False),
        ):
            if _read_preference(name) == "1":
                return value
        return None

    def _read_preference(name: str) -> str:
        result = subprocess.run(  # noqa: S603 - no part of it is from outside
            ["/usr/bin/defaults", "read", "-g", name],
            capture_output=True,
            text=True,
            check=False,
        )
        return result.stdout.strip()

else:
    import locale

    def get_system_language() -> str:
        """Return the code of the person's language: the environment's."""
        return ""

    def is_system_24h() -> bool | None:
        """Tell whether the system's clock counts to 24; None: unknown."""
        previous = locale.setlocale(locale.LC_TIME)
        try:
            locale.setlocale(locale.LC_TIME, "")
            return is_24h_pattern(locale.nl_langinfo(locale.T_FMT))
        except locale.Error:
            return None
        finally:
            locale.setlocale(locale.LC_TIME, previous)
