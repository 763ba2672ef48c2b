"""Local days, made of quarters of an hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from claude_tray.domain.totals import NOTHING, Totals

if TYPE_CHECKING:
    from collections.abc import Iterable

CELL_SECONDS: Final = 900


def cell_of(moment: datetime) -> int:
    """Return the number of the quarter of an hour that holds a moment."""
    return int(moment.timestamp()) // CELL_SECONDS


def first_cell_of(day: date, zone: tzinfo | None) -> int:
    """
    Return the first cell of a local day.

    Args:
        day: The day.
        zone: Its zone; None is this machine's. Every offset in use is a
            multiple of a cell.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return cell_of(midnight.astimezone(UTC))


def by_day(
    cells: Iterable[tuple[int, Totals]],
    zone: tzinfo | None,
) -> dict[date, Totals]:
    """Return the totals of each local day that has any, oldest first."""
    days: dict[date, Totals] = {}
    day, first, end = date.min, 0, 0
    for cell, totals in cells:
        if not first <= cell < end:
            moment = datetime.fromtimestamp(cell * CELL_SECONDS, UTC)
            day = moment.astimezone(zone).date()
            first = first_cell_of(day, zone)
            end = first_cell_of(day + timedelta(days=1), zone)
        days[day] = days.get(day, NOTHING).plus(totals)
    return days
