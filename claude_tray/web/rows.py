"""Build tiles, rankings and the rows of sessions."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    NamedTuple,
    Protocol,
    TypeVar,
)

from claude_tray.core.cost import Totals, compute_change_percent
from claude_tray.core.display_names import format_model_name
from claude_tray.core.time import from_epoch_ms
from claude_tray.presentation.rows import compute_fractions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
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
        link: Its value in queries; empty if that is its name.
    """

    name: str
    totals: Totals
    fraction: float = 0.0
    sessions: int = 0
    last_at: datetime | None = None
    link: str = ""


class UsageTile(NamedTuple):
    """
    Usage of a time range.

    Attributes:
        change: Its change to the range before; empty if unknown.
        query: End of a query that selects the range; empty for none.
    """

    name: str
    totals: Totals
    change: str = ""
    query: str = ""


def rank_rows(rows: Iterable[RankedRow]) -> tuple[RankedRow, ...]:
    """Sort rows by cost, most expensive first, and set their fractions."""
    sorted_rows = sorted(rows, key=_get_cost_key)
    fractions = compute_fractions([row.totals for row in sorted_rows])
    return tuple(
        row._replace(fraction=fraction)
        for row, fraction in zip(sorted_rows, fractions, strict=True)
    )


class SortOrder(NamedTuple):
    """
    Column that a table is sorted by.

    Attributes:
        key: "name", "cost", …; empty for the table's own order.
        is_reversed: Against the column's own direction: names from A to Z,
            numbers and times from the largest.
    """

    key: str = ""
    is_reversed: bool = False

    def __str__(self) -> str:
        return f"-{self.key}" if self.is_reversed else self.key

    @property
    def is_ascending(self) -> bool:
        return (self.key in _ASCENDING_COLUMNS) != self.is_reversed

    def select(self, key: str) -> SortOrder:
        """Return the order after a click on the head of a column."""
        return SortOrder(key, self.key == key and not self.is_reversed)


_ASCENDING_COLUMNS: Final = frozenset({"name", "project", "time"})
_MAX_KEY_LENGTH: Final = 20


def parse_sort_order(text: str) -> SortOrder:
    """Parse the `sort` of a query: a key, or "-" and a key."""
    key = text.removeprefix("-")[:_MAX_KEY_LENGTH]
    return SortOrder(key, text.startswith("-"))


class SortableRow(Protocol):
    """A row with usage."""

    @property
    def name(self) -> str: ...

    @property
    def totals(self) -> Totals: ...


_RowT = TypeVar("_RowT", bound=SortableRow)


def sort_rows(
    rows: Iterable[_RowT],
    order: SortOrder,
    **extra_keys: Callable[[Any], float],
) -> tuple[_RowT, ...]:
    """
    Sort rows by a column; unknown columns leave their order.

    Args:
        rows: Rows in the table's own order.
        order: Column and direction.
        extra_keys: Value of a column that not every table has.
    """
    keys: dict[str, Callable[[Any], Any]] = {
        "name": lambda row: row.name.casefold(),
        "messages": lambda row: -row.totals.messages,
        "tokens": lambda row: -row.totals.tokens.total,
        "cost": lambda row: -row.totals.priced_cost,
    }
    for name, get_value in extra_keys.items():
        keys[name] = lambda row, get_value=get_value: -get_value(row)  # type: ignore[misc]
    if order.key not in keys:
        return tuple(rows)
    return tuple(sorted(rows, key=keys[order.key], reverse=order.is_reversed))


def get_recency(row: RankedRow) -> float:
    """Return a time that sorts rows; those without one come last."""
    return row.last_at.timestamp() if row.last_at else 0.0


def format_change(
    now: Totals, before: Totals, day_count: int, context: PageContext
) -> str:
    """
    Compare a cost with the one before; empty if one is unknown.

    Args:
        now: Usage of a range.
        before: Usage of as many days before.
        day_count: Number of these days.
        context: Formats.
    """
    percent = compute_change_percent(now.cost, before.cost)
    if percent is None:
        return ""
    return context.translator.ngettext(
        "{change} vs. previous day",
        "{change} vs. previous {n} days",
        day_count,
        change=_format_percent_change(percent, context),
    )


def _format_percent_change(percent: float, context: PageContext) -> str:
    """Format a change, as "+12%"."""
    if abs(percent) < _MIN_CHANGE_PERCENT:
        return f"±{context.translator.format_percent(0)}"
    sign = "+" if percent > 0 else "\N{MINUS SIGN}"
    if percent > _MAX_CHANGE_PERCENT:
        sign, percent = ">+", _MAX_CHANGE_PERCENT
    return f"{sign}{context.translator.format_percent(abs(percent))}"


def _get_cost_key(row: RankedRow) -> tuple[int, int, str]:
    return -row.totals.priced_cost, -row.totals.tokens.total, row.name


class SessionTotals(Protocol):
    """Totals of a session; times in milliseconds since 1970."""

    @property
    def session_id(self) -> str: ...

    @property
    def project(self) -> str: ...

    @property
    def models(self) -> tuple[str, ...]: ...

    @property
    def machines(self) -> tuple[str, ...]: ...

    @property
    def totals(self) -> Totals: ...

    @property
    def first_ms(self) -> int: ...

    @property
    def last_ms(self) -> int: ...


class SessionTableRow(NamedTuple):
    """
    A session and its usage.

    Attributes:
        models: Names of its models.
        machines: Names of the machines it ran on.
        fraction: Cost relative to the most expensive row, 0 to 1.
        project_link: Its project in addresses; empty if that is its name.
        resume: Shell command that continues it; empty on other machines.
    """

    session_id: str
    project: str
    models: str
    machines: str
    totals: Totals
    first_at: datetime
    last_at: datetime
    text: TotalsText
    fraction: float = 0.0
    project_link: str = ""
    resume: str = ""

    @classmethod
    def from_usage(
        cls,
        usage: SessionTotals,
        machine_names: Mapping[str, str],
        context: PageContext,
    ) -> SessionTableRow:
        """
        Build a row.

        Args:
            usage: The session.
            machine_names: Names by machine ID.
            context: Formats.
        """
        join_names = context.translator.join_names
        return cls(
            usage.session_id,
            usage.project,
            join_names([format_model_name(m) for m in usage.models]),
            join_names([machine_names.get(m, m) for m in usage.machines]),
            usage.totals,
            from_epoch_ms(usage.first_ms),
            from_epoch_ms(usage.last_ms),
            context.format_totals(usage.totals),
        )

    @property
    def duration(self) -> timedelta:
        return self.last_at - self.first_at


def size_sessions(
    sessions: Iterable[SessionTableRow],
) -> tuple[SessionTableRow, ...]:
    """Set the fractions of rows that are shown together."""
    listed = tuple(sessions)
    fractions = compute_fractions([row.totals for row in listed])
    return tuple(
        row._replace(fraction=fraction)
        for row, fraction in zip(listed, fractions, strict=True)
    )
