"""What the first page shows, read at one moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from claude_tray.domain.days import by_day, first_cell_of
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.server.dashboard import accounts, machines
from claude_tray.server.dashboard.days import (
    USUAL_LENGTH,
    days_of,
    first_day,
    width_of,
)
from claude_tray.server.dashboard.heat import heat_of
from claude_tray.server.dashboard.ranking import Row, Tile, change_of, ranked
from claude_tray.server.dashboard.sessions import SessionRow
from claude_tray.server.dashboard.shares import shares_of
from claude_tray.server.dashboard.window import card_for, kinds_for
from claude_tray.server.usage.queries import (
    listings,
    series,
    sums,
    windows,
)
from claude_tray.server.usage.queries import machines as machine_reads
from claude_tray.server.usage.queries.series import CELL_MS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claude_tray.server.dashboard.choosing import Choice
    from claude_tray.server.dashboard.viewer import Viewer
    from claude_tray.server.usage.queries.filters import Filters
    from claude_tray.server.usage.queries.windows import AccountState

_TOP: Final = 8
_LATEST: Final = 8
_WEEK: Final = 7


def overview_of(user: int, choice: Choice, viewer: Viewer) -> dict[str, Any]:
    """
    Return what the templates of the first page are filled with.

    Args:
        user: The person's number.
        choice: What is looked at.
        viewer: Who looks.
    """
    states = windows.states(user, viewer.now)
    shown = _shown(states, choice)
    whose = choice.of(user)
    span = _since(whose, choice.days, viewer)
    return {
        "card": card_for(shown, viewer, is_alone=len(states) == 1),
        "is_of_machine": choice.machine is not None,
        "kinds": kinds_for(shown),
        "kinds_title": "Cost of this window",
        "span": f"last {choice.days} days",
        **_along_time(whose, shown, choice.days, viewer),
        **_lists(span, whose, states, viewer),
    }


def _shown(
    states: Sequence[AccountState],
    choice: Choice,
) -> AccountState | None:
    """Return the account that is looked at: the chosen or the latest."""
    if choice.account is None:
        return states[0] if states else None
    return next((s for s in states if s.key == choice.account), None)


def _since(whose: Filters, days: int, viewer: Viewer) -> Filters:
    first = first_cell_of(first_day(days, viewer), viewer.zone)
    return replace(whose, since_ms=first * CELL_MS)


def _along_time(
    whose: Filters,
    shown: AccountState | None,
    days: int,
    viewer: Viewer,
) -> dict[str, Any]:
    """Return what follows from quarters of an hour."""
    longest = max(days, USUAL_LENGTH)
    width = width_of(longest, viewer)
    steps = series.steps(_since(whose, longest, viewer), width)
    known = by_day(steps, viewer.zone)
    first = first_cell_of(first_day(days, viewer), viewer.zone)
    return {
        "tiles": _tiles(whose, shown, known, viewer),
        "days": days_of(known, days, viewer),
        "heat": heat_of((step for step in steps if step[0] >= first), viewer),
    }


def _tiles(
    whose: Filters,
    shown: AccountState | None,
    known: Mapping[date, Totals],
    viewer: Viewer,
) -> tuple[Tile, ...]:
    def last(length: int, skipped: int = 0) -> Totals:
        found = NOTHING
        for number in range(skipped, skipped + length):
            day = viewer.today - timedelta(days=number)
            found = found.plus(known.get(day, NOTHING))
        return found

    window = shown.profile.window if shown else None
    change = change_of(last(_WEEK), last(_WEEK, skipped=_WEEK))
    return (
        Tile("This window", window.totals if window else NOTHING),
        Tile("Today", last(1)),
        Tile("Last 7 days", last(_WEEK), change),
        Tile("Last 30 days", last(USUAL_LENGTH)),
        Tile("All time", _ever(whose)),
    )


def _lists(
    span: Filters,
    whose: Filters,
    states: Sequence[AccountState],
    viewer: Viewer,
) -> dict[str, Any]:
    shares = shares_of(span)
    infos = machine_reads.listing(span.user)
    sessions, _ = listings.sessions(whose, limit=_LATEST)
    return {
        "models": ranked(Row(*share) for share in shares.models.items()),
        "unpriced": sorted(n for n, t in shares.models.items() if t.unpriced),
        "projects": ranked(
            Row(p.name, p.totals, sessions=p.sessions)
            for p in listings.projects(span)
        )[:_TOP],
        "sessions": tuple(SessionRow.of(use) for use in sessions),
        "machines": machines.rows_of(infos, shares.machines),
        "accounts": accounts.rows_of(states, shares.accounts, viewer.now),
    }


def _ever(whose: Filters) -> Totals:
    """Return the totals of all time, from the shortest table that has them."""
    found = NOTHING
    dimension = sums.ACCOUNT if whose.has_whose else sums.PROJECT
    for stretch in sums.by(whose, dimension).values():
        found = found.plus(stretch.totals)
    return found
