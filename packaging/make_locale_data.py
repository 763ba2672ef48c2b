"""
Takes from CLDR, through Babel, what the program writes numbers and times by.

`python packaging/make_locale_data.py [--check]`; Babel is needed only here:
it takes 33 MB, what is used of it 8 KB.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import get_day_names, get_month_names
from babel.units import format_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = [
    "de",
    "fr",
    "es",
    "it",
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
PLACE = Path(__file__).parents[1] / "claude_tray/i18n/locale_data.json"
_NUMBER = 5


def span(unit: str, locale: Locale) -> str:
    """Return a span's narrow form; the short one where there is none."""
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


def steps(locale: Locale) -> list[tuple[int, str]]:
    """Return the steps of short numbers, the greatest first."""
    found: dict[int, str] = {}
    for size, pattern in locale.compact_decimal_formats["short"][
        "other"
    ].items():
        text = pattern.pattern.replace("'", "")
        if zeros := text.count("0"):
            around = text.replace("0" * zeros, "0").strip("\u200f")
            if around != "0":
                found.setdefault(int(size) // 10 ** (zeros - 1), around)
    return sorted(found.items(), reverse=True)


def facts(code: str) -> dict[str, Any]:
    locale = Locale.parse(code)
    short = str(locale.time_formats["short"])
    periods = locale.day_periods["format"]["abbreviated"]
    signs = locale.number_symbols["latn"]
    return {
        "decimal": signs["decimal"],
        "group": signs["group"],
        "percent": locale.percent_formats[None].pattern,
        "currency": locale.currency_formats["standard"].pattern.split(";")[0],
        "usd": locale.currency_symbols.get("USD", "USD"),
        "compact": steps(locale),
        "is_24h": "h" not in short and "K" not in short,
        "am": periods["am"],
        "pm": periods["pm"],
        "day": str(locale.datetime_skeletons["MMMd"].pattern),
        "days": names(get_day_names("abbreviated", locale=locale), 0, 7),
        "long_days": names(get_day_names("wide", locale=locale), 0, 7),
        "months": names(get_month_names("abbreviated", locale=locale), 1, 13),
        "h": span("hour", locale),
        "m": span("minute", locale),
        "d": span("day", locale),
        "is_rtl": locale.text_direction == "rtl",
    }


def names(of: Mapping[int, str], first: int, end: int) -> list[str]:
    return [of[number] for number in range(first, end)]


def main() -> int:
    data = {code: facts(code) for code in LANGUAGES}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
    if "--check" not in sys.argv:
        PLACE.write_text(text, encoding="utf-8")
        return 0
    old = PLACE.read_text(encoding="utf-8")
    if old != text:
        print("locale_data.json is not what Babel says: run without --check")
    return int(old != text)


if __name__ == "__main__":
    sys.exit(main())
