"""What the first page shows, read at one moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.domain.days import CELL_SECONDS, by_day, first_cell_of
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.server.dashboard import accounts, machines
from claude_tray.server.dashboard.days import USUAL_LENGTH, days_of, first_day
from claude_tray.server.dashboard.heat import heat_of
from claude_tray.server.dashboard.ranking import Row, Tile, change_of, ranked
from claude_tray.server.dashboard.sessions import SessionRow
from claude_tray.server.dashboard.window import card_for, kinds_for
from claude_tray.server.usage.queries import (
    listings,
    series,
    sums,
    windows,
)
from claude_tray.server.usage.queries import machines as machine_reads
from claude_tray.server.usage.queries.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claude_tray.server.dashboard.viewer import Viewer
    from claude_tray.server.usage.queries.windows import AccountState

_TOP: Final = 8
_LATEST: Final = 8
_WEEK: Final = 7


class Choice(NamedTuple):
    """
    What a person chose to look at.

    Attributes:
        days: How many of them.
        machine: Only this one; None is all.
        account: Only this one; None is all.
    """

    days: int = USUAL_LENGTH
    machine: str | None = None
    account: str | None = None


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
    card = card_for(shown, viewer, is_alone=len(states) == 1)
    whose = Filters(user, machine=choice.machine, account=choice.account)
    span = _since(whose, first_day(choice.days, viewer), viewer)
    cells = series.cells(
        _since(
            whose, first_day(max(choice.days, USUAL_LENGTH), viewer), viewer
        ),
    )
    known = by_day(cells, viewer.zone)
    first_cell = (span.since_ms or 0) // (CELL_SECONDS * 1000)
    return {
        "card": card,
        "kinds": kinds_for(shown),
        "kinds_title": "Cost of this window",
        "tiles": _tiles(whose, shown, known, viewer),
        "days": days_of(known, choice.days, viewer),
        "heat": heat_of((c for c in cells if c[0] >= first_cell), viewer),
        "span": f"last {choice.days} days",
        **_lists(span, whose, states, viewer),
        "choice": choice,
    }


def _shown(
    states: Sequence[AccountState],
    choice: Choice,
) -> AccountState | None:
    """Return the account that is looked at: the chosen or the latest."""
    if choice.account is None:
        return states[0] if states else None
    return next((s for s in states if s.key == choice.account), None)


def _since(whose: Filters, day: date, viewer: Viewer) -> Filters:
    since_ms = first_cell_of(day, viewer.zone) * CELL_SECONDS * 1000
    return Filters(
        whose.user,
        machine=whose.machine,
        account=whose.account,
        since_ms=since_ms,
    )


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
        Tile("All time", sums.total(whose)),
    )


def _lists(
    span: Filters,
    whose: Filters,
    states: Sequence[AccountState],
    viewer: Viewer,
) -> dict[str, Any]:
    infos = machine_reads.listing(span.user)
    sent = listings.machines(span)
    used = {use.key: use.totals for use in listings.accounts(span)}
    sessions, _ = listings.sessions(whose, limit=_LATEST)
    return {
        "models": ranked(Row(m.name, m.totals) for m in listings.models(span)),
        "projects": ranked(
            Row(p.name, p.totals, sessions=p.sessions)
            for p in listings.projects(span)
        )[:_TOP],
        "sessions": tuple(SessionRow.of(use) for use in sessions),
        "machines": machines.rows_of(
            infos,
            {use.machine_id: use.totals for use in sent},
        ),
        "accounts": accounts.rows_of(states, used, viewer.now),
    }
