"""The card of a 5-hour window."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.standing import (
    CRITICAL_PERCENT,
    WARNING_PERCENT,
    open_window,
    stopped_until,
)
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.domain.window import Source
from claude_tray.server.dashboard import curve as curves
from claude_tray.server.dashboard.standing import standing_of
from claude_tray.words.tongue import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.domain.snapshot import ProfileState, Used
    from claude_tray.domain.window import Window
    from claude_tray.server.dashboard.curve import Curve, Step
    from claude_tray.server.dashboard.standing import Standing
    from claude_tray.server.dashboard.viewer import Viewer

_WEEK: Final = timedelta(days=7)
_HALF_HOUR: Final = timedelta(minutes=30)
_NAMES: Final = {"seven_day": "Week \N{MIDDLE DOT} all models"}
_PREFIX: Final = "seven_day_"


class Gauge(NamedTuple):
    """A weekly limit; the tick is how much of the week is over, 0 to 100."""

    name: str
    percent: float
    tone: str
    tick: float | None
    resets_at: datetime | None


class Row(NamedTuple):
    """What had been used by the end of a half hour."""

    until: datetime
    totals: Totals
    used: str


class Card(NamedTuple):
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
    standing: Standing
    left: timedelta | None
    until: datetime | None
    is_about: bool
    rate: str
    notes: tuple[str, ...]
    gauges: tuple[Gauge, ...]
    points: str
    spoken: str
    rows: tuple[Row, ...]
    has_shares: bool

    @property
    def seconds_left(self) -> int:
        return int(self.left / timedelta(seconds=1)) if self.left else 0


def card_of(
    state: ProfileState | None,
    steps: Sequence[Step],
    notes: Sequence[str],
    viewer: Viewer,
) -> Card:
    """
    Return the card of an account.

    Args:
        state: How the account stands; None before anything was sent.
        steps: What its window was made of, the earliest first.
        notes: What makes the window uncertain.
        viewer: Who looks.
    """
    standing = standing_of(state, viewer)
    window = open_window(state, viewer.now)
    stopped = stopped_until(state, viewer.now)
    until = stopped or (window.end if window else None)
    curve = None
    if state is not None and window is not None:
        curve = curves.curve_of(state, window, steps, viewer)
    return Card(
        account=state.name if state else "",
        standing=standing,
        left=until - viewer.now if until else None,
        until=until,
        is_about=bool(window and window.source is Source.ESTIMATED),
        rate=_rate(state),
        notes=tuple(notes),
        gauges=_gauges(state, viewer.now),
        points=(
            curves.drawn(curve, window, standing.tone, viewer)
            if curve and window
            else ""
        ),
        spoken=_spoken(curve, window, viewer),
        rows=_rows(curve, window, steps, viewer),
        has_shares=bool(curve and curve.limit),
    )


def _gauges(state: ProfileState | None, now: datetime) -> tuple[Gauge, ...]:
    weekly = state.weekly if state else ()
    return tuple(
        Gauge(
            _name(used.name),
            used.percent,
            _tone(used.percent),
            _gone(used, now),
            used.resets_at,
        )
        for used in weekly
        if used.resets_at is None or used.resets_at > now
    )


def _name(name: str) -> str:
    rest = name.removeprefix(_PREFIX).replace("_", " ")
    return _NAMES.get(name, f"Week \N{MIDDLE DOT} {rest.capitalize()}")


def _tone(percent: float) -> str:
    if percent >= CRITICAL_PERCENT:
        return "critical"
    return "warning" if percent >= WARNING_PERCENT else "ok"


def _gone(used: Used, now: datetime) -> float | None:
    if used.resets_at is None:
        return None
    return 100 * (1 - (used.resets_at - now) / _WEEK)


def _rate(state: ProfileState | None) -> str:
    pace = state.pace if state else None
    if pace is None or not pace.tokens_per_minute:
        return ""
    tokens = ENGLISH.tokens(round(pace.tokens_per_minute))
    text = f"{tokens} tokens in and out a minute"
    if pace.cost_per_hour is None:
        return text
    return f"{text} \N{MIDDLE DOT} ${pace.cost_per_hour:,.2f} an hour"


def _spoken(curve: Curve | None, window: Window | None, viewer: Viewer) -> str:
    if curve is None or window is None:
        return ""
    start, end = viewer.clock(window.start), viewer.clock(window.end)
    amount = curves.amount_of(curve.points[-1], curve, viewer)
    if curve.limit:
        return f"Use of the limit from {start} to {end}: {amount} so far."
    return f"Tokens in and out from {start} to {end}: {amount} so far."


def _rows(
    curve: Curve | None,
    window: Window | None,
    steps: Sequence[Step],
    viewer: Viewer,
) -> tuple[Row, ...]:
    """Return the figures of the window by half hours, up to now."""
    if curve is None or window is None:
        return ()
    rows: list[Row] = []
    until = window.start
    while until < viewer.now:
        until = min(until + _HALF_HOUR, viewer.now)
        totals = NOTHING
        for step in steps:
            if step.until <= until:
                totals = totals.plus(step.totals)
        last = [point for point in curve.points if point.at <= until][-1]
        rows.append(Row(until, totals, curves.amount_of(last, curve, viewer)))
    return tuple(rows)
