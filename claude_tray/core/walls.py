"""
Find out how long reached limits blocked the user, and what had run before.

A wall is one reached limit. Claude Code repeats its message at each attempt:
all messages before the reset belong to one wall. It blocks until the reset, or
until a response shows that work goes on, and again from the next message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.limit_hits import LimitHit, covers_model
from claude_tray.core.limits import LimitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.fit import Activity


_HOUR_MS: Final = 3_600_000
# Responses of this time may have been on the way when a limit was reached.
_LATE_MS: Final = 60_000
_FULL: Final = 100.0
# 5-hour limits of the plans, as multiples of that of Pro; Ultra has none.
_CAPACITIES: Final = {"Pro": 1.0, "Max": 5.0, "Ultra": None}
_SAME_CAPACITY: Final = {"Max 5x": "Max", "Max 20x": "Ultra"}

# First millisecond, and the one after the last.
_Interval = tuple[int, int]


class Wall(NamedTuple):
    """
    A limit that was reached.

    Attributes:
        kind: Kind of the limit.
        scope: Its model, surface or budget; may be empty.
        end_ms: Its reset, or the latest time until which it may have blocked.
        has_reset: The message named the reset.
        blocked: When it blocked, oldest first.
        projects: Paths of what ran in the hour before, and its cost in
            nano-dollars; the most expensive first.
    """

    kind: LimitKind
    scope: str
    end_ms: int
    has_reset: bool
    blocked: tuple[_Interval, ...]
    projects: tuple[tuple[str, int], ...]

    @property
    def start_ms(self) -> int:
        return self.blocked[0][0]

    @property
    def blocked_ms(self) -> int:
        return sum(end - start for start, end in self.blocked)


class PlanWalls(NamedTuple):
    """How many windows would have reached the 5-hour limit of a plan."""

    plan: str
    number: int


def build_walls(
    hits: Iterable[LimitHit], activities: Sequence[Activity], now_ms: int
) -> list[Wall]:
    """
    Return the limits that were reached, oldest first.

    Args:
        hits: Limit hits of one account, in any order.
        activities: Its responses, from an hour before the first hit on.
        now_ms: Current time.
    """
    walls: list[Wall] = []
    last_by_limit: dict[tuple[LimitKind, str], int] = {}
    for hit in sorted(hits, key=lambda hit: hit.at_ms):
        limit = hit.kind, hit.scope
        place = last_by_limit.get(limit)
        if place is None or hit.at_ms >= walls[place].end_ms:
            last_by_limit[limit] = place = len(walls)
            walls.append(
                Wall(
                    *limit,
                    hit.end_ms,
                    hit.known_end_ms is not None,
                    (),
                    _sum_projects(activities, hit.at_ms),
                )
            )
        wall = walls[place]
        if hit.known_end_ms is not None:
            wall = wall._replace(end_ms=hit.known_end_ms, has_reset=True)
        block = hit.at_ms, _find_end(hit, wall.end_ms, activities, now_ms)
        walls[place] = wall._replace(
            blocked=_join_intervals((*wall.blocked, block))
        )
    return walls


def compute_blocked_ms(walls: Iterable[Wall]) -> int:
    """Return for how long any of these limits blocked."""
    blocks = _join_intervals(block for wall in walls for block in wall.blocked)
    return sum(end - start for start, end in blocks)


def compare_plans(
    plan: str, walls: Iterable[Wall], peaks: Iterable[float]
) -> list[PlanWalls]:
    """
    Return how many windows would have reached the limit of each plan.

    Args:
        plan: Name of the user's plan; for one without a known 5-hour limit,
            nothing is compared.
        walls: Reached limits; the user's own plan has those.
        peaks: What each window took, in points of the user's own limit. A
            window that reached it might have taken more.
    """
    name = get_plan_of_limit(plan)
    own = _CAPACITIES.get(name)
    if own is None:
        return []
    amounts = list(peaks)
    reached = sum(wall.kind is LimitKind.FIVE_HOUR for wall in walls)
    return [
        PlanWalls(
            other,
            reached
            if other == name
            else sum(
                capacity is not None and amount * own / capacity >= _FULL
                for amount in amounts
            ),
        )
        for other, capacity in _CAPACITIES.items()
    ]


def get_plan_of_limit(plan: str) -> str:
    """Return the plan that has the same 5-hour limit, as "Max" for "Max 5x"."""
    return _SAME_CAPACITY.get(plan, plan)


def _find_end(
    hit: LimitHit, end_ms: int, activities: Sequence[Activity], now_ms: int
) -> int:
    """Return when work went on after a hit, at the reset at the latest."""
    latest_ms = max(hit.at_ms, min(end_ms, now_ms))
    return next(
        (
            item.start_ms
            for item in activities
            if hit.at_ms + _LATE_MS < item.start_ms < latest_ms
            and (
                hit.kind is not LimitKind.MODEL
                or covers_model(hit.scope, item.model)
            )
        ),
        latest_ms,
    )


def _sum_projects(
    activities: Iterable[Activity], at_ms: int
) -> tuple[tuple[str, int], ...]:
    """Return what ran in the hour before a time."""
    costs: dict[str, int] = {}
    for item in activities:
        if at_ms - _HOUR_MS < item.end_ms <= at_ms + _LATE_MS:
            costs[item.project] = costs.get(item.project, 0) + item.cost
    return tuple(sorted(costs.items(), key=lambda item: (-item[1], item[0])))


def _join_intervals(intervals: Iterable[_Interval]) -> tuple[_Interval, ...]:
    """Join intervals that overlap or touch; oldest first."""
    joined: list[_Interval] = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return tuple(joined)
