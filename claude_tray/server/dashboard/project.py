"""A project along time, from its replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import F

from claude_tray.domain.days import by_day, first_cell_of
from claude_tray.server.dashboard.days import USUAL_LENGTH, days_of, first_day
from claude_tray.server.dashboard.ranking import Tile
from claude_tray.server.usage.models import Session, UsageSnapshot
from claude_tray.server.usage.queries.series import CELL_MS
from claude_tray.server.usage.queries.sums import REPLY_SUMS, totals_of

if TYPE_CHECKING:
    from datetime import date

    from claude_tray.domain.totals import Totals
    from claude_tray.server.dashboard.days import Days
    from claude_tray.server.dashboard.viewer import Viewer

_WEEK: Final = 7


def days_of_project(
    user: int,
    name: str,
    length: int,
    viewer: Viewer,
) -> tuple[Days, tuple[Tile, ...]]:
    """Return the last days of a project, and what the latest add up to."""
    longest = max(length, USUAL_LENGTH)
    since_ms = first_cell_of(first_day(longest, viewer), viewer.zone) * CELL_MS
    known = _known(user, name, since_ms, viewer)
    tiles = tuple(
        Tile(f"Last {days} days", days_of(known, days, viewer).totals)
        for days in (_WEEK, USUAL_LENGTH)
    )
    return days_of(known, length, viewer), tiles


def _known(
    user: int,
    name: str,
    since_ms: int,
    viewer: Viewer,
) -> dict[date, Totals]:
    sessions = Session.objects.filter(
        user=user,
        project__name=name,
        last_ms__gte=since_ms,
    )
    rows = (
        UsageSnapshot.objects.filter(
            session__in=sessions.values("pk"),
            at_ms__gte=since_ms,
        )
        .annotate(cell=F("at_ms") / CELL_MS)
        .values_list("cell")
        .annotate(**REPLY_SUMS)
        .order_by("cell")
    )
    return by_day(
        ((int(cell), totals_of(sums)) for cell, *sums in rows),
        viewer.zone,
    )
