"""Build tiles, rankings and the rows of sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from claude_tray.core.cost import Totals, compute_change_percent
from claude_tray.core.time import from_epoch_ms
from claude_tray.presentation.rows import compute_fractions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from claude_tray.web.page_context import PageContext, TotalsText


_MIN_CHANGE_PERCENT: Final = 0.5
_MAX_CHANGE_PERCENT: Final = 1000


class RankedRow(NamedTuple):
    """
    A project, model or machine and its usage.

    Attributes:
        fraction: Size relative to the largest row, 0 to 1.
        sessions: Number of sessions; 0 if not counted.
        last_at: Time of last use; None if not listed.
    """

    name: str
    totals: Totals
    fraction: float = 0.0
    sessions: int = 0
    last_at: datetime | None = None


class UsageTile(NamedTuple):
    """Usage of a time range, and its change to the range before."""

    name: str
    totals: Totals
    change: str = ""


def rank_rows(rows: Iterable[RankedRow]) -> tuple[RankedRow, ...]:
    """Sort rows by cost, most expensive first, and set their fractions."""
    sorted_rows = sorted(rows, key=_get_cost_key)
    fractions = compute_fractions([row.totals for row in sorted_rows])
    return tuple(
        row._replace(fraction=fraction)
        for row, fraction in zip(sorted_rows, fractions, strict=True)
    )


def sort_rows(rows: Iterable[RankedRow], order: str) -> tuple[RankedRow, ...]:
    """Sort rows by a column; unknown columns sort by last use."""
    keys = {
        "name": lambda row: row.name.casefold(),
        "sessions": lambda row: -row.sessions,
        "messages": lambda row: -row.totals.messages,
        "tokens": lambda row: -row.totals.tokens.total,
        "cost": lambda row: -row.totals.priced_cost,
    }
    latest = sorted(rows, key=_get_recency_key)
    return tuple(sorted(latest, key=keys[order]) if order in keys else latest)


def format_change(now: Totals, before: Totals, context: PageContext) -> str:
    """Compare a cost with the one before; empty if one is unknown."""
    percent = compute_change_percent(now.cost, before.cost)
    if percent is None:
        return ""
    gettext = context.translator.gettext
    if abs(percent) < _MIN_CHANGE_PERCENT:
        return gettext("unchanged")
    if percent > _MAX_CHANGE_PERCENT:
        return gettext("far more")
    text = context.translator.format_percent(abs(percent))
    if percent > 0:
        return gettext("{percent} more", percent=text)
    return gettext("{percent} less", percent=text)


def _get_recency_key(row: RankedRow) -> float:
    return -row.last_at.timestamp() if row.last_at else 0.0


def _get_cost_key(row: RankedRow) -> tuple[int, int, str]:
    return -row.totals.priced_cost, -row.totals.tokens.total, row.name


class SessionTotals(Protocol):
    """Totals of a session; times in milliseconds since 1970."""

    @property
    def session_id(self) -> str: ...

    @property
    def project(self) -> str: ...

    @property
    def totals(self) -> Totals: ...

    @property
    def first_ms(self) -> int: ...

    @property
    def last_ms(self) -> int: ...


class SessionTableRow(NamedTuple):
    """A session and its usage."""

    session_id: str
    project: str
    totals: Totals
    first_at: datetime
    last_at: datetime
    text: TotalsText

    @classmethod
    def from_usage(
        cls, usage: SessionTotals, context: PageContext
    ) -> SessionTableRow:
        return cls(
            usage.session_id,
            usage.project,
            usage.totals,
            from_epoch_ms(usage.first_ms),
            from_epoch_ms(usage.last_ms),
            context.format_totals(usage.totals),
        )

    @property
    def duration(self) -> timedelta:
        return self.last_at - self.first_at
