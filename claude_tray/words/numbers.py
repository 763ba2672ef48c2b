"""Numbers and money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.words.facts import ENGLISH, Facts

if TYPE_CHECKING:
    from claude_tray.domain.price import NanoUsd
    from claude_tray.domain.totals import Totals

UNKNOWN: Final = "\N{EN DASH}"

_CENT: Final = 10_000_000
_ONE_DECIMAL_BELOW: Final = 100


def tokens(count: int, facts: Facts = ENGLISH) -> str:
    """Return a count of tokens in short, as "21.4M", "152K" or "873"."""
    for step, around in facts.compact:
        # What rounds up to the next step is written in it.
        if count * 2 >= step * 2 - step // 1000:
            tenths = (count * 10 + step // 2) // step
            if tenths < _ONE_DECIMAL_BELOW * 10:
                number = f"{tenths // 10}{facts.decimal}{tenths % 10}"
            else:
                number = str((count + step // 2) // step)
            return around.replace("0", number)
    return grouped(count, facts)


def grouped(count: int, facts: Facts = ENGLISH) -> str:
    """Return a whole number with its thousands apart, as "1,234"."""
    return f"{count:,}".replace(",", facts.group)


def money(cost: NanoUsd | int | None, facts: Facts = ENGLISH) -> str:
    """Return a cost as "$9.42"; a dash where it is unknown."""
    if cost is None:
        return UNKNOWN
    cents = (cost + _CENT // 2) // _CENT
    number = f"{grouped(cents // 100, facts)}{facts.decimal}{cents % 100:02d}"
    pattern = facts.currency.replace("\N{CURRENCY SIGN}", facts.usd)
    return pattern.replace("#,##0.00", number)


def cost_of(totals: Totals, facts: Facts = ENGLISH) -> str:
    """
    Return what something cost.

    Where the price of a part is unknown, or some replies never showed all of
    their output, what is known is the least it cost.
    """
    if not totals.is_lower_bound:
        return money(totals.cost, facts)
    if totals.priced_cost == 0:
        return UNKNOWN
    least = money(totals.priced_cost, facts)
    return f"\N{GREATER-THAN OR EQUAL TO} {least}"


def percent(share: float, facts: Facts = ENGLISH) -> str:
    """Return a percentage without decimals, as "38%"."""
    return facts.percent.replace("#,##0", f"{share:.0f}")
