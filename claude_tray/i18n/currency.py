"""Convert costs to the user's currency, and write it as a language does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.currency import parse_currency_choice

if TYPE_CHECKING:
    from collections.abc import Mapping


_FILE: Final = Path(__file__).parent / "currencies.json"
_FALLBACK_LANGUAGE: Final = "en"
_OWN_DIGITS: Final = 2
_NANO: Final = 1_000_000_000


class Currency(NamedTuple):
    """
    A currency that costs are shown in.

    Attributes:
        symbol: As "€" or "CHF".
        numerator: Units per US dollar, times the denominator.
        denominator: A power of ten.
        digits: Number of decimals; the yen has none.
        code: What the settings say, as "EUR": letters of every typeface.
    """

    symbol: str = "$"
    numerator: int = 1
    denominator: int = 1
    digits: int = 2
    code: str = "USD"

    def convert(self, nano_usd: int) -> int:
        """Convert a cost to the smallest units, such as cents, half up."""
        scale: int = 10**self.digits
        units = nano_usd * self.numerator * scale
        divisor = self.denominator * _NANO
        return (2 * units + divisor) // (2 * divisor)


class CurrencyName(NamedTuple):
    """An ISO 4217 code, and its name and symbol in a language."""

    code: str
    name: str
    symbol: str


def load_currency(text: str, language: str) -> Currency | None:
    """
    Return the currency of a setting.

    Args:
        text: As "0.92 EUR"; empty for the US dollar.
        language: Language code of the symbol.

    Returns:
        None for the US dollar, and for what is no currency.
    """
    choice = parse_currency_choice(text) if text else None
    if choice is None:
        return None
    data = _load_data()
    rate = choice.numerator, choice.denominator
    code = choice.name.upper()
    digits = data["digits"].get(code)
    if digits is None:
        return Currency(choice.name, *rate, _OWN_DIGITS, choice.name)
    symbols = _get_texts(data["symbols"], language)
    return Currency(symbols[code], *rate, digits, code)


def list_currency_names(language: str) -> list[CurrencyName]:
    """List common currencies, in the order of their codes."""
    data = _load_data()
    names = _get_texts(data["names"], language)
    symbols = _get_texts(data["symbols"], language)
    return [
        CurrencyName(code, names[code], symbols[code])
        for code in data["digits"]
    ]


def _get_texts(
    by_language: Mapping[str, Mapping[str, str]], language: str
) -> Mapping[str, str]:
    return by_language.get(language) or by_language[_FALLBACK_LANGUAGE]


def _load_data() -> dict[str, Any]:
    # Imported late: the US dollar needs no file.
    import json

    data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return data
