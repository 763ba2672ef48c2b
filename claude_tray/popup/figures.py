"""What the popup shows, read from the store at one moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.days import by_day, first_cell_of
from claude_tray.domain.kinds import NO_KINDS, Kinds, kinds_of
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.store import figures, windows
from claude_tray.store.rankings import by_cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from claude_tray.domain.account import Account
    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.snapshot import Snapshot
    from claude_tray.domain.window import Window
    from claude_tray.store.connection import Reader, Writer
    from claude_tray.store.figures import Step, Use

DAYS: Final = 30


class WindowFigures(NamedTuple):
    """
    What one account's window was made of.

    Attributes:
        window: The open one, or else the one that ended last.
        steps: What was used when.
        kinds: What it cost by kind of token.
        projects: Path and totals of each project, the dearest first.
        models: Likewise.
    """

    window: Window | None = None
    steps: tuple[Step, ...] = ()
    kinds: Kinds = NO_KINDS
    projects: tuple[tuple[str, Totals], ...] = ()
    models: tuple[tuple[str, Totals], ...] = ()


class Figures(NamedTuple):
    """
    Everything the popup shows.

    Attributes:
        snapshot: What the tray shows too.
        of_window: Of the account that is looked at.
        days: The totals of the last 30 local days, the oldest first.
    """

    snapshot: Snapshot
    of_window: WindowFigures = WindowFigures()
    days: tuple[tuple[date, Totals], ...] = ()


def of_window(
    reader: Reader | Writer,
    account: Account,
    prices: PriceTable,
    now: datetime,
) -> WindowFigures:
    """Return what an account's open or last window was made of."""
    now_ms = int(now.timestamp() * 1000)
    window = windows.last(reader, account, now_ms)
    if window is None:
        return WindowFigures()
    start_ms = int(window.start.timestamp() * 1000)
    end_ms = int(window.end.timestamp() * 1000)
    stretch = (start_ms, end_ms)
    uses = figures.uses(reader, account.key, *stretch)
    return WindowFigures(
        window,
        tuple(figures.steps(reader, account.key, *stretch)),
        kinds_of(uses, prices, start_ms),
        _ranked(uses, 0),
        _ranked(uses, 1),
    )


def last_days(
    reader: Reader | Writer,
    now: datetime,
    zone: tzinfo | None = None,
) -> tuple[tuple[date, Totals], ...]:
    """Return the totals of the last 30 local days, empty ones too."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=DAYS - 1)
    cells = by_cell(reader, first_cell_of(first, zone))
    known = by_day(cells, zone)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return tuple((day, known.get(day, NOTHING)) for day in days)


def _ranked(
    uses: Sequence[Use],
    column: int,
) -> tuple[tuple[str, Totals], ...]:
    sums: dict[str, Totals] = {}
    for use in uses:
        name = str(use[column])
        sums[name] = sums.get(name, NOTHING).plus(use.totals)
    return tuple(sorted(sums.items(), key=_by_cost))


def _by_cost(item: tuple[str, Totals]) -> tuple[int, int, str]:
    name, totals = item
    return -totals.priced_cost, -totals.tokens.total, name
