"""Times and spans of time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.words.facts import ENGLISH, Facts

if TYPE_CHECKING:
    from datetime import tzinfo

_MINUTE: Final = timedelta(minutes=1)
_HOUR_MINUTES: Final = 60
_DAY_HOURS: Final = 24
_DAY_PARTS: Final = re.compile("MMM|M|d")


def duration(span: timedelta, facts: Facts = ENGLISH) -> str:
    """
    Return a span as "2h 47m", "47m" below an hour, "1d 20h" from a day on.

    Begun minutes count, so that "1m" is shown to the end.
    """
    minutes = max(0, -(-span // _MINUTE))
    hours, minutes = divmod(minutes, _HOUR_MINUTES)
    days, rest = divmod(hours, _DAY_HOURS)
    if days:
        return f"{facts.d.format(days)} {facts.h.format(rest)}"
    if hours:
        return f"{facts.h.format(hours)} {facts.m.format(f'{minutes:02d}')}"
    return facts.m.format(minutes)


def clock(
    moment: datetime,
    zone: tzinfo | None = None,
    facts: Facts = ENGLISH,
) -> str:
    """Return a moment as the clock on the wall shows it, as "15:00"."""
    local = moment.astimezone(zone)
    if facts.is_24h:
        return f"{local:%H:%M}"
    period = facts.pm if local.hour >= _DAY_HOURS // 2 else facts.am
    return f"{local.hour % 12 or 12}:{local:%M} {period}"


def weekday_and_clock(
    moment: datetime,
    zone: tzinfo | None = None,
    facts: Facts = ENGLISH,
) -> str:
    """Return a moment of the coming days, as "Thu 09:00"."""
    day = facts.days[moment.astimezone(zone).weekday()]
    return f"{day} {clock(moment, zone, facts)}"


def weekday(
    moment: datetime,
    zone: tzinfo | None = None,
    facts: Facts = ENGLISH,
) -> str:
    """Return a day's whole name, as "Thursday"."""
    return facts.long_days[moment.astimezone(zone).weekday()]


def day(
    moment: datetime,
    zone: tzinfo | None = None,
    facts: Facts = ENGLISH,
) -> str:
    """Return a day of the year, as "Nov 24"."""
    local = moment.astimezone(zone)
    parts = {
        "MMM": facts.months[local.month - 1],
        "M": str(local.month),
        "d": str(local.day),
    }
    return _DAY_PARTS.sub(lambda part: parts[part[0]], facts.day)


def day_and_clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return a moment of another day, as "2026-11-24 15:00"."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
