"""The window's chart: what was used by when, and where it is heading."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core import status
from claude_tray.core.status import (
    CRITICAL_PERCENT,
    WARNING_PERCENT,
    get_blocked_until,
    get_open_window,
)
from claude_tray.core.totals import ZERO_TOTALS, Totals
from claude_tray.core.windows import ValueSource
from claude_tray.i18n.translator import ENGLISH
from claude_tray.server.dashboard.status_text import describe_status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.snapshot import AccountSnapshot, LimitUsage
    from claude_tray.core.windows import Window
    from claude_tray.server.dashboard.page_context import PageContext
    from claude_tray.server.dashboard.status_text import StatusText


_FULL_PERCENT: Final = 100.0
_HOUR: Final = timedelta(hours=1)
_HEADROOM: Final = 1.2
_APPROXIMATELY: Final = "\N{ALMOST EQUAL TO} "


class UsageStep(NamedTuple):
    """What was used in a short while that ended at a moment."""

    until: datetime
    totals: Totals


class WindowCurvePoint(NamedTuple):
    """How much had been used by a moment: percent, or tokens in and out."""

    at: datetime
    amount: float


class WindowCurve(NamedTuple):
    """
    What the chart draws.

    Attributes:
        points: Up to now, the earliest first.
        limit: Where the limit is; None where it is not known.
        projection: Where it will be, and what is written there.
        typical_tokens: What the person's own windows use, without a limit.
        is_estimate: The newest points are reckoned, not told.
    """

    points: tuple[WindowCurvePoint, ...]
    limit: float | None
    projection: tuple[WindowCurvePoint, str] | None
    typical_tokens: float | None = None
    is_estimate: bool = False


def build_curve(
    snapshot: AccountSnapshot,
    window: Window,
    steps: Sequence[UsageStep],
    context: PageContext,
) -> WindowCurve:
    """Return the curve of an open window."""
    limit_usage = status.get_current_usage(snapshot, context.now)
    if limit_usage is None:
        points = _accumulate_points(window, steps, context.now, by_cost=False)
        projection = _project_tokens(snapshot, window, points, context)
        typical_tokens = (
            snapshot.pace.typical_tokens if snapshot.pace else None
        )
        return WindowCurve(
            points,
            None,
            projection,
            typical_tokens[0] if typical_tokens else None,
        )
    by_cost = not any(step.totals.unpriced for step in steps)
    points = _accumulate_points(window, steps, context.now, by_cost=by_cost)
    is_stale = status.is_usage_stale(snapshot, limit_usage, context.now)
    measured_at = limit_usage.as_of if is_stale else context.now
    amount_at_measurement = max(
        (p.amount for p in points if p.at <= measured_at), default=0.0
    )
    percent_per_amount = (
        limit_usage.percent / amount_at_measurement
        if amount_at_measurement
        else 0.0
    )
    scaled_points = tuple(
        WindowCurvePoint(p.at, p.amount * percent_per_amount) for p in points
    )
    if not amount_at_measurement:
        scaled_points = (
            scaled_points[0],
            WindowCurvePoint(context.now, limit_usage.percent),
        )
    is_over = limit_usage.percent >= _FULL_PERCENT
    projection = (
        None
        if is_stale or is_over
        else _project_percent(snapshot, window, context)
    )
    return WindowCurve(
        scaled_points, _FULL_PERCENT, projection, is_estimate=is_stale
    )


def _accumulate_points(
    window: Window,
    steps: Sequence[UsageStep],
    now: datetime,
    *,
    by_cost: bool,
) -> tuple[WindowCurvePoint, ...]:
    points = [WindowCurvePoint(window.start, 0.0)]
    for step in steps:
        tokens = step.totals.tokens
        amount = (
            step.totals.priced_cost
            if by_cost
            else tokens.input + tokens.output
        )
        points.append(
            WindowCurvePoint(min(step.until, now), points[-1].amount + amount)
        )
    points.append(WindowCurvePoint(now, points[-1].amount))
    return tuple(points)


def _project_percent(
    snapshot: AccountSnapshot,
    window: Window,
    context: PageContext,
) -> tuple[WindowCurvePoint, str] | None:
    limit_at = status.get_projected_limit_at(snapshot, context.now)
    if limit_at is not None:
        return WindowCurvePoint(limit_at, _FULL_PERCENT), context.format_clock(
            limit_at
        )
    percent = snapshot.pace.percent_at_reset if snapshot.pace else None
    if percent is None:
        return None
    return WindowCurvePoint(
        window.end, percent
    ), context.translator.format_percent(percent)


def _project_tokens(
    snapshot: AccountSnapshot,
    window: Window,
    points: Sequence[WindowCurvePoint],
    context: PageContext,
) -> tuple[WindowCurvePoint, str] | None:
    if snapshot.pace is None or not snapshot.pace.tokens_per_minute:
        return None
    minutes = (window.end - context.now) / timedelta(minutes=1)
    amount = points[-1].amount + snapshot.pace.tokens_per_minute * minutes
    return WindowCurvePoint(
        window.end, amount
    ), _APPROXIMATELY + context.translator.format_tokens(int(amount))


def format_curve_json(
    curve: WindowCurve, window: Window, tone: str, context: PageContext
) -> str:
    """Return the curve as the JSON that charts.js draws; times in seconds."""
    hours = list_full_hours(window, context)
    prefix = _APPROXIMATELY if curve.is_estimate else ""
    peak = max(p.amount for p in curve.points)
    top = max(
        peak,
        curve.limit or 0,
        curve.typical_tokens or 0,
        _get_projected_amount(curve),
    )
    chart: dict[str, Any] = {
        "start": window.start.timestamp(),
        "end": window.end.timestamp(),
        "top": top * (1 if curve.limit else _HEADROOM) or 1,
        "limit": curve.limit,
        "usual": curve.typical_tokens,
        "usualWords": f"usual {context.translator.format_tokens(int(curve.typical_tokens or 0))}",
        "tone": tone if tone in {"ok", "warning", "critical"} else "soft",
        "points": [
            [p.at.timestamp(), round(p.amount, 3)] for p in curve.points
        ],
        "words": [
            prefix + format_amount(p, curve, context) for p in curve.points
        ],
        "clocks": [context.format_clock(p.at) for p in curve.points],
        "label": prefix + format_amount(curve.points[-1], curve, context),
        "hours": [hour.timestamp() for hour in hours],
        "hourWords": [
            context.translator.format_clock(h, context.zone) for h in hours
        ],
        "heading": None,
    }
    if curve.projection:
        point, label = curve.projection
        chart["heading"] = [point.at.timestamp(), point.amount, label]
    return json.dumps(chart, separators=(",", ":"))


def format_amount(
    point: WindowCurvePoint, curve: WindowCurve, context: PageContext
) -> str:
    """Return how much had been used, as a person reads it."""
    if curve.limit:
        return context.translator.format_percent(point.amount)
    return context.translator.format_tokens(int(point.amount))


def _get_projected_amount(curve: WindowCurve) -> float:
    return curve.projection[0].amount if curve.projection else 0.0


def list_full_hours(window: Window, context: PageContext) -> list[datetime]:
    """Return the full hours of the wall's clock in a window."""
    local = window.start.astimezone(context.zone)
    first_hour = local.replace(minute=0, second=0, microsecond=0).astimezone(
        UTC
    )
    hours = [first_hour + offset * _HOUR for offset in range(7)]
    return [hour for hour in hours if window.start <= hour <= window.end]


_WEEK: Final = timedelta(days=7)
_HALF_HOUR: Final = timedelta(minutes=30)
_GAUGE_NAMES: Final = {"seven_day": "Week \N{MIDDLE DOT} all models"}
_WEEKLY_PREFIX: Final = "seven_day_"


class WeeklyGauge(NamedTuple):
    """A weekly limit; the tick is how much of the week is over, 0 to 100."""

    name: str
    percent: float
    tone: str
    tick: float | None
    resets_at: datetime | None


class HalfHourRow(NamedTuple):
    """What had been used by the end of a half hour."""

    until: datetime
    totals: Totals
    used: str


class WindowCard(NamedTuple):
    """
    What the card says.

    Attributes:
        account: Whose window it is; "" with one account.
        until: When the countdown ends: the reset, or the end of a limit.
        points: The chart, as JSON; "" without an open window.
        spoken: The chart in words.
        notes: What is not certain.
    """

    account: str
    standing: StatusText
    left: timedelta | None
    until: datetime | None
    is_about: bool
    rate: str
    notes: tuple[str, ...]
    gauges: tuple[WeeklyGauge, ...]
    points: str
    spoken: str
    rows: tuple[HalfHourRow, ...]
    has_shares: bool

    @property
    def seconds_left(self) -> int:
        return int(self.left / timedelta(seconds=1)) if self.left else 0


def build_card(
    snapshot: AccountSnapshot | None,
    steps: Sequence[UsageStep],
    notes: Sequence[str],
    context: PageContext,
) -> WindowCard:
    """
    Return the card of an account.

    Args:
        snapshot: How the account stands; None before anything was sent.
        steps: What its window was made of, the earliest first.
        notes: What makes the window uncertain.
        context: Who looks.
    """
    status = describe_status(snapshot, context)
    window = get_open_window(snapshot, context.now)
    blocked_until = get_blocked_until(snapshot, context.now)
    until = blocked_until or (window.end if window else None)
    curve = None
    if snapshot is not None and window is not None:
        curve = build_curve(snapshot, window, steps, context)
    return WindowCard(
        account=snapshot.name if snapshot else "",
        standing=status,
        left=until - context.now if until else None,
        until=until,
        is_about=bool(window and window.source is ValueSource.ESTIMATED),
        rate=_format_rate(snapshot),
        notes=tuple(notes),
        gauges=_build_gauges(snapshot, context.now),
        points=(
            format_curve_json(curve, window, status.tone, context)
            if curve and window
            else ""
        ),
        spoken=_describe_chart(curve, window, context),
        rows=_build_half_hour_rows(curve, window, steps, context),
        has_shares=bool(curve and curve.limit),
    )


def _build_gauges(
    snapshot: AccountSnapshot | None, now: datetime
) -> tuple[WeeklyGauge, ...]:
    weekly = snapshot.weekly if snapshot else ()
    return tuple(
        WeeklyGauge(
            _format_gauge_name(limit_usage.name),
            limit_usage.percent,
            _classify_tone(limit_usage.percent),
            _compute_elapsed_percent(limit_usage, now),
            limit_usage.resets_at,
        )
        for limit_usage in weekly
        if limit_usage.resets_at is None or limit_usage.resets_at > now
    )


def _format_gauge_name(name: str) -> str:
    rest = name.removeprefix(_WEEKLY_PREFIX).replace("_", " ")
    return _GAUGE_NAMES.get(name, f"Week \N{MIDDLE DOT} {rest.capitalize()}")


def _classify_tone(percent: float) -> str:
    if percent >= CRITICAL_PERCENT:
        return "critical"
    return "warning" if percent >= WARNING_PERCENT else "ok"


def _compute_elapsed_percent(
    limit_usage: LimitUsage, now: datetime
) -> float | None:
    if limit_usage.resets_at is None:
        return None
    return 100 * (1 - (limit_usage.resets_at - now) / _WEEK)


def _format_rate(snapshot: AccountSnapshot | None) -> str:
    pace = snapshot.pace if snapshot else None
    if pace is None or not pace.tokens_per_minute:
        return ""
    tokens = ENGLISH.format_tokens(round(pace.tokens_per_minute))
    text = f"{tokens} tokens in and out a minute"
    if pace.cost_per_hour is None:
        return text
    return f"{text} \N{MIDDLE DOT} ${pace.cost_per_hour:,.2f} an hour"


def _describe_chart(
    curve: WindowCurve | None, window: Window | None, context: PageContext
) -> str:
    if curve is None or window is None:
        return ""
    start, end = (
        context.format_clock(window.start),
        context.format_clock(window.end),
    )
    amount = format_amount(curve.points[-1], curve, context)
    if curve.limit:
        return f"Use of the limit from {start} to {end}: {amount} so far."
    return f"Tokens in and out from {start} to {end}: {amount} so far."


def _build_half_hour_rows(
    curve: WindowCurve | None,
    window: Window | None,
    steps: Sequence[UsageStep],
    context: PageContext,
) -> tuple[HalfHourRow, ...]:
    """Return the figures of the window by half hours, up to now."""
    if curve is None or window is None:
        return ()
    rows: list[HalfHourRow] = []
    until = window.start
    while until < context.now:
        until = min(until + _HALF_HOUR, context.now)
        totals = ZERO_TOTALS
        for step in steps:
            if step.until <= until:
                totals = totals.plus(step.totals)
        last_point = [point for point in curve.points if point.at <= until][-1]
        rows.append(
            HalfHourRow(
                until, totals, format_amount(last_point, curve, context)
            )
        )
    return tuple(rows)
