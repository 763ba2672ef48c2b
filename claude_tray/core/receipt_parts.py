"""
Sum attributed points by session, project, agent, model and cause.

The sums of a window's receipt are those of any period of it: a reply belongs
to the period that it falls into, usage from elsewhere is spread evenly over
the time between two readings.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.receipt import (
    Attribution,
    Cause,
    Knot,
    Reply,
    Segment,
    attribute_window,
)
from claude_tray.core.receipt_limits import FIVE_HOUR_RECEIPT, ReceiptLimit
from claude_tray.core.receipt_weights import Weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from claude_tray.core.receipt_readings import Reading
    from claude_tray.core.receipt_weights import Feature


_CACHE_WRITE: Final = "cache_write"


class PeriodPoints(NamedTuple):
    """
    The use of a period of a window in points.

    Attributes:
        reported_ms: Time of the last reading in it; None without one.
        official_from: Official percentage at its start; between two readings
            it is interpolated.
        official_until: Likewise at its end, or at the last reading before.
        remote: Points that no reply explains.
        rounding: Rounding and corrections of the official figure: what is
            missing to its change.
        replies: Its replies up to the last reading, with their points.
        unreported: Replies after the last reading; points are an estimate.
    """

    reported_ms: int | None
    official_from: float
    official_until: float
    remote: float
    rounding: float
    replies: tuple[tuple[Reply, float], ...]
    unreported: tuple[tuple[Reply, float], ...]

    @property
    def change(self) -> float:
        return self.official_until - self.official_from


def select_period(
    attribution: Attribution, start_ms: int, end_ms: int
) -> PeriodPoints:
    """
    Return the use of a period.

    Args:
        attribution: Of one window.
        start_ms: First millisecond of the period.
        end_ms: The millisecond after it.
    """
    knots = attribution.knots
    last_ms = knots[-1].at_ms
    start_ms = max(start_ms, knots[0].at_ms)
    reported_end_ms = max(start_ms, min(end_ms, last_ms))
    reported: list[tuple[Reply, float]] = []
    unreported: list[tuple[Reply, float]] = []
    for reply, points in attribution.replies:
        if start_ms <= reply.at_ms < end_ms:
            group = reported if reply.at_ms < last_ms else unreported
            group.append((reply, points))
    remote = sum(
        segment.remote * _compute_overlap(segment, start_ms, end_ms)
        for segment in attribution.segments
    )
    before = _interpolate_rounding(knots, start_ms)
    after = _interpolate_rounding(knots, reported_end_ms)
    official_from = _find_use(attribution, start_ms) + before
    change = sum(points for _, points in reported) + remote + after - before
    return PeriodPoints(
        reported_end_ms if start_ms < reported_end_ms else None,
        official_from,
        official_from + change,
        remote,
        after - before,
        tuple(reported),
        tuple(unreported),
    )


def _compute_overlap(segment: Segment, start_ms: int, end_ms: int) -> float:
    """Return the fraction of a segment that lies in a period."""
    overlap = min(end_ms, segment.end_ms) - max(start_ms, segment.start_ms)
    return max(0, overlap) / (segment.end_ms - segment.start_ms)


def _find_use(attribution: Attribution, at_ms: int) -> float:
    """Return the attributed use at a time, up to the last reading."""
    knots = attribution.knots
    index = bisect_right(knots, at_ms, key=lambda knot: knot.at_ms) - 1
    knot = knots[index]
    if index == len(knots) - 1:
        return knot.used
    segment = attribution.segments[index]
    return (
        knot.used
        + segment.remote * _compute_overlap(segment, knot.at_ms, at_ms)
        + sum(
            points
            for reply, points in attribution.replies
            if knot.at_ms <= reply.at_ms < at_ms
        )
    )


def _interpolate_rounding(knots: Sequence[Knot], at_ms: int) -> float:
    """Return official minus attributed use at a time."""
    index = bisect_right(knots, at_ms, key=lambda knot: knot.at_ms) - 1
    before = knots[index]
    rounding = before.official - before.used
    if index == len(knots) - 1:
        return rounding
    after = knots[index + 1]
    fraction = (at_ms - before.at_ms) / (after.at_ms - before.at_ms)
    return rounding + fraction * (after.official - after.used - rounding)


class Dimension(StrEnum):
    """What parts of a receipt are."""

    PROJECT = "projects"
    SESSION = "sessions"
    AGENT = "agents"
    MODEL = "models"
    CAUSE = "causes"


MAIN_AGENT: Final = "main"
SUBAGENT: Final = "subagents"


class Part(NamedTuple):
    """
    A part of a receipt.

    Attributes:
        key: Path, session ID, MAIN_AGENT or SUBAGENT, model ID or a Cause.
        points: Attributed points; None without official readings.
        share: Of all local usage, by points or else by cost, 0 to 1.
        cost: Nano-dollars.
        replies: Number of replies; of a rebuilt cache, those with it.
        project: Path of a session's project; empty for others.
    """

    key: str
    points: float | None
    share: float
    cost: int
    replies: int
    project: str = ""


class WindowReplies(NamedTuple):
    """
    Readings and replies of one window.

    Attributes:
        readings: As `build_readings` returns them.
        replies: As `mark_causes` returns them.
    """

    readings: tuple[Reading, ...]
    replies: tuple[Reply, ...]


class Receipt(NamedTuple):
    """
    What a period of time took of a limit, and who took it.

    Attributes:
        start_ms: Start of the period.
        end_ms: The millisecond after it.
        reported_ms: Time of the last reading in it; None without one.
        official_from: Official percentage at its start; None without readings.
        official_until: Likewise at its end, or at the last reading.
        change: Points that were used, over several windows if need be.
        local: Points that replies took.
        remote: Points that no reply explains.
        rounding: What is missing to the official change.
        error: Standard error of `local` by the weights.
        unreported: Points that replies after the last reading are expected
            to take; no part of the change.
        cost: Nano-dollars of all replies.
        parts: Parts by dimension, the largest first.
        weights: What usage takes; None without any reading.
        limit: The limit whose points these are.
    """

    start_ms: int
    end_ms: int
    reported_ms: int | None
    official_from: float | None
    official_until: float | None
    change: float | None
    local: float
    remote: float
    rounding: float
    error: float
    unreported: float
    cost: int
    parts: Mapping[Dimension, tuple[Part, ...]]
    weights: Weights | None
    limit: ReceiptLimit = FIVE_HOUR_RECEIPT


_NO_WEIGHTS: Final = Weights(1.0, 0.5)


def build_receipt(
    windows: Sequence[WindowReplies],
    start_ms: int,
    end_ms: int,
    weights: Weights | None,
) -> Receipt:
    """
    Build the receipt of a period.

    Args:
        windows: The windows that overlap it, oldest first.
        start_ms: First millisecond of the period.
        end_ms: The millisecond after it.
        weights: Learned from the history; None without one.
    """
    applied = weights or _NO_WEIGHTS
    periods = [
        select_period(
            attribute_window(window.readings, window.replies, applied),
            start_ms,
            end_ms,
        )
        for window in windows
    ]
    official = [period for period in periods if period.reported_ms]
    reported = [item for period in official for item in period.replies]
    pending = [item for period in periods for item in period.unreported]
    counted = reported if official else [(reply, 0.0) for reply, _ in pending]
    is_known = weights is not None
    return Receipt(
        start_ms,
        end_ms,
        official[-1].reported_ms if official else None,
        official[0].official_from if official else None,
        official[-1].official_until if official else None,
        sum(period.change for period in official) if official else None,
        sum(points for _, points in reported),
        sum(period.remote for period in official),
        sum(period.rounding for period in official),
        applied.compute_error(_sum_amounts(reported)) if is_known else 0.0,
        sum(points for _, points in pending) if is_known else 0.0,
        sum(reply.cost for reply, _ in (*reported, *pending)),
        {
            dimension: _sum_parts(
                dimension, counted, applied, is_official=bool(official)
            )
            for dimension in Dimension
        },
        weights,
    )


def _sum_amounts(
    replies: Iterable[tuple[Reply, float]],
) -> dict[Feature, float]:
    amounts: dict[Feature, float] = {}
    for reply, _ in replies:
        for feature, dollars in reply.amounts.items():
            amounts[feature] = amounts.get(feature, 0.0) + dollars
    return amounts


def _sum_parts(
    dimension: Dimension,
    replies: Sequence[tuple[Reply, float]],
    weights: Weights,
    *,
    is_official: bool,
) -> tuple[Part, ...]:
    sums: dict[str, tuple[float, float, int]] = {}
    projects: dict[str, str] = {}
    for reply, points in replies:
        if dimension is Dimension.SESSION:
            projects[reply.session] = reply.project
        for key, fraction in _list_keys(dimension, reply, weights):
            old = sums.get(key, (0.0, 0.0, 0))
            sums[key] = (
                old[0] + points * fraction,
                old[1] + reply.cost * fraction,
                old[2] + 1,
            )
    place = 0 if is_official else 1
    total = sum(values[place] for values in sums.values())
    parts = [
        Part(
            key,
            points if is_official else None,
            values[place] / total if total else 0.0,
            round(cost),
            count,
            projects.get(key, ""),
        )
        for key, values in sums.items()
        for points, cost, count in [values]
    ]
    return tuple(sorted(parts, key=lambda p: (-p.share, -p.cost, p.key)))


def _list_keys(
    dimension: Dimension, reply: Reply, weights: Weights
) -> Iterator[tuple[str, float]]:
    """Yield the parts that a reply belongs to, with its fraction of each."""
    if dimension is Dimension.CAUSE:
        rebuilt = _compute_rebuilt_fraction(reply, weights)
        if rebuilt:
            yield Cause.CACHE_REBUILD, rebuilt
        yield reply.cause, 1 - rebuilt
    elif dimension is Dimension.AGENT:
        yield SUBAGENT if reply.is_subagent else MAIN_AGENT, 1.0
    elif dimension is Dimension.PROJECT:
        yield reply.project, 1.0
    elif dimension is Dimension.SESSION:
        yield reply.session, 1.0
    else:
        yield reply.model, 1.0


def _compute_rebuilt_fraction(reply: Reply, weights: Weights) -> float:
    """Return the part of a reply's points that rebuilt an expired cache."""
    total = weights.weigh(reply.amounts)
    if not reply.rebuilt or not total:
        return 0.0
    writes = {
        feature: dollars
        for feature, dollars in reply.amounts.items()
        if feature[1] == _CACHE_WRITE
    }
    return reply.rebuilt * weights.weigh(writes) / total
