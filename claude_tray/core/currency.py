"""Parse the currency that costs are shown in: a fixed rate and a name."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MAX_NAME_LENGTH: Final = 8
# Units per US dollar: Bitcoin is near the first, no currency near the last.
_MAX_RATE: Final = 1_000_000_000
_PATTERN: Final = re.compile(
    r"([0-9]{1,10})(?:\.([0-9]{1,9}))?\s*([^\s0-9][^0-9]*)"
)


class CurrencyChoice(NamedTuple):
    """
    A currency at a fixed rate.

    Attributes:
        name: ISO 4217 code, as "EUR", or a symbol of the user's own.
        numerator: Units per US dollar, times the denominator.
        denominator: A power of ten.
    """

    name: str
    numerator: int
    denominator: int

    @property
    def rate_text(self) -> str:
        """Units per US dollar, as "0.92"."""
        units, rest = divmod(self.numerator, self.denominator)
        digits = len(str(self.denominator)) - 1
        return f"{units}.{rest:0{digits}d}" if digits else str(units)


def parse_currency_choice(text: str) -> CurrencyChoice | None:
    """
    Parse what one US dollar is: "0.92 EUR" or "0.92 €".

    Returns:
        None if it is no rate and currency: the rate is above 0 and at most a
        billion, with at most 9 decimals; the currency has at most
        `MAX_NAME_LENGTH` printable characters and no digits.
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        return None
    units, fraction, name = match[1], match[2] or "", match[3]
    denominator: int = 10 ** len(fraction)
    numerator = int(f"{units}{fraction}")
    is_rate = 0 < numerator <= _MAX_RATE * denominator
    if not is_rate or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        return None
    return CurrencyChoice(name, numerator, denominator)
