"""Translate sentences and format numbers and times for a language."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import fill_value, translate_problem
from claude_tray.i18n import formats
from claude_tray.i18n.formats import (
    ENGLISH_LOCALE,
    LocaleData,
    parse_locale_data,
)
from claude_tray.text import join_sentences, make_visible, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, timedelta, tzinfo

    from claude_tray.core.cost import NanoUsd, Totals


TEXT_DOMAIN: Final = "claude_tray"
CATALOG_DIR: Final = Path(__file__).parent / "locale"
_LOCALE_DATA_FILE: Final = Path(__file__).parent / "locale_data.json"
# Codes that systems use for languages whose catalog has another code here.
_RENAMED_LANGUAGES: Final = {"iw": "he", "cmn": "zh"}
_DESKTOP_CODES: Final = {"zh_Hans": "zh_CN"}
_CHINESE: Final = "zh"
_TRADITIONAL_REGIONS: Final = frozenset({"TW", "HK", "MO"})
_SCRIPT_LENGTH: Final = 4


class Translator(NamedTuple):
    """
    Language of the user interface.

    Attributes:
        language: Language code, such as "en" or "de".
        locale: Number and time formats.
        catalog: Translations of the English sentences.
    """

    language: str
    locale: LocaleData
    catalog: gettext.NullTranslations

    @property
    def language_tag(self) -> str:
        """Return the language as web pages name it, such as "zh-Hans"."""
        return self.language.replace("_", "-")

    @property
    def is_rtl(self) -> bool:
        """Return whether the language is written from right to left."""
        return self.locale.is_rtl

    @property
    def money_pattern(self) -> str:
        """Return the form of amounts, with "{}" for the number: "{} €"."""
        return formats.build_money_pattern(self.locale).replace(
            formats.NUMBER_PATTERN, "{}"
        )

    @property
    def money_rate(self) -> float:
        """Return what one US dollar is in the currency of costs."""
        money = self.locale.money
        return money.numerator / money.denominator if money else 1.0

    def gettext(self, text: str, **values: object) -> str:
        """
        Translate a sentence.

        Args:
            text: English sentence with a placeholder in braces for each value.
            values: Values of the placeholders, by name; made visible, as
                they may come from a file.
        """
        return self.catalog.gettext(text).format(**self._fill(values))

    def ngettext(
        self, singular: str, plural: str, n: int, **values: object
    ) -> str:
        """Translate a sentence that depends on a count, its {n}."""
        translated = self.catalog.ngettext(singular, plural, n)
        return translated.format(
            n=formats.format_integer(n, self.locale), **self._fill(values)
        )

    def translate_problem(self, text: str) -> str:
        """Translate the problem of a snapshot or state."""
        return translate_problem(text, self.catalog.gettext)

    def _fill(self, values: dict[str, object]) -> dict[str, str]:
        return {
            name: fill_value(name, value, self.catalog.gettext)
            for name, value in values.items()
        }

    def join_names(self, names: Sequence[str], limit: int = 5) -> str:
        """
        Join names by commas, and count those beyond the limit.

        Args:
            names: Names, which may come from files.
            limit: How many names to show.
        """
        shown = [make_visible(shorten(name)) for name in names[:limit]]
        if more := len(names) - limit if len(names) > limit else 0:
            shown.append(
                self.gettext(
                    "and {count} more", count=self.format_integer(more)
                )
            )
        return self.join_parts(shown)

    def join_sentences(self, sentences: Iterable[str]) -> str:
        """Join translated sentences; empty ones are left out."""
        return join_sentences(sentences)

    def join_parts(self, parts: Iterable[str]) -> str:
        """Join translated parts of a sentence by commas."""
        return self.locale.comma.join(parts)

    def format_tokens(self, count: int) -> str:
        """Abbreviate a token count: "21.4M"."""
        return formats.format_tokens(count, self.locale)

    def format_integer(self, count: int) -> str:
        """Format an integer: "1,234"."""
        return formats.format_integer(count, self.locale)

    def format_percent(self, value: float) -> str:
        """Format a percentage (0 to 100): "38%"."""
        return formats.format_percent(value, self.locale)

    def format_money(self, cost: NanoUsd | int | None) -> str:
        """Format a cost: "$9.42", or a dash if it is unknown."""
        return formats.format_money(cost, self.locale)

    def format_total_tokens(self, totals: Totals) -> str:
        """Format the number of all tokens; a dash if it is not known."""
        if not totals.is_known:
            return formats.DASH
        return self.format_tokens(totals.tokens.total)

    def format_cost(self, totals: Totals) -> str:
        """Format the cost of usage: "$9.42", or "≥ $9.42"."""
        return formats.format_cost(totals, self.locale)

    def format_duration(self, delta: timedelta) -> str:
        """Format a duration: "2h 47m"."""
        return formats.format_duration(delta, self.locale)

    def format_clock(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Format a time of day: "15:00"."""
        return formats.format_clock(at, zone, self.locale)

    def format_weekday_and_clock(
        self,
        at: datetime,
        zone: tzinfo | None = None,
    ) -> str:
        """Format a time within a week: "Thu 09:00"."""
        return formats.format_weekday_and_clock(at, zone, self.locale)

    def format_seconds_clock(
        self, at: datetime, zone: tzinfo | None = None
    ) -> str:
        """Format a time of day with seconds: "15:00:07"."""
        return formats.format_seconds_clock(at, zone, self.locale)

    def format_hour(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Format an hour of the day: "15:00" or "3 PM"."""
        return formats.format_hour(at, zone, self.locale)

    def format_weekday(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Format a full weekday: "Thursday"."""
        return formats.format_weekday(at, zone, self.locale)

    def format_day(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Format a day of the year: "Nov 24"."""
        return formats.format_day(at, zone, self.locale)

    def format_day_of_year(self, day: date) -> str:
        """Format a local date with its year: "Nov 24 2026"."""
        return formats.format_date(day, self.locale.day_of_year, self.locale)

    def join_weekday(self, weekday: str, day: str) -> str:
        """Return a full weekday and a formatted day: "Tuesday, Nov 24"."""
        return self.locale.long_day.format(weekday=weekday, day=day)

    def format_weekday_and_day(self, day: date) -> str:
        """Format a local date with its weekday: "Tue Nov 24"."""
        return formats.format_date(day, self.locale.weekday_day, self.locale)

    def format_month(self, day: date) -> str:
        """Format the month of a local date: "Nov 2026"."""
        return formats.format_date(day, self.locale.month, self.locale)


# Each in its own words.
LANGUAGE_NAMES: Final = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "pt": "Português (Brasil)",
    "zh_Hans": "简体中文",
}
ENGLISH: Final = Translator("en", ENGLISH_LOCALE, gettext.NullTranslations())


def load_translator(
    language: str, *, is_24h: bool | None = None, currency: str = ""
) -> Translator:
    """
    Load the translator of a language.

    Args:
        language: Locale code as systems write it, such as "de_AT.UTF-8" or
            "pt-BR", or several separated by colons, best first; English if
            there is no catalog for any.
        is_24h: Use a 24-hour clock; None for the default of the language.
        currency: Currency of costs, as "0.92 EUR"; empty for the US dollar.
    """
    translator = _load_cached_translator(match_language(language) or "en")
    locale = translator.locale
    if is_24h is not None:
        locale = locale._replace(is_24h=is_24h)
    if currency:
        # Late: most users keep the US dollar.
        from claude_tray.i18n.currency import load_currency

        money = load_currency(currency, translator.language)
        locale = locale._replace(money=money)
    return translator._replace(locale=locale)


def list_languages() -> list[str]:
    """List the codes of the available languages."""
    return list(_find_languages(CATALOG_DIR))


@cache
def _find_languages(folder: Path) -> tuple[str, ...]:
    return "en", *sorted(path.name for path in folder.glob("*/"))


def list_translations(text: str) -> dict[str, str]:
    """
    Translate a msgid into every language.

    Returns:
        The texts by the code that desktops use, such as "zh_CN".
    """
    return {
        _DESKTOP_CODES.get(code, code): load_translator(code).gettext(text)
        for code in list_languages()[1:]
    }


def match_language(codes: str) -> str:
    """
    Return the first language that has a catalog; empty if none has.

    Args:
        codes: Locale codes, separated by colons as in the variable LANGUAGE.
    """
    available = _find_languages(CATALOG_DIR)
    for code in codes.split(":"):
        for candidate in _list_candidates(code):
            if candidate in available:
                return candidate
    return ""


def _list_candidates(code: str) -> list[str]:
    """
    List catalogs for a locale code, best first.

    Args:
        code: As systems and browsers write it: "zh_CN.UTF-8", "zh-hans-cn".
    """
    name = code.partition(".")[0].partition("@")[0].replace("-", "_")
    base, *subtags = name.split("_")
    language = _RENAMED_LANGUAGES.get(base.lower(), base.lower())
    scripts = [tag.title() for tag in subtags if len(tag) == _SCRIPT_LENGTH]
    regions = [tag.upper() for tag in subtags if len(tag) < _SCRIPT_LENGTH]
    if language == _CHINESE:
        # A reader of one script may not read the other.
        is_traditional = not scripts and {*regions} & _TRADITIONAL_REGIONS
        script = "Hant" if is_traditional else [*scripts, "Hans"][0]
        return [f"{language}_{script}"]
    return [*(f"{language}_{tag}" for tag in scripts + regions), language]


@cache
def _load_cached_translator(language: str) -> Translator:
    if language == "en":
        return ENGLISH
    # Imported late: English needs no file.
    import json

    data = json.loads(_LOCALE_DATA_FILE.read_text(encoding="utf-8"))
    catalog = gettext.translation(TEXT_DOMAIN, CATALOG_DIR, [language])
    # Of a language without data, numbers and times are as in English.
    values = data.get(language)
    locale = parse_locale_data(values) if values else ENGLISH_LOCALE
    return Translator(language, locale, catalog)
