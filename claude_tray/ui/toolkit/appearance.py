"""Select language and color palette by settings and desktop."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from claude_tray.config.env import parse_environment
from claude_tray.i18n.system_locale import detect_locale
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.platform.system import current_system
from claude_tray.presentation.status_text import IDLE_SENTENCE
from claude_tray.ui.graphics.fonts import can_draw
from claude_tray.ui.graphics.palette import DARK, LIGHT, Palette

if TYPE_CHECKING:
    from claude_tray.config.schema import Settings


def load_translator(settings: Settings) -> Translator:
    """Return the translator for the settings, or else for the system."""
    translator = detect_locale(
        settings.general_language,
        settings.general_clock,
        parse_environment(os.environ).language,
        settings.cost_currency,
    )
    return ensure_drawable(translator)


def ensure_drawable(translator: Translator) -> Translator:
    """
    Return the translator, or English if no font has its script.

    A currency whose symbol no font has is shown by its code.
    """
    locale = translator.locale
    money = locale.money
    if money is not None and not can_draw(money.symbol):
        money = money._replace(symbol=money.code)
    # Any longer sentence has the common letters of a language.
    if can_draw(translator.gettext(IDLE_SENTENCE), translator.language):
        return translator._replace(locale=locale._replace(money=money))
    return ENGLISH._replace(
        locale=ENGLISH.locale._replace(is_24h=locale.is_24h, money=money),
    )


def select_palette(theme: str) -> Palette:
    """Return the palette of a theme: "system", "light" or "dark"."""
    if theme == "system":
        return DARK if current_system().is_desktop_dark() else LIGHT
    return LIGHT if theme == "light" else DARK
