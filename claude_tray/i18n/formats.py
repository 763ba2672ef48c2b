"""Format numbers, money, clock times and durations for a locale."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.limits import round_percent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, tzinfo

    from claude_tray.core.cost import NanoUsd, Totals
    from claude_tray.i18n.currency import Currency


class LocaleData(NamedTuple):
    """
    Number and time formats of a language, taken from CLDR.

    Attributes:
        decimal: Decimal separator.
        group: Thousands separator.
        percent: Pattern of a percentage, with "#,##0" for the number.
        currency: Pattern of an amount, with "#,##0.00" for the number and
            U+00A4 for the currency symbol.
        usd: Symbol of the US dollar.
        compact: Steps of abbreviated numbers, largest first: the divisor and
            a pattern with "0" for the number.
        comma: Separator of the items of a list.
        is_24h: Use a 24-hour clock.
        am: Marker before noon on a 12-hour clock.
        pm: Marker after noon.
        clock_12h: Pattern of a time of 12 hours, with {period} and {time}, or
            {time_from_0} where the hour after noon is 0.
        day: Pattern of a day of the year: {d}, and {M} for the number or
            {MMM} for the name of the month.
        day_of_year: The same with the year, {y}.
        weekday_day: Pattern of a day with its weekday, {E}.
        month: Pattern of a month and its year.
        long_day: Pattern of a full {weekday} and a {day}.
        weekday_clock: Pattern of a weekday and a time: {day} and {clock}.
        days: Abbreviated weekdays, Monday first.
        long_days: Full weekdays, Monday first.
        months: Abbreviated months, January first.
        h: Narrow pattern of hours, with "{}" for the number.
        m: Narrow pattern of minutes.
        d: Narrow pattern of days.
        s: Narrow pattern of seconds.
        is_rtl: Written from right to left.
        money: Currency that costs are shown in; None for the US dollar. It
            is the user's, not the language's.
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
    comma: str = ", "
    is_24h: bool = True
    am: str = "AM"
    pm: str = "PM"
    clock_12h: str = "{time} {period}"
    day: str = "{MMM} {d}"
    day_of_year: str = "{MMM} {d} {y}"
    weekday_day: str = "{E} {MMM} {d}"
    month: str = "{MMM} {y}"
    long_day: str = "{weekday}, {day}"
    weekday_clock: str = "{day} {clock}"
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
    s: str = "{}s"
    is_rtl: bool = False
    money: Currency | None = None


ENGLISH_LOCALE: Final = LocaleData()


def parse_locale_data(values: Mapping[str, Any]) -> LocaleData:
    """Parse an entry of `locale_data.json`."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
    fields["compact"] = tuple(map(tuple, values["compact"]))
    return LocaleData(**fields)


DASH: Final = "\N{EN DASH}"

_NANO_USD_PER_CENT: Final = 10_000_000
_USD_DIGITS: Final = 2
NUMBER_PATTERN: Final = "#,##0.00"
_CURRENCY_SIGN: Final = "\N{CURRENCY SIGN}"
_NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"
_MAX_ONE_DECIMAL: Final = 100
_MINUTE: Final = timedelta(minutes=1)
_HOUR_MINUTES: Final = 60
_DAY_HOURS: Final = 24


def format_tokens(count: int, locale: LocaleData = ENGLISH_LOCALE) -> str:
    """Abbreviate a token count: "21.4M", "152K", "873"."""
    for step, pattern in locale.compact:
        # Counts that round up to the next step use it: 999,500 is "1.0M".
        if count * 2 >= step * 2 - step // 1000:
            tenths = (count * 10 + step // 2) // step
            if tenths < _MAX_ONE_DECIMAL * 10:
                number = f"{tenths // 10}{locale.decimal}{tenths % 10}"
            else:
                number = str((count + step // 2) // step)
            return pattern.replace("0", number)
    return format_integer(count, locale)


def format_integer(count: int, locale: LocaleData = ENGLISH_LOCALE) -> str:
    """Format an integer with thousands separators: "1,234"."""
    return f"{count:,}".replace(",", locale.group)


def format_money(
    cost: NanoUsd | int | None, locale: LocaleData = ENGLISH_LOCALE
) -> str:
    """
    Format a cost in the user's currency: "$9.42", or a dash if it is unknown.

    A cost below half of the smallest amount is "<$0.01", as it is not zero.
    """
    if cost is None:
        return DASH
    amount = _convert(cost, locale.money)
    if cost > 0 and not amount:
        return f"<{_format_amount(1, locale)}"
    return _format_amount(amount, locale)


def _convert(cost: int, money: Currency | None) -> int:
    """Convert a cost to the smallest units of the currency, half up."""
    if money is not None:
        return money.convert(cost)
    return (cost + _NANO_USD_PER_CENT // 2) // _NANO_USD_PER_CENT


def _format_amount(amount: int, locale: LocaleData) -> str:
    """Format an amount in the smallest units of the currency."""
    digits = locale.money.digits if locale.money else _USD_DIGITS
    units, rest = divmod(amount, 10**digits)
    number = format_integer(units, locale)
    if digits:
        number = f"{number}{locale.decimal}{rest:0{digits}d}"
    return build_money_pattern(locale).replace(NUMBER_PATTERN, number)


def build_money_pattern(locale: LocaleData) -> str:
    """Return the pattern of amounts, with `NUMBER_PATTERN` for the number."""
    symbol = locale.money.symbol if locale.money else locale.usd
    is_before = not locale.currency.endswith(_CURRENCY_SIGN)
    if is_before and symbol[-1:].isalpha():
        # CLDR separates letters from the number: "CHF 9.42".
        symbol += _NO_BREAK_SPACE
    return locale.currency.replace(_CURRENCY_SIGN, symbol)


def format_cost(totals: Totals, locale: LocaleData = ENGLISH_LOCALE) -> str:
    """
    Format the cost of usage: "$9.42", or "≥ $9.42" for a lower bound.

    A cost is a lower bound if a model has no known price, or if responses
    ended before their final output count was logged.
    """
    if not totals.is_lower_bound:
        return format_money(totals.cost, locale)
    if totals.priced_cost == 0:
        return DASH
    # Not "≥ <$0.01", which says less than the truth.
    minimum = _format_amount(
        _convert(totals.priced_cost, locale.money), locale
    )
    return f"\N{GREATER-THAN OR EQUAL TO} {minimum}"


def format_percent(value: float, locale: LocaleData = ENGLISH_LOCALE) -> str:
    """Format a percentage (0 to 100) without decimals: "38%"."""
    return locale.percent.replace("#,##0", str(round_percent(value)))


def round_up_to_minutes(delta: timedelta) -> int:
    """Round up to minutes, so that a countdown shows "1m" until it ends."""
    return -(-delta // _MINUTE)


def format_duration(
    delta: timedelta, locale: LocaleData = ENGLISH_LOCALE
) -> str:
    """Format a duration: "2h 47m", "47m" below an hour, "1d 20h" from a day."""
    minutes = max(0, round_up_to_minutes(delta))
    hours, minutes = divmod(minutes, _HOUR_MINUTES)
    days, remaining_hours = divmod(hours, _DAY_HOURS)
    if days:
        return f"{locale.d.format(days)} {locale.h.format(remaining_hours)}"
    if hours:
        return f"{locale.h.format(hours)} {locale.m.format(f'{minutes:02d}')}"
    return locale.m.format(minutes)


def format_clock(
    at: datetime,
    zone: tzinfo | None = None,
    locale: LocaleData = ENGLISH_LOCALE,
) -> str:
    """Format a time of day: "15:00" or "3:00 PM"."""
    local = at.astimezone(zone)
    if locale.is_24h:
        return f"{local:%H:%M}"
    return _format_12h(local, f"{local:%M}", locale)


def format_seconds_clock(
    at: datetime,
    zone: tzinfo | None = None,
    locale: LocaleData = ENGLISH_LOCALE,
) -> str:
    """Format a time of day with seconds: "15:00:07" or "3:00:07 PM"."""
    local = at.astimezone(zone)
    if locale.is_24h:
        return f"{local:%H:%M:%S}"
    return _format_12h(local, f"{local:%M:%S}", locale)


def format_hour(
    at: datetime,
    zone: tzinfo | None = None,
    locale: LocaleData = ENGLISH_LOCALE,
) -> str:
    """Format an hour of the day: "15:00" or "3 PM"."""
    local = at.astimezone(zone)
    if locale.is_24h:
        return f"{local:%H:%M}"
    return _format_12h(local, "", locale)


def _format_12h(local: datetime, minutes: str, locale: LocaleData) -> str:
    half_day = _DAY_HOURS // 2
    hour, end = local.hour % half_day, f":{minutes}" if minutes else ""
    return locale.clock_12h.format(
        period=locale.pm if local.hour >= half_day else locale.am,
        time=f"{hour or half_day}{end}",
        time_from_0=f"{hour}{end}",
    )


def format_weekday_and_clock(
    at: datetime,
    zone: tzinfo | None = None,
    locale: LocaleData = ENGLISH_LOCALE,
) -> str:
    """Format a time within a week: "Thu 09:00"."""
    return locale.weekday_clock.format(
        day=locale.days[at.astimezone(zone).weekday()],
        clock=format_clock(at, zone, locale),
    )


def format_weekday(
    at: datetime,
    zone: tzinfo | None = None,
    locale: LocaleData = ENGLISH_LOCALE,
) -> str:
    """Format a full weekday: "Thursday"."""
    return locale.long_days[at.astimezone(zone).weekday()]


def format_day(
    at: datetime,
    zone: tzinfo | None = None,
    locale: LocaleData = ENGLISH_LOCALE,
) -> str:
    """Format a day of the year: "Nov 24"."""
    return format_date(at.astimezone(zone), locale.day, locale)


def format_date(
    day: date, pattern: str, locale: LocaleData = ENGLISH_LOCALE
) -> str:
    """
    Format a date by a pattern of the language.

    Args:
        day: A local date, or a time in its zone.
        pattern: As `LocaleData.day`.
        locale: The language.
    """
    return pattern.format(
        MMM=locale.months[day.month - 1],
        M=day.month,
        d=day.day,
        y=day.year,
        E=locale.days[day.weekday()],
    )


def format_date_and_clock(at: datetime, zone: tzinfo | None = None) -> str:
    """Format a date and time of day: "2026-11-24 15:00"."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
