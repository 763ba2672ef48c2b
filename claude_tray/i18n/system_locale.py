"""Build the translator that the settings and the system ask for."""

from __future__ import annotations

from typing import Final

from claude_tray.i18n.translator import Translator, load_translator
from claude_tray.platform.system import current_system

_SYSTEM: Final = "system"
_TWENTY_FOUR_HOURS: Final = "24h"


def detect_locale(
    language: str, clock: str, environment_language: str, currency: str = ""
) -> Translator:
    """
    Build the translator for a language and a clock.

    Args:
        language: Setting: "system" or a code.
        clock: Setting: "system", "24h" or "12h".
        environment_language: Language of the environment; empty if not set.
        currency: Setting: currency of costs, as "0.92 EUR"; may be empty.
    """
    system = current_system()
    code = (
        (environment_language or system.get_language())
        if language == _SYSTEM
        else language
    )
    is_24h = (
        system.has_24h_clock()
        if clock == _SYSTEM
        else clock == _TWENTY_FOUR_HOURS
    )
    return load_translator(code, is_24h=is_24h, currency=currency)
