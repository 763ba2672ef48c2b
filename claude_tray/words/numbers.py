"""Numbers and money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from claude_tray.domain.price import NanoUsd
    from claude_tray.domain.totals import Totals

UNKNOWN: Final = "\N{EN DASH}"

_CENT: Final = 10_000_000
_STEPS: Final = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K"))
_ONE_DECIMAL_BELOW: Final = 100


def tokens(count: int) -> str:
    """Return a count of tokens in short, as "21.4M", "152K" or "873"."""
    for step, letter in _STEPS:
        # What rounds up to the next step is written in it.
        if count * 2 >= step * 2 - step // 1000:
            tenths = (count * 10 + step // 2) // step
            if tenths < _ONE_DECIMAL_BELOW * 10:
                return f"{tenths // 10}.{tenths % 10}{letter}"
            return f"{(count + step // 2) // step}{letter}"
    return str(count)


def money(cost: NanoUsd | int | None) -> str:
    """Return a cost as "$9.42"; a dash where it is unknown."""
    if cost is None:
        return UNKNOWN
    cents = (cost + _CENT // 2) // _CENT
    return f"${cents // 100:,}.{cents % 100:02d}"


def cost_of(totals: Totals) -> str:
    """
    Return what something cost.

    Where the price of a part is unknown, what is known is the least it cost.
    """
    if totals.unpriced == 0:
        return money(totals.cost)
    if totals.priced_cost == 0:
        return UNKNOWN
    return f"\N{GREATER-THAN OR EQUAL TO} {money(totals.priced_cost)}"


def percent(share: float) -> str:
    """Return a percentage without decimals, as "38%"."""
    return f"{share:.0f}%"
