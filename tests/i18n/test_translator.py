from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from claude_tray.core.cost import Totals
from claude_tray.i18n.translator import (
    ENGLISH,
    list_languages,
    load_translator,
)
from tests.support.builders import at, nano_usd

THURSDAY = at("15:05", 5)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("de", "de"),
        ("de_AT.UTF-8", "de"),
        ("de-CH", "de"),
        ("en_GB", "en"),
        ("C.UTF-8", "en"),
        ("", "en"),
        ("tlh", "en"),
        ("iw_IL", "he" if "he" in list_languages() else "en"),
        ("zh_CN.UTF-8", "zh_Hans" if "zh_Hans" in list_languages() else "en"),
    ],
)
def test_locale_codes_match_a_catalog(
    code: str,
    language: str,
) -> None:
    assert load_translator(code).language == language


def test_gettext_fills_in_named_values() -> None:
    text = ENGLISH.gettext(
        "{percent} used", percent=ENGLISH.format_percent(38)
    )

    assert text == "38% used"


def test_ngettext_distinguishes_singular_and_plural() -> None:
    singular, plural = "{n} session", "{n} sessions"

    assert ENGLISH.ngettext(singular, plural, 1) == "1 session"
    assert ENGLISH.ngettext(singular, plural, 1_234) == "1,234 sessions"


def test_clock_setting_overrides_the_language() -> None:
    assert load_translator("en").format_clock(THURSDAY, UTC) == "15:05"
    twelve = load_translator("en", is_24h=False)
    assert twelve.format_clock(THURSDAY, UTC) == "3:05 PM"
    assert twelve.format_clock(at("00:05"), UTC) == "12:05 AM"


def test_numbers_and_times_follow_the_language() -> None:
    german = load_translator("de")

    assert german.format_tokens(21_400_000) == "21,4\N{NO-BREAK SPACE}Mio."
    assert german.format_tokens(152_400) == "152.400"
    assert german.format_money(12_400_000_000) == "12,40\N{NO-BREAK SPACE}$"
    assert german.format_percent(38) == "38\N{NO-BREAK SPACE}%"
    assert german.format_integer(1_234) == "1.234"
    duration = timedelta(hours=2, minutes=47)
    assert german.format_duration(duration) == "2 Std. 47 Min."
    assert german.format_weekday_and_clock(THURSDAY, UTC) == "Do. 15:05"
    assert german.format_weekday(THURSDAY, UTC) == "Donnerstag"
    assert german.format_day(THURSDAY, UTC) == "5. März"
    lower_bound = Totals(priced_cost=nano_usd(10**9), unpriced=1)
    assert german.format_cost(lower_bound) == "≥ 1,00\N{NO-BREAK SPACE}$"
    assert not german.is_rtl


@pytest.mark.parametrize("language", list_languages())
def test_every_language_formats_every_kind_of_value(language: str) -> None:
    translator = load_translator(language)

    for text in (
        translator.format_tokens(21_400_000),
        translator.format_money(12_400_000_000),
        translator.format_percent(38),
        translator.format_duration(timedelta(days=1, hours=20)),
        translator.format_weekday_and_clock(THURSDAY, UTC),
        translator.format_day(THURSDAY, UTC),
    ):
        assert any(character.isdigit() for character in text)
        assert not {"{", "#", "\N{CURRENCY SIGN}"} & set(text)
