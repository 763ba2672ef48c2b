"""The window's chart: what was used by when, and where it is heading."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.domain import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.domain.snapshot import ProfileState
    from claude_tray.domain.totals import Totals
    from claude_tray.domain.window import Window
    from claude_tray.server.dashboard.viewer import Viewer

_WHOLE: Final = 100.0
_HOUR: Final = timedelta(hours=1)
_AIR: Final = 1.2
_ABOUT: Final = "\N{ALMOST EQUAL TO} "


class Step(NamedTuple):
    """What was used in a short while that ended at a moment."""

    until: datetime
    totals: Totals


class Point(NamedTuple):
    """How much had been used by a moment: percent, or tokens in and out."""

    at: datetime
    amount: float


class Curve(NamedTuple):
    """
    What the chart draws.

    Attributes:
        points: Up to now, the earliest first.
        limit: Where the limit is; None where it is not known.
        heading: Where it will be, and what is written there.
        usual: What the person's own windows use, without a limit.
        is_estimate: The newest points are reckoned, not told.
    """

    points: tuple[Point, ...]
    limit: float | None
    heading: tuple[Point, str] | None
    usual: float | None = None
    is_estimate: bool = False


def curve_of(
    state: ProfileState,
    window: Window,
    steps: Sequence[Step],
    viewer: Viewer,
) -> Curve:
    """Return the curve of an open window."""
    used = standing.share_of(state, viewer.now)
    if used is None:
        points = _points(window, steps, viewer.now, by_cost=False)
        heading = _tokens_heading(state, window, points, viewer)
        usual = state.pace.usual_tokens if state.pace else None
        return Curve(points, None, heading, usual[0] if usual else None)
    by_cost = not any(step.totals.unpriced for step in steps)
    points = _points(window, steps, viewer.now, by_cost=by_cost)
    is_old = standing.is_share_old(state, used, viewer.now)
    told_at = used.as_of if is_old else viewer.now
    then = max((p.amount for p in points if p.at <= told_at), default=0.0)
    unit = used.percent / then if then else 0.0
    shares = tuple(Point(p.at, p.amount * unit) for p in points)
    if not then:
        shares = (shares[0], Point(viewer.now, used.percent))
    is_over = used.percent >= _WHOLE
    heading = (
        None if is_old or is_over else _share_heading(state, window, viewer)
    )
    return Curve(shares, _WHOLE, heading, is_estimate=is_old)


def _points(
    window: Window,
    steps: Sequence[Step],
    now: datetime,
    *,
    by_cost: bool,
) -> tuple[Point, ...]:
    points = [Point(window.start, 0.0)]
    for step in steps:
        tokens = step.totals.tokens
        more = (
            step.totals.priced_cost
            if by_cost
            else tokens.input + tokens.output
        )
        points.append(Point(min(step.until, now), points[-1].amount + more))
    points.append(Point(now, points[-1].amount))
    return tuple(points)


def _share_heading(
    state: ProfileState,
    window: Window,
    viewer: Viewer,
) -> tuple[Point, str] | None:
    end = standing.limit_ahead(state, viewer.now)
    if end is not None:
        return Point(end, _WHOLE), viewer.clock(end)
    percent = state.pace.percent_at_reset if state.pace else None
    if percent is None:
        return None
    return Point(window.end, percent), viewer.tongue.percent(percent)


def _tokens_heading(
    state: ProfileState,
    window: Window,
    points: Sequence[Point],
    viewer: Viewer,
) -> tuple[Point, str] | None:
    if state.pace is None or not state.pace.tokens_per_minute:
        return None
    minutes = (window.end - viewer.now) / timedelta(minutes=1)
    amount = points[-1].amount + state.pace.tokens_per_minute * minutes
    return Point(window.end, amount), _ABOUT + viewer.tongue.tokens(
        int(amount)
    )


def drawn(curve: Curve, window: Window, tone: str, viewer: Viewer) -> str:
    """Return the curve as the JSON that charts.js draws; times in seconds."""
    hours = hours_of(window, viewer)
    about = _ABOUT if curve.is_estimate else ""
    most = max(p.amount for p in curve.points)
    top = max(most, curve.limit or 0, curve.usual or 0, _heading_amount(curve))
    shape: dict[str, Any] = {
        "start": window.start.timestamp(),
        "end": window.end.timestamp(),
        "top": top * (1 if curve.limit else _AIR) or 1,
        "limit": curve.limit,
        "usual": curve.usual,
        "usualWords": f"usual {viewer.tongue.tokens(int(curve.usual or 0))}",
        "tone": tone if tone in {"ok", "warning", "critical"} else "soft",
        "points": [
            [p.at.timestamp(), round(p.amount, 3)] for p in curve.points
        ],
        "words": [about + amount_of(p, curve, viewer) for p in curve.points],
        "clocks": [viewer.clock(p.at) for p in curve.points],
        "label": about + amount_of(curve.points[-1], curve, viewer),
        "hours": [hour.timestamp() for hour in hours],
        "hourWords": [viewer.tongue.clock(h, viewer.zone) for h in hours],
        "heading": None,
    }
    if curve.heading:
        point, words = curve.heading
        shape["heading"] = [point.at.timestamp(), point.amount, words]
    return json.dumps(shape, separators=(",", ":"))


def amount_of(point: Point, curve: Curve, viewer: Viewer) -> str:
    """Return how much had been used, as a person reads it."""
    if curve.limit:
        return viewer.tongue.percent(point.amount)
    return viewer.tongue.tokens(int(point.amount))


def _heading_amount(curve: Curve) -> float:
    return curve.heading[0].amount if curve.heading else 0.0


def hours_of(window: Window, viewer: Viewer) -> list[datetime]:
    """Return the full hours of the wall's clock in a window."""
    local = window.start.astimezone(viewer.zone)
    first = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    hours = [first + number * _HOUR for number in range(7)]
    return [hour for hour in hours if window.start <= hour <= window.end]
