"""Compute the usage curve of a window: percent of the limit, or tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from claude_tray.core.current_limits import FULL_PERCENT
from claude_tray.core.limits import LimitKind
from claude_tray.core.time import from_epoch_ms
from claude_tray.presentation.reported_curve import (
    CurvePoint,
    follow_reports,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from claude_tray.core.windows import Window
    from claude_tray.presentation.context import ViewContext


# Space above a curve that has no limit line.
HEADROOM: Final = 1.2
_HOUR: Final = timedelta(hours=1)
_HOURS_PER_WINDOW: Final = 5


class CurveStep(Protocol):
    """
    Usage of one short time step; empty steps are absent.

    Attributes:
        end_ms: End of the step.
        tokens: Input and output.
        cost: Nano-dollars of priced usage.
        unpriced: Number of records without a price.
    """

    @property
    def end_ms(self) -> int: ...

    @property
    def tokens(self) -> int: ...

    @property
    def cost(self) -> int: ...

    @property
    def unpriced(self) -> int: ...


class CurveProjection(NamedTuple):
    """Projected end of the curve; `is_limit` if the limit comes first."""

    at: datetime
    amount: float
    is_limit: bool


class UsageCurve(NamedTuple):
    """
    Usage of a window over time.

    The unit of all amounts is percent if `has_limit`, else input and output
    tokens.

    Attributes:
        points: From the start to now; empty if the percentage is known but
            nothing was used on this computer.
        amount: Usage now.
        has_limit: Whether the used percentage is known.
        top: Amount at the upper edge of a chart.
        projection: Projected end; None if unknown.
        typical_tokens: Median and 90th percentile of earlier windows.
        is_estimate: Usage after the last report is extrapolated.
    """

    points: tuple[CurvePoint, ...]
    amount: float
    has_limit: bool
    top: float
    projection: CurveProjection | None = None
    typical_tokens: tuple[int, int] | None = None
    is_estimate: bool = False


def build_curve(
    context: ViewContext,
    window: Window,
    steps: Sequence[CurveStep],
    step_ms: int,
    reports: Sequence[tuple[int, float]] = (),
) -> UsageCurve:
    """
    Compute the curve of an open window.

    Args:
        context: Account, time and formats.
        window: The open window.
        steps: Usage of the window, oldest first.
        step_ms: Length of a step in milliseconds.
        reports: Reported percentages with their times, in milliseconds since
            1970, oldest first.
    """
    percent = _find_used_percent(context)
    if percent is None:
        return _build_token_curve(context, window, steps, step_ms)
    curve = _build_percent_curve(context, window, percent, steps, step_ms)
    points = _follow_reports(context, window, curve.points, percent, reports)
    return curve._replace(points=points)


def _follow_reports(
    context: ViewContext,
    window: Window,
    points: tuple[CurvePoint, ...],
    percent: float,
    reports: Sequence[tuple[int, float]],
) -> tuple[CurvePoint, ...]:
    """Return a curve that passes through the reports before the last one."""
    usage, is_stale = context.usage, context.is_usage_stale
    end = usage.as_of if usage and is_stale else context.now
    earlier = [
        CurvePoint(at, min(amount, FULL_PERCENT))
        for at_ms, amount in reports
        if window.start < (at := from_epoch_ms(at_ms)) < end
    ]
    if not earlier:
        return points
    anchors = [CurvePoint(window.start, 0.0), *earlier]
    reported = follow_reports(points, [*anchors, CurvePoint(end, percent)])
    return reported + tuple(point for point in points if point.at > end)


def _find_used_percent(context: ViewContext) -> float | None:
    if context.usage is not None:
        return context.usage.percent
    limit = context.blocking_limit
    is_used_up = limit is not None and limit.kind is LimitKind.FIVE_HOUR
    return FULL_PERCENT if is_used_up else None


def _build_percent_curve(
    context: ViewContext,
    window: Window,
    percent: float,
    steps: Sequence[CurveStep],
    step_ms: int,
) -> UsageCurve:
    """Scale local usage so that it meets the reported percentage."""
    usage, is_stale = context.usage, context.is_usage_stale
    observed_at = usage.as_of if usage and is_stale else context.now
    # Cost reflects the limit better than tokens, but only with all prices.
    by_cost = not any(step.unpriced for step in steps)
    cumulative = _accumulate(steps, by_cost=by_cost)
    observed_amount = _find_amount_at(cumulative, observed_at, step_ms)
    points: tuple[CurvePoint, ...] = ()
    if observed_amount:
        points = tuple(
            CurvePoint(point.at, point.amount * percent / observed_amount)
            for point in _build_points(context, window, cumulative, step_ms)
        )
    return UsageCurve(
        points,
        points[-1].amount if points else percent,
        has_limit=True,
        top=FULL_PERCENT,
        projection=_project_percent(context, window),
        is_estimate=is_stale,
    )


def _project_percent(
    context: ViewContext, window: Window
) -> CurveProjection | None:
    limit, blocking = context.window_limit, context.blocking_limit
    is_blocked = blocking is not None and not blocking.is_scoped
    if limit is None or limit.is_minimum or is_blocked:
        return None
    if limit.runs_out_at is not None:
        return CurveProjection(limit.runs_out_at, FULL_PERCENT, is_limit=True)
    if limit.percent_at_reset is None:
        return None
    return CurveProjection(window.end, limit.percent_at_reset, is_limit=False)


def _build_token_curve(
    context: ViewContext,
    window: Window,
    steps: Sequence[CurveStep],
    step_ms: int,
) -> UsageCurve:
    pace = context.pace
    cumulative = _accumulate(steps, by_cost=False)
    amount = cumulative[-1].amount if cumulative else 0.0
    projection = None
    if pace is not None and pace.tokens_per_minute:
        minutes_left = (window.end - context.now) / timedelta(minutes=1)
        projected = amount + pace.tokens_per_minute * minutes_left
        projection = CurveProjection(window.end, projected, is_limit=False)
    typical_tokens = pace.typical_tokens if pace else None
    top = max(
        amount,
        projection.amount if projection else 0.0,
        *(typical_tokens or (1,)),
    )
    return UsageCurve(
        _build_points(context, window, cumulative, step_ms),
        amount,
        has_limit=False,
        top=top * HEADROOM,
        projection=projection,
        typical_tokens=typical_tokens,
    )


def _accumulate(
    steps: Sequence[CurveStep], *, by_cost: bool
) -> list[CurvePoint]:
    points: list[CurvePoint] = []
    amount = 0.0
    for step in steps:
        amount += step.cost if by_cost else step.tokens
        points.append(CurvePoint(from_epoch_ms(step.end_ms), amount))
    return points


def _find_amount_at(
    cumulative: Sequence[CurvePoint], at: datetime, step_ms: int
) -> float:
    """Return the amount at a time; a step counts from its start."""
    step = timedelta(milliseconds=step_ms)
    amounts = [point.amount for point in cumulative if point.at - step <= at]
    return amounts[-1] if amounts else 0.0


def _build_points(
    context: ViewContext,
    window: Window,
    cumulative: Sequence[CurvePoint],
    step_ms: int,
) -> tuple[CurvePoint, ...]:
    """Return the curve up to now, flat where nothing was used."""
    step = timedelta(milliseconds=step_ms)
    points = [CurvePoint(window.start, 0.0)]
    for point in cumulative:
        if point.at - points[-1].at > step:
            points.append(CurvePoint(point.at - step, points[-1].amount))
        points.append(point)
    points.append(CurvePoint(context.now, points[-1].amount))
    return tuple(
        CurvePoint(min(point.at, context.now), point.amount)
        for point in points
    )


def compute_elapsed_fraction(window: Window, at: datetime) -> float:
    """Return the elapsed fraction of a window at a time, 0 to 1."""
    fraction = (at - window.start) / (window.end - window.start)
    return min(1.0, max(0.0, fraction))


def list_full_hours(window: Window, zone: tzinfo | None) -> list[datetime]:
    """Return the full local hours within a window, in UTC."""
    local = window.start.astimezone(zone)
    # Some zones are offset by half hours, so UTC hours will not do.
    first = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    hours = [first + n * _HOUR for n in range(_HOURS_PER_WINDOW + 2)]
    return [hour for hour in hours if window.start <= hour <= window.end]
