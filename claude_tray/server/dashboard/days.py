"""Cost per day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from math import gcd
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.days import first_cell_of
from claude_tray.domain.price import NANO_USD_PER_USD
from claude_tray.domain.totals import NOTHING, Totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.server.dashboard.viewer import Viewer

LENGTHS: Final = (
    (7, "7 days"),
    (30, "30 days"),
    (90, "90 days"),
    (365, "Year"),
)
USUAL_LENGTH: Final = 30
_QUARTERS: Final = 4


class Day(NamedTuple):
    """A local day, and what was used on it."""

    date: date
    name: str
    short: str
    totals: Totals

    @property
    def dollars(self) -> str:
        """What is known of its cost, for the chart."""
        return f"{self.totals.priced_cost / NANO_USD_PER_USD:.4f}"


class Days(NamedTuple):
    """The last days, the newest first."""

    length: int
    summary: str
    rows: tuple[Day, ...]
    totals: Totals
    lengths: tuple[tuple[int, str], ...] = LENGTHS


def length_of(text: str) -> int:
    """Return how many days are asked for; the usual number if not one."""
    known = {str(length): length for length, _ in LENGTHS}
    return known.get(text, USUAL_LENGTH)


def first_day(length: int, viewer: Viewer) -> date:
    """Return the first of the last days."""
    return viewer.today - timedelta(days=length - 1)


def width_of(length: int, viewer: Viewer) -> int:
    """
    Return how many quarters of an hour may be taken together.

    Four, where all midnights of the last days are full hours of UTC.
    """
    dates = [viewer.today - timedelta(days=n) for n in range(length + 1)]
    cells = [first_cell_of(day, viewer.zone) for day in dates]
    return gcd(_QUARTERS, *cells)


def days_of(
    known: Mapping[date, Totals],
    length: int,
    viewer: Viewer,
) -> Days:
    """
    Return the last days, empty ones too.

    Args:
        known: What was used on days that are not empty.
        length: How many days.
        viewer: Whose days.
    """
    dates = [viewer.today - timedelta(days=n) for n in range(length)]
    rows = tuple(_day(day, known.get(day, NOTHING), viewer) for day in dates)
    totals = NOTHING
    for row in rows:
        totals = totals.plus(row.totals)
    return Days(length, _summary(totals, length, viewer), rows, totals)


def _day(day: date, totals: Totals, viewer: Viewer) -> Day:
    noon = datetime.combine(day, time(12), tzinfo=viewer.zone).astimezone(UTC)
    weekday = viewer.tongue.weekday(noon, viewer.zone)
    short = viewer.tongue.day(noon, viewer.zone)
    return Day(day, f"{weekday}, {viewer.day(noon)}", short, totals)


def _summary(totals: Totals, length: int, viewer: Viewer) -> str:
    cost = viewer.tongue.cost_of(totals)
    if totals.cost is None:
        return f"{cost} in {length} days"
    a_day = viewer.tongue.money(totals.cost // length)
    return f"{cost} in {length} days \N{MIDDLE DOT} {a_day} a day"
