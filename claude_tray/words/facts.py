"""How a language writes numbers, money and times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Facts(NamedTuple):
    """
    What is known of a language; the patterns are CLDR's.

    Attributes:
        decimal: What stands before decimals.
        group: What stands between thousands.
        percent: The pattern of a percentage, its number as "#,##0".
        currency: The pattern of an amount, its number as "#,##0.00" and the
            currency's sign as U+00A4.
        usd: The sign of the dollar.
        compact: Steps of short numbers, the greatest first: how much one is,
            and what is written around the number "0".
        is_24h: Whether the clock counts to 24.
        am: What marks a morning where it does not; pm likewise.
        day: The pattern of a day of the year, as "MMM d".
        days: Short names from Monday on; long_days and months likewise.
        h: An hour count in its narrow form around "{}"; m and d likewise.
        is_rtl: Whether it is written from right to left.
    """

    decimal: str = "."
    group: str = ","
    percent: str = "#,##0%"
    currency: str = "\N{CURRENCY SIGN}#,##0.00"
    usd: str = "$"
    compact: tuple[tuple[int, str], ...] = (
        (1_000_000_000, "0B"),
        (1_000_000, "0M"),
        (1_000, "0K"),
    )
    is_24h: bool = True
    am: str = "AM"
    pm: str = "PM"
    day: str = "MMM d"
    days: tuple[str, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    long_days: tuple[str, ...] = (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    )
    months: tuple[str, ...] = (
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    )
    h: str = "{}h"
    m: str = "{}m"
    d: str = "{}d"
    is_rtl: bool = False


ENGLISH: Final = Facts()


def facts_of(values: Mapping[str, Any]) -> Facts:
    """Return the facts in an entry of `locale_data.json`."""
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
    chosen["compact"] = tuple(map(tuple, values["compact"]))
    return Facts(**chosen)
