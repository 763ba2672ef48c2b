"""A language: what is said in it, and how its numbers and times look."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.i18n import formats
from claude_tray.i18n.formats import ENGLISH_LOCALE as ENGLISH_FACTS
from claude_tray.i18n.formats import LocaleData, parse_locale_data

if TYPE_CHECKING:
    from datetime import datetime, timedelta, tzinfo

    from claude_tray.core.pricing import NanoUsd
    from claude_tray.core.totals import Totals


TEXT_DOMAIN: Final = "claude_tray"
CATALOG_DIR: Final = Path(__file__).parent / "locale"
_LOCALE_DATA_FILE: Final = Path(__file__).parent / "locale_data.json"
# What systems call a language that has a script of its own here.
_SCRIPT_ALIASES: Final = {"zh": "zh_Hans", "zh_CN": "zh_Hans", "iw": "he"}


class Translator(NamedTuple):
    """
    How a person is spoken to.

    Attributes:
        language: Its code, as "en" or "de".
        locale: How numbers and times are written.
        catalog: What English sentences are in it.
    """

    language: str
    locale: LocaleData
    catalog: gettext.NullTranslations

    @property
    def is_rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.locale.is_rtl

    def gettext(self, text: str, **values: object) -> str:
        """
        Return a sentence.

        Args:
            text: In English, with a name in braces for each value.
            values: What stands for the names.
        """
        return self.catalog.gettext(text).format(**values)

    def ngettext(
        self, singular: str, plural: str, n: int, **values: object
    ) -> str:
        """Return a sentence about n things, which {n} stands for."""
        translated = self.catalog.ngettext(singular, plural, n)
        return translated.format(
            n=formats.format_integer(n, self.locale), **values
        )

    def format_tokens(self, count: int) -> str:
        """Return a count in short, as "21.4M"."""
        return formats.format_tokens(count, self.locale)

    def format_integer(self, count: int) -> str:
        """Return a whole number, as "1,234"."""
        return formats.format_integer(count, self.locale)

    def format_percent(self, value: float) -> str:
        """Return a percentage (0 to 100), as "38%"."""
        return formats.format_percent(value, self.locale)

    def format_money(self, cost: NanoUsd | int | None) -> str:
        """Return a cost, as "$9.42"; a dash where it is unknown."""
        return formats.format_money(cost, self.locale)

    def format_cost(self, totals: Totals) -> str:
        """Return what something cost, or the least it did."""
        return formats.format_cost(totals, self.locale)

    def format_duration(self, delta: timedelta) -> str:
        """Return a span, as "2h 47m"."""
        return formats.format_duration(delta, self.locale)

    def format_clock(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Return a time of day, as "15:00"."""
        return formats.format_clock(at, zone, self.locale)

    def format_weekday_and_clock(
        self,
        at: datetime,
        zone: tzinfo | None = None,
    ) -> str:
        """Return a moment of the coming days, as "Thu 09:00"."""
        return formats.format_weekday_and_clock(at, zone, self.locale)

    def format_weekday(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Return a day's whole name, as "Thursday"."""
        return formats.format_weekday(at, zone, self.locale)

    def format_day(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Return a day of the year, as "Nov 24"."""
        return formats.format_day(at, zone, self.locale)


ENGLISH: Final = Translator("en", ENGLISH_FACTS, gettext.NullTranslations())


def load_translator(
    language: str, *, is_24h: bool | None = None
) -> Translator:
    """
    Return how a person is spoken to.

    Args:
        language: A code as systems write it, as "de_AT.UTF-8" or "pt-BR";
            one that is not spoken here is English.
        is_24h: Whether the clock counts to 24; None as the language does.
    """
    translator = _load_cached_translator(_match_language(language))
    if is_24h is None:
        return translator
    return translator._replace(
        locale=translator.locale._replace(is_24h=is_24h)
    )


def list_languages() -> list[str]:
    """Return the codes of the languages that are spoken here."""
    return ["en", *sorted(path.name for path in CATALOG_DIR.glob("*/"))]


def _match_language(language: str) -> str:
    code = language.partition(".")[0].partition("@")[0].replace("-", "_")
    candidates = (_SCRIPT_ALIASES.get(code, code), *_list_fallbacks(code))
    return next(
        (
            candidate
            for candidate in candidates
            if candidate in list_languages()
        ),
        "en",
    )


def _list_fallbacks(code: str) -> tuple[str, ...]:
    base = code.partition("_")[0]
    return _SCRIPT_ALIASES.get(base, base), base


@cache
def _load_cached_translator(language: str) -> Translator:
    if language == "en":
        return ENGLISH
    # Late: English needs no file.
    import json

    data = json.loads(_LOCALE_DATA_FILE.read_text(encoding="utf-8"))
    catalog = gettext.translation(TEXT_DOMAIN, CATALOG_DIR, [language])
    return Translator(language, parse_locale_data(data[language]), catalog)
