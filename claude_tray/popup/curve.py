"""The curve of a window: what had been used by when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.store.figures import STEP_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.domain.window import Window
    from claude_tray.popup.moment import Moment
    from claude_tray.store.figures import Step


class Grown(NamedTuple):
    """How much had been used by a moment, in whatever is counted."""

    at_ms: int
    amount: float


class Point(NamedTuple):
    """A place on the curve and the moment it stands for."""

    x: float
    y: float
    at: datetime


def sums_of(moment: Moment, *, has_cost: bool) -> list[Grown]:
    """Return what had been used by the end of each step."""
    steps = moment.figures.of_window.steps
    by_cost = has_cost and not any(step.unpriced for step in steps)
    sums: list[Grown] = []
    amount = 0.0
    for step in steps:
        amount += _weight(step, by_cost=by_cost)
        sums.append(Grown(step.end_ms, amount))
    return sums


def _weight(step: Step, *, by_cost: bool) -> int:
    return step.cost if by_cost else step.tokens


def amount_at(sums: Sequence[Grown], at_ms: int) -> float:
    """Return what had been used by a moment."""
    amounts = [g.amount for g in sums if g.at_ms - STEP_MS <= at_ms]
    return amounts[-1] if amounts else 0.0


def curve_of(
    moment: Moment,
    window: Window,
    sums: Sequence[Grown],
    unit: float,
) -> list[Point]:
    """Return the curve up to now; it is flat where nothing was used."""
    start_ms = int(window.start.timestamp() * 1000)
    points = [(start_ms, 0.0)]
    for at_ms, amount in sums:
        if at_ms - points[-1][0] > STEP_MS:
            points.append((at_ms - STEP_MS, points[-1][1]))
        points.append((at_ms, amount))
    now_ms = int(moment.now.timestamp() * 1000)
    shown = [(min(at_ms, now_ms), amount) for at_ms, amount in points]
    shown.append((now_ms, points[-1][1]))
    return [
        Point(place(window, _moment(at_ms)), amount * unit, _moment(at_ms))
        for at_ms, amount in shown
    ]


def place(window: Window, at: datetime) -> float:
    """Return how much of a window is over at a moment, 0 to 1."""
    share = (at - window.start) / (window.end - window.start)
    return min(1.0, max(0.0, share))


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
