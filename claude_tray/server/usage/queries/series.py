"""Usage along time, from quarters of an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import F

from claude_tray.domain.days import CELL_SECONDS, by_day
from claude_tray.server.usage.models import UsageCell
from claude_tray.server.usage.queries.sums import SUMS, totals_of

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from claude_tray.domain.totals import Totals
    from claude_tray.server.usage.queries.filters import Filters

CELL_MS: Final = CELL_SECONDS * 1000
_LAST_CELL: Final = 2**31 - 1


def cells(filters: Filters) -> list[tuple[int, Totals]]:
    """
    Return the quarters of an hour that were used, by number, oldest first.

    The span's ends are rounded down to whole ones.
    """
    return steps(filters, 1)


def steps(filters: Filters, width: int) -> list[tuple[int, Totals]]:
    """
    Return what was used in each step of so many quarters of an hour.

    By the number of the step's first quarter; steps without use are left
    out.
    """
    since, until = filters.span
    found = UsageCell.objects.filter(
        filters.whose(),
        user=filters.user,
        cell__gte=since // CELL_MS,
        cell__lt=min(until // CELL_MS, _LAST_CELL),
    )
    rows = (
        found.annotate(step=F("cell") / width * width)
        .values_list("step")
        .annotate(**SUMS)
        .order_by("step")
    )
    return [(step, totals_of(sums)) for step, *sums in rows]


def days(filters: Filters, zone: tzinfo) -> dict[date, Totals]:
    """Return what was used on each day of a time zone, oldest first."""
    return by_day(cells(filters), zone)
