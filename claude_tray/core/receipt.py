"""
Attribute each point of a limit to the replies that took it.

A point is one percent of a limit. Readings are whole percents at some minutes;
the replies between them are known exactly. The true use at a reading lies
within half a point of it. Usage from elsewhere (web, phone, another machine)
is only claimed where no use within these bounds agrees with the replies: never
because of rounding, and not within the error of the weights either.

All parts, the part from elsewhere and the rounding of the readings add up to
the change of the official figure, for any period, however it is split.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import StrEnum
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.receipt_readings import (
    LATE_MS,
    PARALLEL_MS,
    Reading,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claude_tray.core.receipt_weights import Feature, Weights
    from claude_tray.core.usage import TokenCounts


_FULL: Final = 100.0
# Local use may differ from the weights by so many standard errors of these.
_TOLERANCE_ERRORS: Final = 1.5
_MIN_TOLERANCE: Final = 0.005
_MAX_TOLERANCE: Final = 0.5


class Cause(StrEnum):
    """Why a reply took points: a rebuilt cache, or its context by size."""

    CACHE_REBUILD = "cache_rebuild"
    COMPACTION = "compaction"
    BACKGROUND = "background"
    SMALL_CONTEXT = "context_under_50k"
    MEDIUM_CONTEXT = "context_50k_to_100k"
    LARGE_CONTEXT = "context_100k_to_200k"
    HUGE_CONTEXT = "context_over_200k"


class Reply(NamedTuple):
    """
    A response, and what it takes of a limit.

    Attributes:
        at_ms: When it counts.
        session: ID of its session.
        project: Path of its project.
        model: Model ID.
        is_subagent: It was sent by a subagent.
        is_background: It stands for requests without a line of their own:
            compaction, titles, searches.
        tokens: Token counts.
        cost: Nano-dollars; 0 if the price is unknown.
        amounts: Dollars at list price by feature of the weights.
        cause: Why it took points, apart from the rebuilt cache.
        rebuilt: Fraction of its cache writes that an expired cache had held.
    """

    at_ms: int
    session: str
    project: str
    model: str
    is_subagent: bool
    is_background: bool
    tokens: TokenCounts
    cost: int
    amounts: Mapping[Feature, float]
    cause: Cause = Cause.SMALL_CONTEXT
    rebuilt: float = 0.0


class Knot(NamedTuple):
    """
    The use at a reading.

    Attributes:
        at_ms: Time of the reading.
        official: What it says.
        used: Attributed use since the start of the window.
    """

    at_ms: int
    official: float
    used: float


class Segment(NamedTuple):
    """
    The use between two readings in points.

    Attributes:
        start_ms: Time of the earlier reading.
        end_ms: Time of the later one.
        factor: Points of a reply as a multiple of its weight.
        remote: Points that no reply explains.
    """

    start_ms: int
    end_ms: int
    factor: float
    remote: float


class Attribution(NamedTuple):
    """
    The use of one window.

    Attributes:
        knots: One for each reading, oldest first.
        segments: Between these.
        replies: The replies of the window, oldest first, with their points;
            those after the last reading have what is expected of them.
    """

    knots: tuple[Knot, ...]
    segments: tuple[Segment, ...]
    replies: tuple[tuple[Reply, float], ...]


def attribute_window(
    readings: Sequence[Reading], replies: Sequence[Reply], weights: Weights
) -> Attribution:
    """
    Attribute the use of one window.

    Args:
        readings: Oldest first, without a reset between them; at least one.
        replies: Replies from the first reading on, in any order.
        weights: Points that tokens take.
    """
    replies = sorted(replies, key=lambda reply: reply.at_ms)
    times = [reply.at_ms for reply in replies]
    expected = [weights.weigh(reply.amounts) for reply in replies]
    ends = [bisect_left(times, reading.at_ms) for reading in readings]
    local = [sum(expected[first:end]) for first, end in pairwise(ends)]
    used, remote = _follow_readings(
        readings,
        local,
        _weigh_uncertain(readings, times, expected),
        _compute_tolerance(replies, expected, weights),
    )
    segments = tuple(
        Segment(before.at_ms, after.at_ms, (end - start - far) / near, far)
        if near
        else Segment(before.at_ms, after.at_ms, 0.0, far)
        for (before, after), (start, end), near, far in zip(
            pairwise(readings), pairwise(used), local, remote, strict=True
        )
    )
    factors = [1.0] * len(replies)
    for segment, (first, end) in zip(segments, pairwise(ends), strict=True):
        factors[first:end] = [segment.factor] * (end - first)
    return Attribution(
        tuple(
            Knot(reading.at_ms, reading.percent, amount)
            for reading, amount in zip(readings, used, strict=True)
        ),
        segments,
        tuple(
            (reply, points * factor)
            for reply, points, factor in zip(
                replies, expected, factors, strict=True
            )
        ),
    )


def _weigh_uncertain(
    readings: Sequence[Reading],
    times: Sequence[int],
    expected: Sequence[float],
) -> tuple[list[float], list[float]]:
    """
    Return the points that each later reading may lack, and may have too early.

    Args:
        readings: As for `attribute_window`.
        times: Times of the replies, oldest first.
        expected: Points that they should take.
    """
    ends = [bisect_left(times, reading.at_ms) for reading in readings]
    late, early = [], []
    for (first, end), reading in zip(
        pairwise(ends), readings[1:], strict=True
    ):
        late_ms = PARALLEL_MS if reading.until_ms else LATE_MS
        known = bisect_left(times, reading.at_ms - late_ms)
        late.append(sum(expected[max(first, known) : end]))
        last = bisect_left(times, reading.until_ms)
        early.append(sum(expected[end:last]))
    return late, early


def _compute_tolerance(
    replies: Sequence[Reply], expected: Sequence[float], weights: Weights
) -> float:
    """Return by which fraction the replies may take more or less."""
    total = sum(expected)
    if not total:
        return _MIN_TOLERANCE
    amounts: dict[Feature, float] = {}
    for reply in replies:
        for feature, dollars in reply.amounts.items():
            amounts[feature] = amounts.get(feature, 0.0) + dollars
    fraction = _TOLERANCE_ERRORS * weights.compute_error(amounts) / total
    return min(_MAX_TOLERANCE, max(_MIN_TOLERANCE, fraction))


class _Bounds(NamedTuple):
    """
    Bounds of the use that no reply explains, since the first reading.

    Attributes:
        low: Lower bound; negative where replies took less than expected.
        high: Upper bound.
        is_jump: It cannot be what it was at the reading before.
    """

    low: float
    high: float
    is_jump: bool = False

    @property
    def middle(self) -> float:
        return self.low if self.high == inf else (self.low + self.high) / 2

    def clamp(self, value: float) -> float:
        return min(self.high, max(self.low, value))


def _follow_readings(
    readings: Sequence[Reading],
    local: Sequence[float],
    uncertain: tuple[Sequence[float], Sequence[float]],
    tolerance: float,
) -> tuple[list[float], list[float]]:
    """
    Return the use at each reading, and that from elsewhere between them.

    Args:
        readings: As for `attribute_window`.
        local: Points that the replies between two readings should take.
        uncertain: Points of those that the later reading may not know yet,
            and of later ones that it may know.
        tolerance: Fraction by which the local points may be off.
    """
    bounds = _bound_unexplained(readings, local, uncertain, tolerance)
    unexplained = [bounds[-1].middle]
    for after, before in pairwise(reversed(bounds)):
        unexplained.append(
            before.middle if after.is_jump else before.clamp(unexplained[-1])
        )
    unexplained.reverse()
    used, total = [max(0.0, unexplained[0])], 0.0
    for i, points in enumerate(local):
        total += points
        amount = max(0.0, total + unexplained[i + 1])
        is_capped = readings[i + 1].percent <= _FULL
        used.append(min(amount, _FULL) if is_capped else amount)
    for i in range(len(local) - 1, -1, -1):
        used[i] = min(used[i], used[i + 1])
    remote = []
    for i, points in enumerate(local):
        change = used[i + 1] - used[i]
        jump = unexplained[i + 1] - unexplained[i]
        if not bounds[i + 1].is_jump:
            jump = 0.0
        remote.append(min(change, max(0.0, jump)) if points else change)
    return used, remote


def _bound_unexplained(
    readings: Sequence[Reading],
    local: Sequence[float],
    uncertain: tuple[Sequence[float], Sequence[float]],
    tolerance: float,
) -> list[_Bounds]:
    """Return what the readings up to each one allow, as few jumps as can be."""
    first = readings[0]
    bounds = [_Bounds(first.lowest, first.highest)]
    total = 0.0
    for reading, points, late, early in zip(
        readings[1:], local, *uncertain, strict=True
    ):
        total += points
        slack = points * tolerance
        low, high = bounds[-1].low - slack, bounds[-1].high + slack
        lowest = reading.lowest - total - early
        highest = reading.highest - total + late
        if lowest > high or highest < low:
            bounds.append(_Bounds(lowest, highest, is_jump=True))
        else:
            bounds.append(_Bounds(max(low, lowest), min(high, highest)))
    return bounds
