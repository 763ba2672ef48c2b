"""Rows of what used most, and figures beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.words.tongue import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from claude_tray.domain.totals import Totals

_SAME_PERCENT: Final = 0.5
_HUGE_PERCENT: Final = 1000


class Row(NamedTuple):
    """
    A project, model, machine or account, and what it used.

    Attributes:
        share: Of the greatest of its list, 0 to 1.
        key: What a link to it takes.
        sessions: How many sessions it had; 0 where that is not told.
        last_at: When it was used last, where that is told.
    """

    name: str
    totals: Totals
    share: float = 0.0
    key: str = ""
    sessions: int = 0
    last_at: datetime | None = None


class Tile(NamedTuple):
    """A figure that stands alone."""

    name: str
    totals: Totals
    change: str = ""


def ranked(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return rows with their shares, the dearest first."""
    found = sorted(rows, key=_by_cost)
    most = max((_weight(row.totals) for row in found), default=0)
    return tuple(
        row._replace(share=_weight(row.totals) / most if most else 0.0)
        for row in found
    )


def sorted_by(rows: Iterable[Row], order: str) -> tuple[Row, ...]:
    """Return rows in an order that a person asked for; else the latest first."""
    keys = {
        "name": lambda row: row.name.casefold(),
        "sessions": lambda row: -row.sessions,
        "messages": lambda row: -row.totals.messages,
        "tokens": lambda row: -row.totals.tokens.total,
        "cost": lambda row: -row.totals.priced_cost,
    }
    latest = sorted(rows, key=_by_last)
    return tuple(sorted(latest, key=keys[order]) if order in keys else latest)


def change_of(now: Totals, before: Totals) -> str:
    """Return how a cost compares with the one before; "" if it cannot."""
    if now.cost is None or not before.cost:
        return ""
    percent = (now.cost / before.cost - 1) * 100
    if abs(percent) < _SAME_PERCENT:
        return "as before"
    if percent > _HUGE_PERCENT:
        return "far more"
    words = "more" if percent > 0 else "less"
    return f"{ENGLISH.percent(abs(percent))} {words}"


def _weight(totals: Totals) -> int:
    return totals.priced_cost


def _by_last(row: Row) -> float:
    return -row.last_at.timestamp() if row.last_at else 0.0


def _by_cost(row: Row) -> tuple[int, int, str]:
    return -row.totals.priced_cost, -row.totals.tokens.total, row.name
