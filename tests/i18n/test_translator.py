from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.cost import Totals
from claude_tray.i18n import translator as translator_module
from claude_tray.i18n.formats import LocaleData, parse_locale_data
from claude_tray.i18n.translator import (
    CATALOG_DIR,
    ENGLISH,
    LANGUAGE_NAMES,
    list_languages,
    load_translator,
    match_language,
)
from tests.support.builders import at, nano_usd

if TYPE_CHECKING:
    from pathlib import Path

THURSDAY = at("15:05", 5)


def read_locale_data(code: str) -> LocaleData:
    path = CATALOG_DIR.with_name("locale_data.json")
    return parse_locale_data(json.loads(path.read_text("utf-8"))[code])


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
        ("tlh:de_DE:en", "de"),
        ("en_US:de", "en"),
        ("C:de", "de"),
        ("DE-de", "de"),
        (":de", "de"),
        ("de@euro", "de"),
        ("../de", "en"),
    ],
)
def test_locale_codes_match_a_catalog(
    code: str,
    language: str,
) -> None:
    assert load_translator(code).language == language


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("pt_BR.UTF-8", "pt"),
        ("pt-pt", "pt"),
        ("fr-CA", "fr"),
        ("es-419", "es"),
        ("ja_JP.eucJP", "ja"),
        ("ko-kr", "ko"),
        ("zh", "zh_Hans"),
        ("zh_CN.GB18030", "zh_Hans"),
        ("zh-hans-cn", "zh_Hans"),
        ("zh-SG", "zh_Hans"),
        ("zh-Hans-HK", "zh_Hans"),
        ("cmn-Hans", "zh_Hans"),
        ("iw_IL", "he"),
        # Readers of the traditional script get no text in the simplified one.
        ("zh_TW.UTF-8", ""),
        ("zh-hant", ""),
        ("zh-HK", ""),
        ("zh_TW:ja", "ja"),
        ("*", ""),
    ],
)
def test_codes_of_systems_and_browsers_name_a_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, language: str
) -> None:
    for name in ("pt", "fr", "es", "ja", "ko", "zh_Hans", "he"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(translator_module, "CATALOG_DIR", tmp_path)

    assert match_language(code) == language


def test_every_language_is_listed_by_its_own_name() -> None:
    assert set(list_languages()) <= set(LANGUAGE_NAMES)


WEDNESDAY = datetime(2025, 3, 5, 0, 7, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        # By hand, from the CLDR charts of each language.
        (
            "fr",
            ("5 mars", "5 mars 2025", "mer. 5 mars", "mars 2025"),
        ),
        (
            "pt",
            (
                "5 de mar.",
                "5 de mar. de 2025",
                "qua. 5 de mar.",
                "mar. de 2025",
            ),
        ),
        ("ja", ("3月5日", "2025年3月5日", "3月5日(水)", "2025年3月")),
        ("ko", ("3월 5일", "2025년 3월 5일", "3월 5일 (수)", "2025년 3월")),
        ("zh_Hans", ("3月5日", "2025年3月5日", "3月5日周三", "2025年3月")),
    ],
)
def test_dates_have_the_order_of_the_language(
    code: str, texts: tuple[str, ...]
) -> None:
    locale = read_locale_data(code)
    translator = ENGLISH._replace(locale=locale)

    assert translator.format_day(WEDNESDAY, UTC) == texts[0]
    assert translator.format_day_of_year(WEDNESDAY) == texts[1]
    assert translator.format_weekday_and_day(WEDNESDAY) == texts[2]
    assert translator.format_month(WEDNESDAY) == texts[3]


@pytest.mark.parametrize(
    ("code", "midnight", "noon"),
    [
        ("de", "12:07\xa0AM", "12:07\xa0PM"),
        ("ja", "午前0:07", "午後0:07"),
        ("ko", "오전 12:07", "오후 12:07"),
        ("zh_Hans", "上午12:07", "下午12:07"),
    ],
)
def test_twelve_hours_have_the_order_of_the_language(
    code: str, midnight: str, noon: str
) -> None:
    locale = read_locale_data(code)._replace(is_24h=False)
    translator = ENGLISH._replace(locale=locale)

    assert translator.format_clock(WEDNESDAY, UTC) == midnight
    later = WEDNESDAY + timedelta(hours=12)
    assert translator.format_clock(later, UTC) == noon
    assert translator.format_seconds_clock(later, UTC) == noon.replace(
        ":07", ":07:09"
    )


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
