"""Build the chart of a window: positions from 0 to 1, and their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.current_limits import FULL_PERCENT
from claude_tray.core.status import AccountStatus
from claude_tray.core.windows import WINDOW_LENGTH, Window
from claude_tray.presentation.curve import (
    HEADROOM,
    CurveStep,
    UsageCurve,
    build_curve,
    compute_elapsed_fraction,
    list_full_hours,
)
from claude_tray.presentation.limit_text import format_limit_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.presentation.context import ViewContext
    from claude_tray.presentation.reported_curve import CurvePoint


APPROXIMATELY: Final = "\N{ALMOST EQUAL TO} "


class ChartPoint(NamedTuple):
    """A point of the curve, 0 to 1 on both axes, and its label."""

    x: float
    y: float
    label: str


class Projection(NamedTuple):
    """
    Projected end of the curve.

    Attributes:
        x: 0 to 1, the end of the window.
        y: 0 to 1, the upper edge.
        label: Percentage, tokens or time of day at that point.
        is_limit: The limit is hit before the reset.
    """

    x: float
    y: float
    label: str
    is_limit: bool


class ReferenceLine(NamedTuple):
    """A horizontal line, such as the user's typical usage."""

    y: float
    label: str


class WindowChart(NamedTuple):
    """
    The chart of a window; all positions are 0 to 1.

    Attributes:
        label: The chart in words, for screen readers.
        hour_marks: Position and label of each full hour.
        curve: Usage so far.
        now: End of the curve; None without a window.
        projection: Projected end.
        limit_label: Label of the upper edge; empty without a limit.
        has_even_pace: Draw the diagonal of an even pace.
        is_limit_near: The limit is reached, or will be before the reset.
        status: Selects the color of the projection.
        reference_lines: Further horizontal lines.
        empty_text: Text shown instead of a curve.
    """

    label: str
    hour_marks: tuple[tuple[float, str], ...]
    curve: tuple[ChartPoint, ...] = ()
    now: ChartPoint | None = None
    projection: Projection | None = None
    limit_label: str = ""
    has_even_pace: bool = False
    is_limit_near: bool = False
    status: AccountStatus = AccountStatus.UNKNOWN
    reference_lines: tuple[ReferenceLine, ...] = ()
    empty_text: str = ""


def build_chart(
    context: ViewContext,
    steps: Sequence[CurveStep],
    step_ms: int,
    reports: Sequence[tuple[int, float]] = (),
) -> WindowChart | None:
    """
    Build the chart of the context's open window.

    None for an account without a 5-hour limit.

    Args:
        context: Account, time and formats.
        steps: Usage of the window, oldest first.
        step_ms: Length of a step in milliseconds.
        reports: Reported percentages with their times, as `build_curve`.
    """
    window = context.window
    if window is None:
        has_window = context.account is None or context.account.has_window
        return _build_idle_chart(context) if has_window else None
    curve = build_curve(context, window, steps, step_ms, reports)
    return build_window_chart(context, window, curve)


def build_window_chart(
    context: ViewContext, window: Window, curve: UsageCurve
) -> WindowChart:
    """Build the chart of an open window from its curve."""
    if curve.has_limit:
        return _build_limit_chart(context, window, curve)
    return _build_token_chart(context, window, curve)


def describe_curve(
    context: ViewContext, window: Window, curve: UsageCurve
) -> str:
    """Describe a curve in one sentence, for screen readers."""
    gettext = context.translator.gettext
    amount = _format_current_amount(context, curve)
    values = {
        "start": context.format_clock(window.start),
        "end": context.format_clock(window.end),
    }
    if curve.has_limit:
        return gettext(
            "Limit usage from {start} to {end}: {percent} so far.",
            percent=amount,
            **values,
        )
    return gettext(
        "Tokens in and out from {start} to {end}: {tokens} so far.",
        tokens=amount,
        **values,
    )


def format_amount(
    context: ViewContext, curve: UsageCurve, amount: float
) -> str:
    """Format an amount of a curve, as "38%", "62% left" or "299K"."""
    if curve.has_limit:
        return context.format_usage(amount)
    return context.translator.format_tokens(int(amount))


def _build_idle_chart(context: ViewContext) -> WindowChart:
    gettext = context.translator.gettext
    window_length = context.translator.format_duration(WINDOW_LENGTH)
    return WindowChart(
        label=gettext("No window is open."),
        hour_marks=((0.0, gettext("now")), (1.0, f"+{window_length}")),
        has_even_pace=True,
        empty_text=gettext("Nothing used yet"),
    )


def _build_limit_chart(
    context: ViewContext, window: Window, curve: UsageCurve
) -> WindowChart:
    projection = _build_projection(context, window, curve)
    limit = context.window_limit
    is_full = (
        context.usage is None or context.usage.percent_or_zero >= FULL_PERCENT
    )
    return WindowChart(
        label=describe_curve(context, window, curve),
        hour_marks=_build_hour_marks(context, window),
        curve=_build_points(context, window, curve),
        now=_build_current_point(context, window, curve),
        projection=projection,
        limit_label=context.translator.gettext("limit"),
        has_even_pace=True,
        is_limit_near=is_full
        or (projection is not None and projection.is_limit),
        status=AccountStatus(limit.severity) if limit else AccountStatus.LIMIT,
    )


def _build_token_chart(
    context: ViewContext, window: Window, curve: UsageCurve
) -> WindowChart:
    return WindowChart(
        label=describe_curve(context, window, curve),
        hour_marks=_build_hour_marks(context, window),
        curve=_build_points(context, window, curve),
        now=_build_current_point(context, window, curve),
        projection=_build_projection(context, window, curve),
        reference_lines=_build_reference_lines(context, curve),
    )


def _build_current_point(
    context: ViewContext, window: Window, curve: UsageCurve
) -> ChartPoint:
    return ChartPoint(
        compute_elapsed_fraction(window, context.now),
        min(1.0, curve.amount / curve.top),
        _format_current_amount(context, curve),
    )


def _format_current_amount(context: ViewContext, curve: UsageCurve) -> str:
    """Format usage now; the end of an extrapolated curve is no report."""
    limit = context.window_limit
    if curve.is_estimate and limit is not None:
        return format_limit_value(limit, context)
    return format_amount(context, curve, curve.amount)


def _build_projection(
    context: ViewContext, window: Window, curve: UsageCurve
) -> Projection | None:
    projection = curve.projection
    if projection is None:
        return None
    if projection.is_limit:
        label = context.format_clock(projection.at)
    else:
        label = format_amount(context, curve, projection.amount)
        label = label if curve.has_limit else APPROXIMATELY + label
    return Projection(
        compute_elapsed_fraction(window, projection.at),
        min(1.0, projection.amount / curve.top),
        label,
        projection.is_limit,
    )


def _build_points(
    context: ViewContext, window: Window, curve: UsageCurve
) -> tuple[ChartPoint, ...]:
    return tuple(
        ChartPoint(
            compute_elapsed_fraction(window, point.at),
            min(1.0, point.amount / curve.top),
            _format_point_label(context, curve, point),
        )
        for point in curve.points
    )


def _format_point_label(
    context: ViewContext, curve: UsageCurve, point: CurvePoint
) -> str:
    translator = context.translator
    if curve.has_limit:
        text = APPROXIMATELY + translator.format_percent(point.amount)
    else:
        text = translator.format_tokens(int(point.amount))
    return f"{context.format_clock(point.at)} \N{MIDDLE DOT} {text}"


def _build_reference_lines(
    context: ViewContext, curve: UsageCurve
) -> tuple[ReferenceLine, ...]:
    if curve.typical_tokens is None:
        return ()
    gettext, format_tokens = (
        context.translator.gettext,
        context.translator.format_tokens,
    )
    median, high = curve.typical_tokens
    text = gettext("typical {n}", n=format_tokens(median))
    lines = [ReferenceLine(median / curve.top, text)]
    # Two labels closer than this would overlap.
    if high > median * HEADROOM:
        text = gettext("busy day {n}", n=format_tokens(high))
        lines.append(ReferenceLine(high / curve.top, text))
    return tuple(lines)


def _build_hour_marks(
    context: ViewContext, window: Window
) -> tuple[tuple[float, str], ...]:
    return tuple(
        (compute_elapsed_fraction(window, hour), context.format_clock(hour))
        for hour in list_full_hours(window, context.zone)
    )
