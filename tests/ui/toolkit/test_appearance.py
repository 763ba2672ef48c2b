from __future__ import annotations

import pytest

from claude_tray.config.schema import Settings
from claude_tray.i18n.currency import Currency
from claude_tray.i18n.translator import ENGLISH, load_translator
from claude_tray.ui.graphics.palette import DARK, LIGHT
from claude_tray.ui.toolkit.appearance import ensure_drawable, select_palette
from claude_tray.ui.toolkit.appearance import (
    load_translator as load_translator_for,
)


def test_a_theme_selects_a_palette() -> None:
    assert select_palette("light") == LIGHT
    assert select_palette("dark") == DARK
    assert select_palette("system") in (LIGHT, DARK)


def test_settings_select_language_and_clock() -> None:
    settings = Settings(general_language="de", general_clock="12h")

    translator = load_translator_for(settings)

    assert translator.language == "de"
    assert not translator.locale.is_24h


@pytest.mark.parametrize("language", ["en", "de"])
def test_drawable_languages_are_kept(language: str) -> None:
    translator = load_translator(language)

    assert ensure_drawable(translator) == translator


def test_a_language_without_a_font_becomes_english() -> None:
    class PrivateUse:
        """A catalog in characters that no font has."""

        def gettext(self, text: str) -> str:
            return "\U0010fffd" * len(text)

    translator = ENGLISH._replace(
        language="xx",
        catalog=PrivateUse(),  # type: ignore[arg-type] # all that is used
        locale=ENGLISH.locale._replace(is_24h=False),
    )

    drawable = ensure_drawable(translator)

    assert drawable.language == "en"
    assert not drawable.locale.is_24h


@pytest.mark.parametrize(
    ("symbol", "shown"), [("€", "€"), ("\U0010fffd", "EUR")]
)
def test_a_currency_without_a_font_is_shown_by_its_code(
    symbol: str, shown: str
) -> None:
    money = Currency(symbol, 92, 100, code="EUR")
    translator = ENGLISH._replace(locale=ENGLISH.locale._replace(money=money))

    drawable = ensure_drawable(translator)

    assert drawable.locale.money == money._replace(symbol=shown)
