"""Load the limits that were reached, and replay a month with other starts."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import limits, planner, walls
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.store import activities, limit_hits, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from claude_tray.core.accounts import Account
    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.receipt_weights import Weights
    from claude_tray.store.connection import Reader, Writer
    from claude_tray.store.receipts import History


PLANNED_DAYS: Final = 30
_DAY_MS: Final = 86_400_000
_HOUR_MS: Final = 3_600_000
# Starts that are compared unless the user names one.
CANDIDATES: Final = tuple(
    time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 30)
)


class AccountWalls(NamedTuple):
    """
    The reached limits of an account.

    Attributes:
        plan: Name of its plan; empty if unknown.
        walls: Oldest first.
        plans: How many it would have been on other plans; empty if unknown.
    """

    plan: str
    walls: list[walls.Wall]
    plans: list[walls.PlanWalls]


def load_walls(
    reader: Reader | Writer,
    account: Account,
    plan: str,
    prices: PriceTable,
    history: History,
    bounds_ms: tuple[int, int],
) -> AccountWalls:
    """
    Load the limits that an account has reached.

    Args:
        reader: Open store.
        account: The account.
        plan: Its plan by the settings; empty takes the reported one.
        prices: Price table.
        history: As `load_history` returns it.
        bounds_ms: First millisecond of the period, and now.
    """
    start_ms, now_ms = bounds_ms
    plan = plan or metadata.get_value(
        reader, metadata.PLAN_PREFIX + account.key
    )
    hits = limit_hits.load_hits(reader, account.key, start_ms)
    if not hits and history.weights is None:
        return AccountWalls(plan, [], [])
    usage = activities.load_activities(
        reader,
        account,
        (start_ms - _HOUR_MS, now_ms + 1),
        prices,
        history.weights,
    )
    found = walls.build_walls(hits, usage, now_ms)
    if history.weights is None:
        return AccountWalls(plan, found, [])
    peaks = activities.load_peaks(reader, account, history, usage, start_ms)
    return AccountWalls(plan, found, walls.compare_plans(plan, found, peaks))


class PlanQuery(NamedTuple):
    """
    What is replayed.

    Attributes:
        now_ms: Current time.
        clocks: Times of the first message of each day with work.
        zone: Time zone of days; None is the machine's own.
    """

    now_ms: int
    clocks: Sequence[time] = CANDIDATES
    zone: tzinfo | None = None


def load_plan(
    reader: Reader | Writer,
    account: Account,
    prices: PriceTable,
    weights: Weights | None,
    query: PlanQuery,
) -> planner.MonthPlan:
    """
    Replay the last 30 days of an account with each start, the best first.

    Args:
        reader: Open store.
        account: The account.
        prices: Price table.
        weights: Points that tokens take; None without any percentage.
        query: Starts to compare.
    """
    now_ms, clocks, zone = query
    from_ms = now_ms - PLANNED_DAYS * _DAY_MS
    if weights is None:
        return planner.MonthPlan(None, None, ())
    work = _load_work(reader, account, prices, weights, (from_ms, now_ms))
    first_by_day: dict[date, time] = {}
    for item in work:
        at = from_epoch_ms(item.at_ms).astimezone(zone)
        first_by_day.setdefault(at.date(), at.time())
    usual_start = _find_median(first_by_day.values())
    starts = [
        planner.PlannedStart(clock, planner.replay(work, started))
        for clock in clocks
        for started in [_list_starts(first_by_day, clock, zone)]
    ]
    # Of equally good ones, the one that changes the day least.
    starts.sort(
        key=lambda start: (
            start.result.waited_ms,
            _measure_distance(start.clock, usual_start),
        )
    )
    return planner.MonthPlan(
        planner.replay(work, []),
        usual_start,
        tuple(starts),
    )


def _load_work(
    reader: Reader | Writer,
    account: Account,
    prices: PriceTable,
    weights: Weights,
    bounds_ms: tuple[int, int],
) -> list[planner.Work]:
    """Load what was done until now, without the waits at limits."""
    from_ms, now_ms = bounds_ms
    usage = activities.load_activities(
        reader, account, (from_ms, now_ms + 1), prices, weights
    )
    hits = [
        hit
        for hit in limit_hits.load_hits(reader, account.key, from_ms)
        if hit.kind is limits.LimitKind.FIVE_HOUR
    ]
    blocked = [
        block
        for wall in walls.build_walls(hits, usage, now_ms)
        for block in wall.blocked
    ]
    return planner.remove_waits(usage, blocked)


def _list_starts(
    days: Iterable[date], clock: time, zone: tzinfo | None
) -> list[int]:
    """Return a time of day on each of some days, in milliseconds."""
    return [
        to_epoch_ms(datetime.combine(day, clock, zone).astimezone())
        for day in days
    ]


def _find_median(clocks: Iterable[time]) -> time | None:
    ordered = sorted(clocks)
    if not ordered:
        return None
    return ordered[len(ordered) // 2].replace(second=0, microsecond=0)


def _measure_distance(clock: time, usual: time | None) -> int:
    """Return the minutes between two times of day, also over midnight."""
    if usual is None:
        return 0
    minutes = abs((clock.hour - usual.hour) * 60 + clock.minute - usual.minute)
    return min(minutes, 24 * 60 - minutes)
