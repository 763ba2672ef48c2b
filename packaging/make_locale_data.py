"""
Extract number and time formats and currencies from CLDR.

`python packaging/make_locale_data.py [--check]` writes `locale_data.json` and
`currencies.json`. Only this script needs Babel: its data takes 33 MB, of which
the program uses 30 KB.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import get_day_names, get_month_names
from babel.numbers import get_currency_precision
from babel.units import format_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = [
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "ru",
    "uk",
    "tr",
    "ja",
    "ko",
    "zh_Hans",
    "he",
    "ar",
]
# Currencies that the settings list; others are written as a symbol.
CURRENCIES = [
    *("AED", "ARS", "AUD", "BDT", "BRL", "CAD", "CHF", "CLP", "CNY", "COP"),
    *("CZK", "DKK", "EGP", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR"),
    *("JPY", "KES", "KRW", "KWD", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD"),
    *("PEN", "PHP", "PKR", "PLN", "RON", "RSD", "RUB", "SAR", "SEK", "SGD"),
    *("THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR"),
]
FOLDER = Path(__file__).parents[1] / "claude_tray/i18n"
# Any number that appears once in a formatted duration.
_NUMBER = 5
_DATE_FIELD = re.compile("[Ec]+|[ML]+|d|y")
# Where the narrow patterns of CLDR 45 are missing, only right for several, or
# too short to understand.
_DURATIONS = {
    "it": {"day": "{}g"},
    "ja": {
        "day": "{}日",
        "hour": "{}時間",
        "minute": "{}分",
        "second": "{}秒",
    },
    "ko": {"second": "{}초"},
    "pt": {"day": "{}d", "hour": "{}h", "minute": "{}min", "second": "{}s"},
    "zh_Hans": {"second": "{}秒"},
}
# Where a full weekday follows the day, or has no comma.
_LONG_DAYS = {
    "fr": "{weekday} {day}",
    "it": "{weekday} {day}",
    "ja": "{day}{weekday}",
    "ko": "{day} {weekday}",
    "zh_Hans": "{day}{weekday}",
}
# Where one character is no name of a day.
_WEEKDAY_CLOCKS = {"ja": "{day}曜 {clock}", "ko": "{day}요일 {clock}"}


def build_duration_pattern(unit: str, locale: Locale) -> str:
    """Return the narrow pattern of a unit, or the short one."""
    if pattern := _DURATIONS.get(str(locale), {}).get(unit):
        return pattern
    for length in ("narrow", "short"):
        text = format_unit(
            _NUMBER,
            f"duration-{unit}",
            length=length,  # type: ignore[arg-type]
            locale=locale,
        )
        if "duration" not in text:
            return text.replace(str(_NUMBER), "{}")
    return "{}"


def list_compact_steps(locale: Locale) -> list[tuple[int, str]]:
    """Return divisor and pattern of abbreviated numbers, largest first."""
    steps: dict[int, str] = {}
    for size, pattern in locale.compact_decimal_formats["short"][
        "other"
    ].items():
        text = pattern.pattern.replace("'", "")
        if zeros := text.count("0"):
            short = text.replace("0" * zeros, "0").strip("\u200f")
            if short != "0":
                steps.setdefault(int(size) // 10 ** (zeros - 1), short)
    return sorted(steps.items(), reverse=True)


def build_locale_data(code: str) -> dict[str, Any]:
    """Return the fields of `LocaleData` for a language."""
    locale = Locale.parse(code)
    short = str(locale.time_formats["short"])
    # The abbreviations of Korean are in Latin letters.
    forms = locale.day_periods["format"]
    periods = {**forms["abbreviated"], **forms["wide"]}
    symbols = locale.number_symbols["latn"]
    return {
        "decimal": symbols["decimal"],
        "group": symbols["group"],
        "percent": locale.percent_formats[None].pattern,
        "currency": locale.currency_formats["standard"].pattern.split(";")[0],
        "usd": locale.currency_symbols.get("USD", "USD"),
        "compact": list_compact_steps(locale),
        "comma": build_comma(locale),
        "is_24h": "h" not in short and "K" not in short,
        "am": periods["am"],
        "pm": periods["pm"],
        "clock_12h": build_clock_pattern(locale),
        "day": get_date_pattern("MMMd", locale),
        "day_of_year": get_date_pattern("yMMMd", locale),
        # Short, for labels: without a comma.
        "weekday_day": get_date_pattern("MMMEd", locale).replace(",", ""),
        "month": get_date_pattern("yMMM", locale),
        "long_day": _LONG_DAYS.get(code, "{weekday}, {day}"),
        "weekday_clock": _WEEKDAY_CLOCKS.get(code, "{day} {clock}"),
        "days": list_names(get_day_names("abbreviated", locale=locale), 0, 7),
        "long_days": list_names(get_day_names("wide", locale=locale), 0, 7),
        "months": list_names(
            get_month_names("abbreviated", locale=locale), 1, 13
        ),
        "h": build_duration_pattern("hour", locale),
        "m": build_duration_pattern("minute", locale),
        "d": build_duration_pattern("day", locale),
        "s": build_duration_pattern("second", locale),
        "is_rtl": locale.text_direction == "rtl",
    }


def get_date_pattern(skeleton: str, locale: Locale) -> str:
    """Return the pattern of a date, with {E}, {MMM} or {M}, {d} and {y}."""
    pattern = str(locale.datetime_skeletons[skeleton].pattern)
    # Text is between apostrophes: "d 'de' MMM".
    text = [
        part if is_text else _DATE_FIELD.sub(name_date_field, part)
        for is_text, part in zip(
            cycle((False, True)), pattern.split("'"), strict=False
        )
    ]
    return "".join(text)


def name_date_field(field: re.Match[str]) -> str:
    name = field[0].replace("L", "M")
    return "{E}" if name[0] in "Ec" else f"{{{name}}}"


def build_clock_pattern(locale: Locale) -> str:
    """Return the pattern of a time with {period}; {time_from_0} has no 12."""
    pattern = str(locale.datetime_skeletons["hm"].pattern)
    text = pattern.replace("a", "{period}").replace("K:mm", "{time_from_0}")
    return text.replace("h:mm", "{time}").replace("\u202f", "\u00a0")


def build_comma(locale: Locale) -> str:
    """Return what separates the items of a list."""
    pattern = locale.list_patterns["standard"]["start"]
    return pattern.replace("{0}", "").replace("{1}", "")


def list_names(names: Mapping[int, str], first: int, end: int) -> list[str]:
    return [names[number] for number in range(first, end)]


def build_currency_data() -> dict[str, Any]:
    """Return decimals by code, and symbols and names by language."""
    locales = {code: Locale.parse(code) for code in ("en", *LANGUAGES)}
    return {
        "digits": {code: get_currency_precision(code) for code in CURRENCIES},
        "symbols": {
            language: {
                code: locale.currency_symbols.get(code, code).strip("\u200f")
                for code in CURRENCIES
            }
            for language, locale in locales.items()
        },
        "names": {
            language: {code: locale.currencies[code] for code in CURRENCIES}
            for language, locale in locales.items()
        },
    }


def write_data(name: str, data: dict[str, Any]) -> int:
    """Write a file, or return 1 if --check finds it out of date."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
    path = FOLDER / name
    if "--check" not in sys.argv:
        path.write_text(text, encoding="utf-8")
        return 0
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if old != text:
        print(f"{name} is out of date: run without --check")
    return int(old != text)


def main() -> int:
    formats = {code: build_locale_data(code) for code in LANGUAGES}
    status = write_data("locale_data.json", formats)
    return status + write_data("currencies.json", build_currency_data())


if __name__ == "__main__":
    sys.exit(main())
