"""Declare the options of costs that take several lines each."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from claude_tray.config import validators
from claude_tray.config.option import (
    OPTIONAL_PRICES,
    OptionKind,
    OptionTable,
    Widget,
)
from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Mapping


def declare_currency(table: OptionTable) -> str:
    """Declare what one US dollar is; return the default."""
    default: str = table.option(
        "cost.currency",
        "",
        validators.parse_currency,
        "rate and currency, as `0.92 EUR` or `0.92 €`",
        "Currency of costs and what one US dollar is in it; empty: US dollars",
        Widget(
            gettext_noop("Currency"),
            gettext_noop(
                "What one US dollar is, at a rate that you set; empty: US"
                " dollars"
            ),
            kind=OptionKind.CURRENCY,
        ),
    )
    return default


def declare_billing_day(table: OptionTable) -> int:
    """Declare the first day of a month; return the default."""
    return table.integer(
        "cost.billing_day",
        1,
        (1, 31),
        "Day on which your month starts, as of your bill: of *Month* in popup,"
        " pages and cards, and of `monthly`; a shorter month starts on its"
        " last day",
        Widget(
            gettext_noop("A month starts on day"),
            gettext_noop("Such as that of your bill"),
        ),
    )


def declare_prices(table: OptionTable) -> Mapping[str, Mapping[str, float]]:
    """Declare the table of the user's own prices; return the default."""
    default: Mapping[str, Mapping[str, Any]] = table.option(
        "prices",
        MappingProxyType({}),
        validators.parse_prices,
        'tables: `[prices."model-id"]` with `input`, `output` and, if '
        f"they differ from the usual multiples, {OPTIONAL_PRICES};"
        " `multiplier`",
        "Your own prices, in dollars per million tokens; `*` in an ID"
        " matches any text, the most specific entry wins",
        Widget(
            gettext_noop("Your own prices"),
            gettext_noop(
                "Dollars per million tokens; * in a name matches any text"
            ),
            kind=OptionKind.PRICES,
        ),
    )
    return default
