"""The chart: what was used so far, and where it is heading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.windows import WINDOW_LENGTH
from claude_tray.store.usage_queries import TIME_BUCKET_MS
from claude_tray.ui.popup.presenter.context import FULL_PERCENT
from claude_tray.ui.popup.view_model import (
    ChartPoint,
    Projection,
    ReferenceLine,
    WindowChart,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.snapshot import Pace
    from claude_tray.core.windows import Window
    from claude_tray.store.usage_queries import TimeBucket
    from claude_tray.ui.popup.presenter.context import PopupContext


class CumulativePoint(NamedTuple):
    """How much had been used by a moment, in whatever is counted."""

    at_ms: int
    amount: float


class CurvePoint(NamedTuple):
    """A place on the curve and the moment it stands for."""

    x: float
    y: float
    time: datetime


def build_cumulative_points(
    context: PopupContext, *, has_cost: bool
) -> list[CumulativePoint]:
    """Return what had been used by the end of each step."""
    buckets = context.data.breakdown.buckets
    by_cost = has_cost and not any(bucket.unpriced for bucket in buckets)
    points: list[CumulativePoint] = []
    amount = 0.0
    for bucket in buckets:
        amount += _get_bucket_amount(bucket, by_cost=by_cost)
        points.append(CumulativePoint(bucket.end_ms, amount))
    return points


def _get_bucket_amount(bucket: TimeBucket, *, by_cost: bool) -> int:
    return bucket.cost if by_cost else bucket.tokens


def find_amount_at(points: Sequence[CumulativePoint], at_ms: int) -> float:
    """Return what had been used by a moment."""
    amounts = [
        point.amount
        for point in points
        if point.at_ms - TIME_BUCKET_MS <= at_ms
    ]
    return amounts[-1] if amounts else 0.0


def build_curve(
    context: PopupContext,
    window: Window,
    cumulative: Sequence[CumulativePoint],
    scale: float,
) -> list[CurvePoint]:
    """Return the curve up to now; it is flat where nothing was used."""
    start_ms = int(window.start.timestamp() * 1000)
    points = [(start_ms, 0.0)]
    for at_ms, amount in cumulative:
        if at_ms - points[-1][0] > TIME_BUCKET_MS:
            points.append((at_ms - TIME_BUCKET_MS, points[-1][1]))
        points.append((at_ms, amount))
    now_ms = int(context.now.timestamp() * 1000)
    clipped = [(min(at_ms, now_ms), amount) for at_ms, amount in points]
    clipped.append((now_ms, points[-1][1]))
    return [
        CurvePoint(
            compute_elapsed_fraction(window, _from_epoch_ms(at_ms)),
            amount * scale,
            _from_epoch_ms(at_ms),
        )
        for at_ms, amount in clipped
    ]


def compute_elapsed_fraction(window: Window, time: datetime) -> float:
    """Return how much of a window is over at a moment, 0 to 1."""
    fraction = (time - window.start) / (window.end - window.start)
    return min(1.0, max(0.0, fraction))


def _from_epoch_ms(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


_APPROXIMATELY: Final = "\N{ALMOST EQUAL TO} "
_HOUR: Final = timedelta(hours=1)
# Air above what would otherwise touch the edge.
_HEADROOM: Final = 1.2


def build_chart(context: PopupContext) -> WindowChart:
    """Return the picture of the window."""
    window = context.window
    if window is None:
        return _build_idle_chart(context)
    percent = _find_used_percent(context)
    if percent is not None:
        return _build_limit_chart(context, window, percent)
    return _build_token_chart(context, window)


def _find_used_percent(context: PopupContext) -> float | None:
    """Return the share that is known to be used."""
    if context.usage is not None:
        return context.usage.percent
    is_full = (
        context.blocked_until is not None
        and not context.is_weekly_limit_reached
    )
    return FULL_PERCENT if is_full else None


def _build_idle_chart(context: PopupContext) -> WindowChart:
    gettext = context.translator.gettext
    window_length = context.translator.format_duration(WINDOW_LENGTH)
    return WindowChart(
        label=gettext("No window is open."),
        hour_marks=((0.0, gettext("now")), (1.0, f"+{window_length}")),
        has_even_pace=True,
        empty_text=gettext("Nothing used yet"),
    )


def _build_limit_chart(
    context: PopupContext, window: Window, percent: float
) -> WindowChart:
    gettext, translator = context.translator.gettext, context.translator
    usage = context.usage
    observed_at = (
        usage.as_of if usage and context.is_usage_stale else context.now
    )
    cumulative = build_cumulative_points(context, has_cost=True)
    observed_amount = find_amount_at(
        cumulative, int(observed_at.timestamp() * 1000)
    )
    unit = percent / FULL_PERCENT / observed_amount if observed_amount else 0.0
    curve = build_curve(context, window, cumulative, unit)
    fraction = curve[-1].y if observed_amount else percent / FULL_PERCENT
    text = context.format_usage(fraction * FULL_PERCENT)
    now = ChartPoint(
        compute_elapsed_fraction(window, context.now),
        min(1.0, fraction),
        _APPROXIMATELY + text if context.is_usage_stale else text,
    )
    projection = (
        None if context.blocked_until else _build_projection(context, window)
    )
    return WindowChart(
        label=gettext(
            "Use of the limit from {start} to {end}: {percent} so far.",
            start=translator.format_clock(window.start, context.zone),
            end=translator.format_clock(window.end, context.zone),
            percent=text,
        ),
        hour_marks=_build_hour_marks(context, window),
        curve=_build_percent_points(context, curve) if observed_amount else (),
        now=now,
        projection=projection,
        limit_label=gettext("limit"),
        has_even_pace=True,
        is_limit_near=percent >= FULL_PERCENT
        or (projection is not None and projection.is_limit),
    )


def _build_projection(
    context: PopupContext, window: Window
) -> Projection | None:
    pace = context.account_state.pace if context.account_state else None
    if pace is None or context.is_usage_stale:
        return None
    if (limit_at := context.projected_limit_at) is not None:
        text = context.translator.format_clock(limit_at, context.zone)
        return Projection(
            compute_elapsed_fraction(window, limit_at),
            1.0,
            text,
            is_limit=True,
        )
    if pace.percent_at_reset is None:
        return None
    fraction = min(1.0, pace.percent_at_reset / FULL_PERCENT)
    text = context.format_usage(pace.percent_at_reset)
    return Projection(1.0, fraction, text, is_limit=False)


def _build_token_chart(context: PopupContext, window: Window) -> WindowChart:
    gettext, translator = context.translator.gettext, context.translator
    pace = context.account_state.pace if context.account_state else None
    cumulative = build_cumulative_points(context, has_cost=False)
    used_tokens = cumulative[-1].amount if cumulative else 0.0
    projected_tokens = _project_tokens(context, window, pace, used_tokens)
    typical_tokens = pace.typical_tokens if pace else None
    top = (
        max(used_tokens, projected_tokens or 0.0, *(typical_tokens or (1.0,)))
        * _HEADROOM
    )
    curve = build_curve(context, window, cumulative, 1 / top)
    text = translator.format_tokens(int(used_tokens))
    return WindowChart(
        label=gettext(
            "Tokens in and out from {start} to {end}: {tokens} so far.",
            start=translator.format_clock(window.start, context.zone),
            end=translator.format_clock(window.end, context.zone),
            tokens=text,
        ),
        hour_marks=_build_hour_marks(context, window),
        curve=tuple(
            ChartPoint(
                point.x,
                point.y,
                _format_point_label(
                    context,
                    point.time,
                    translator.format_tokens(int(point.y * top)),
                ),
            )
            for point in curve
        ),
        now=ChartPoint(
            compute_elapsed_fraction(window, context.now),
            used_tokens / top,
            text,
        ),
        projection=Projection(
            1.0,
            projected_tokens / top,
            _APPROXIMATELY + translator.format_tokens(int(projected_tokens)),
            is_limit=False,
        )
        if projected_tokens
        else None,
        reference_lines=_build_reference_lines(context, typical_tokens, top),
    )


def _project_tokens(
    context: PopupContext,
    window: Window,
    pace: Pace | None,
    used_tokens: float,
) -> float | None:
    """Return the tokens there will be at the reset, at this pace."""
    if pace is None or not pace.tokens_per_minute:
        return None
    minutes_left = (window.end - context.now) / timedelta(minutes=1)
    return used_tokens + pace.tokens_per_minute * minutes_left


def _build_reference_lines(
    context: PopupContext,
    typical_tokens: tuple[int, int] | None,
    top: float,
) -> tuple[ReferenceLine, ...]:
    if typical_tokens is None:
        return ()
    gettext, format_tokens = (
        context.translator.gettext,
        context.translator.format_tokens,
    )
    median, high = typical_tokens
    lines = [
        ReferenceLine(
            median / top, gettext("usual {n}", n=format_tokens(median))
        )
    ]
    if high > median * _HEADROOM:
        text = gettext("seldom over {n}", n=format_tokens(high))
        lines.append(ReferenceLine(high / top, text))
    return tuple(lines)


def _build_percent_points(
    context: PopupContext, curve: Sequence[CurvePoint]
) -> tuple[ChartPoint, ...]:
    return tuple(
        ChartPoint(
            point.x,
            min(1.0, point.y),
            _format_point_label(
                context,
                point.time,
                _APPROXIMATELY + _format_fraction(context, point.y),
            ),
        )
        for point in curve
    )


def _format_fraction(context: PopupContext, fraction: float) -> str:
    return context.translator.format_percent(fraction * FULL_PERCENT)


def _format_point_label(context: PopupContext, at: datetime, text: str) -> str:
    clock = context.translator.format_clock(at, context.zone)
    return f"{clock} \N{MIDDLE DOT} {text}"


def _build_hour_marks(
    context: PopupContext, window: Window
) -> tuple[tuple[float, str], ...]:
    """Return the full hours of the wall's clock in the window."""
    local = window.start.astimezone(context.zone)
    first = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    hours = [first + number * _HOUR for number in range(7)]
    return tuple(
        (
            compute_elapsed_fraction(window, hour),
            context.translator.format_clock(hour, context.zone),
        )
        for hour in hours
        if window.start <= hour <= window.end
    )
