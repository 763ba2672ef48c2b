"""
Parse the limits in Claude Code's status line and in its cache.

Both are JSON of any shape: what is not plausible is counted and ignored.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.bounds import END_TIME_MS, MIN_TIME_MS
from claude_tray.core.limits import (
    FIVE_HOUR,
    MAX_PERCENT,
    SEVEN_DAY,
    LimitKind,
    clean_limit_name,
    identify_limit,
)
from claude_tray.core.time import parse_iso_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


# Larger values are errors: the year 5138 in milliseconds.
_MAX_NUMBER: Final = 10**14
# Claude Code knows fewer than ten.
MAX_LIMITS: Final = 32
_MAX_AMOUNT: Final = 10**9
_MAX_DECIMALS: Final = 6
_MAX_LABEL_LENGTH: Final = 16
_PERCENT_KEYS: Final = ("used_percentage", "utilization", "percent")
# Keys of which a limit has at least one.
VALUE_KEYS: Final = (*_PERCENT_KEYS, "used_usd", "used_credits", "used")
_DEFAULT_CURRENCY: Final = "USD"
_DEFAULT_DECIMALS: Final = 2


class ReportedMoney(NamedTuple):
    """Amounts as decimal numbers in text, as in `LimitMoney`."""

    used: str
    limit: str | None
    currency: str
    period: str


class ReportedLimit(NamedTuple):
    """
    A limit as reported; JSON keeps it as a list.

    Attributes:
        name: "five_hour", "seven_day", or the name as reported.
        percent: Used percentage; None if there is only an amount.
        resets_ms: Time of the reset; None if not reported.
        money: Amounts, if it counts money.
    """

    name: str
    percent: float | None
    resets_ms: int | None
    money: ReportedMoney | None = None


class ReportedLimits(NamedTuple):
    """
    All limits of one report.

    Attributes:
        limits: Those that could be read, without repetition.
        unreadable: Names of others as `identify_limit` returns them: they
            are not absent.
        ignored: Number of the others.
    """

    limits: tuple[ReportedLimit, ...] = ()
    unreadable: tuple[str, ...] = ()
    ignored: int = 0


def parse_limit_table(table: object) -> ReportedLimits:
    """Return the limits of an object by name; null stands for none."""
    if table is None:
        return ReportedLimits()
    if not isinstance(table, dict):
        return ReportedLimits(ignored=1)
    # Too many unknown names displace none of the usual ones.
    usual = [name for name in (FIVE_HOUR, SEVEN_DAY) if name in table]
    names = chain(usual, (name for name in table if name not in usual))
    entries = ((parse_text(name), table[name]) for name in names)
    return collect_limits(entries, len(table))


def collect_limits(
    entries: Iterable[tuple[str, object]], count: int
) -> ReportedLimits:
    """
    Return the limits of entries with a name and a value.

    Args:
        entries: The entries; of several with one name, the first counts.
        count: Their number.
    """
    limits: dict[str, ReportedLimit] = {}
    unreadable: list[str] = []
    ignored = max(0, count - MAX_LIMITS)
    for wire_name, value in islice(entries, MAX_LIMITS):
        if value is None:
            continue
        identity = identify_limit(wire_name)
        is_window = identity.kind in (LimitKind.FIVE_HOUR, LimitKind.SEVEN_DAY)
        name = identity.name if is_window else clean_limit_name(wire_name)
        limit = parse_limit(name, value) if name else None
        if limit is None:
            unreadable.append(identity.name)
            ignored += 1
        else:
            limits.setdefault(identity.name, limit)
    return ReportedLimits(tuple(limits.values()), tuple(unreadable), ignored)


def parse_limit(name: str, value: object) -> ReportedLimit | None:
    """Return a limit, or None if its value is not plausible."""
    if not isinstance(value, dict):
        return None
    money = _parse_money(value)
    percent, is_valid = _parse_percent(value)
    if not is_valid:
        return None
    if percent is None and money is not None:
        percent = _compute_percent(money)
    resets_ms, is_valid = _parse_reset(value.get("resets_at"))
    if not is_valid or (percent is None and money is None):
        return None
    return ReportedLimit(name, percent, resets_ms, money)


def _parse_percent(value: Mapping[str, Any]) -> tuple[float | None, bool]:
    for key in _PERCENT_KEYS:
        reported = value.get(key)
        if reported is not None:
            percent = parse_number(reported)
            if percent is None or percent > MAX_PERCENT:
                return None, False
            return float(percent), True
    return None, True


def _parse_reset(value: object) -> tuple[int | None, bool]:
    """Return a reset in milliseconds, and whether the value is valid."""
    if value is None:
        return None, True
    resets_ms: int | None = None
    if isinstance(value, str):
        resets_ms = parse_iso_ms(value)
    else:
        seconds = parse_number(value)
        if seconds is not None:
            resets_ms = int(seconds * 1000)
    if resets_ms is None or not is_report_time(resets_ms):
        return None, False
    return resets_ms, True


def _parse_money(value: Mapping[str, Any]) -> ReportedMoney | None:
    """Return the amounts of a limit, None if it has none."""
    used = _parse_amount(value, "used_usd", "used_credits", "used")
    if used is None:
        return None
    limit = _parse_amount(value, "limit_usd", "monthly_limit", "limit")
    amount = value.get("used")
    currency = parse_text(value.get("currency"))
    if not currency and isinstance(amount, dict):
        currency = parse_text(amount.get("currency"))
    period = parse_text(value.get("period"))
    if not period and "monthly_limit" in value:
        period = "monthly"
    return ReportedMoney(
        used,
        limit,
        (currency or _DEFAULT_CURRENCY)[:_MAX_LABEL_LENGTH],
        period[:_MAX_LABEL_LENGTH],
    )


def _parse_amount(
    value: Mapping[str, Any], major_key: str, minor_key: str, object_key: str
) -> str | None:
    """
    Return an amount as a decimal number in text.

    Args:
        value: The limit.
        major_key: Key of an amount in dollars.
        minor_key: Key of an amount in minor units, such as cents.
        object_key: Key of an object with an amount in minor units.
    """
    major = parse_number(value.get(major_key))
    if major is not None:
        return _format_amount(major, 0)
    minor = parse_number(value.get(minor_key))
    if minor is not None:
        return _format_amount(minor, value.get("decimal_places"))
    amount = value.get(object_key)
    if not isinstance(amount, dict):
        return None
    minor = parse_number(amount.get("amount_minor"))
    if minor is None:
        return None
    return _format_amount(minor, amount.get("exponent"))


def _format_amount(number: float, decimals: object) -> str | None:
    if decimals is None:
        decimals = _DEFAULT_DECIMALS
    places = parse_number(decimals)
    if places is None or places > _MAX_DECIMALS or places != int(places):
        return None
    amount = number / 10 ** int(places)
    if amount > _MAX_AMOUNT:
        return None
    return f"{amount:.{max(int(places), _DEFAULT_DECIMALS)}f}"


def _compute_percent(money: ReportedMoney) -> float | None:
    """Return the used percentage of an amount with a limit."""
    limit = float(money.limit or 0)
    percent = 100 * float(money.used) / limit if limit else None
    return None if percent is None or percent > MAX_PERCENT else percent


def is_report_time(at_ms: float) -> bool:
    """Return whether a report may name a time, before its clock is checked."""
    return MIN_TIME_MS <= at_ms < END_TIME_MS


def parse_number(value: object) -> float | None:
    """Return a finite number in range, or None; Python's JSON accepts NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value <= _MAX_NUMBER else None


def parse_text(value: object) -> str:
    """Return storable text: JSON may contain lone surrogates and NUL."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode().replace("\0", "")
