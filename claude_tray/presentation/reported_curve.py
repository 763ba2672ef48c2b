"""Bend a curve of local usage so that it passes through reported values."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class CurvePoint(NamedTuple):
    """Cumulative usage at a time: percent of the limit, or tokens."""

    at: datetime
    amount: float


def follow_reports(
    local: Sequence[CurvePoint], reports: Sequence[CurvePoint]
) -> tuple[CurvePoint, ...]:
    """
    Return a curve through reported values, with the local one's shape between.

    Where nothing was used on this computer, it is straight.

    Args:
        local: Local usage, in order of time; may be empty.
        reports: Reported values, in order of time, at least one. The curve
            ends with the last one.
    """
    points = [reports[0]]
    for before, after in pairwise(reports):
        low, high = _find_amount(local, before), _find_amount(local, after)
        for point in local:
            if not before.at < point.at < after.at:
                continue
            if high > low:
                fraction = (point.amount - low) / (high - low)
            else:
                fraction = (point.at - before.at) / (after.at - before.at)
            change = after.amount - before.amount
            points.append(
                CurvePoint(point.at, before.amount + fraction * change)
            )
        points.append(after)
    return tuple(points)


def _find_amount(local: Sequence[CurvePoint], report: CurvePoint) -> float:
    """Return the local usage at the time of a report."""
    index = bisect_right(local, report.at, key=lambda point: point.at)
    if not index:
        return 0.0
    before = local[index - 1]
    if index == len(local):
        return before.amount
    after = local[index]
    fraction = (report.at - before.at) / (after.at - before.at)
    return before.amount + fraction * (after.amount - before.amount)
