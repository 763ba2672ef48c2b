"""The chart: what was used so far, and where it is heading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.domain.window import WINDOW_LENGTH
from claude_tray.popup.curve import (
    Point,
    amount_at,
    curve_of,
    place,
    sums_of,
)
from claude_tray.popup.moment import WHOLE_PERCENT
from claude_tray.popup.plot import Chart, Goal, Level, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.domain.snapshot import Pace
    from claude_tray.domain.window import Window
    from claude_tray.popup.moment import Moment

_ABOUT: Final = "\N{ALMOST EQUAL TO} "
_HOUR: Final = timedelta(hours=1)
# Air above what would otherwise touch the edge.
_AIR: Final = 1.2


def chart_of(moment: Moment) -> Chart:
    """Return the picture of the window."""
    window = moment.window
    if window is None:
        return _idle(moment)
    percent = _percent(moment)
    if percent is not None:
        return _of_a_limit(moment, window, percent)
    return _of_tokens(moment, window)


def _percent(moment: Moment) -> float | None:
    """Return the share that is known to be used."""
    if moment.used is not None:
        return moment.used.percent
    is_full = moment.stopped_until is not None and not moment.is_week_over
    return WHOLE_PERCENT if is_full else None


def _idle(moment: Moment) -> Chart:
    say = moment.tongue.say
    whole = moment.tongue.duration(WINDOW_LENGTH)
    return Chart(
        label=say("No window is open."),
        hours=((0.0, say("now")), (1.0, f"+{whole}")),
        has_even_pace=True,
        empty=say("Nothing used yet"),
    )


def _of_a_limit(moment: Moment, window: Window, percent: float) -> Chart:
    say, tongue = moment.tongue.say, moment.tongue
    used = moment.used
    told_at = used.as_of if used and moment.is_stale else moment.now
    sums = sums_of(moment, has_cost=True)
    told = amount_at(sums, int(told_at.timestamp() * 1000))
    unit = percent / WHOLE_PERCENT / told if told else 0.0
    curve = curve_of(moment, window, sums, unit)
    share = curve[-1].y if told else percent / WHOLE_PERCENT
    text = moment.share(share * WHOLE_PERCENT)
    now = Reading(
        place(window, moment.now),
        min(1.0, share),
        _ABOUT + text if moment.is_stale else text,
    )
    goal = None if moment.stopped_until else _goal(moment, window)
    return Chart(
        label=say(
            "Use of the limit from {start} to {end}: {percent} so far.",
            start=tongue.clock(window.start, moment.zone),
            end=tongue.clock(window.end, moment.zone),
            percent=text,
        ),
        hours=_hours(moment, window),
        curve=_told(moment, curve) if told else (),
        now=now,
        goal=goal,
        limit=say("limit"),
        has_even_pace=True,
        is_limit_near=percent >= WHOLE_PERCENT
        or (goal is not None and goal.is_limit),
    )


def _goal(moment: Moment, window: Window) -> Goal | None:
    pace = moment.state.pace if moment.state else None
    if pace is None or moment.is_stale:
        return None
    if (end := moment.limit_at) is not None:
        text = moment.tongue.clock(end, moment.zone)
        return Goal(place(window, end), 1.0, text, is_limit=True)
    if pace.percent_at_reset is None:
        return None
    share = min(1.0, pace.percent_at_reset / WHOLE_PERCENT)
    text = moment.share(pace.percent_at_reset)
    return Goal(1.0, share, text, is_limit=False)


def _of_tokens(moment: Moment, window: Window) -> Chart:
    say, tongue = moment.tongue.say, moment.tongue
    pace = moment.state.pace if moment.state else None
    sums = sums_of(moment, has_cost=False)
    used = sums[-1].amount if sums else 0.0
    aim = _aim(moment, window, pace, used)
    usual = pace.usual_tokens if pace else None
    top = max(used, aim or 0.0, *(usual or (1.0,))) * _AIR
    curve = curve_of(moment, window, sums, 1 / top)
    text = tongue.tokens(int(used))
    return Chart(
        label=say(
            "Tokens in and out from {start} to {end}: {tokens} so far.",
            start=tongue.clock(window.start, moment.zone),
            end=tongue.clock(window.end, moment.zone),
            tokens=text,
        ),
        hours=_hours(moment, window),
        curve=tuple(
            Reading(
                point.x,
                point.y,
                _at(moment, point.at, tongue.tokens(int(point.y * top))),
            )
            for point in curve
        ),
        now=Reading(place(window, moment.now), used / top, text),
        goal=Goal(
            1.0, aim / top, _ABOUT + tongue.tokens(int(aim)), is_limit=False
        )
        if aim
        else None,
        levels=_levels(moment, usual, top),
    )


def _aim(
    moment: Moment,
    window: Window,
    pace: Pace | None,
    used: float,
) -> float | None:
    """Return the tokens there will be at the reset, at this pace."""
    if pace is None or not pace.tokens_per_minute:
        return None
    left = (window.end - moment.now) / timedelta(minutes=1)
    return used + pace.tokens_per_minute * left


def _levels(
    moment: Moment,
    usual: tuple[int, int] | None,
    top: float,
) -> tuple[Level, ...]:
    if usual is None:
        return ()
    say, tokens = moment.tongue.say, moment.tongue.tokens
    median, most = usual
    levels = [Level(median / top, say("usual {n}", n=tokens(median)))]
    if most > median * _AIR:
        text = say("seldom over {n}", n=tokens(most))
        levels.append(Level(most / top, text))
    return tuple(levels)


def _told(moment: Moment, curve: Sequence[Point]) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            point.x,
            min(1.0, point.y),
            _at(moment, point.at, _ABOUT + _percents(moment, point.y)),
        )
        for point in curve
    )


def _percents(moment: Moment, share: float) -> str:
    return moment.tongue.percent(share * WHOLE_PERCENT)


def _at(moment: Moment, at: datetime, text: str) -> str:
    clock = moment.tongue.clock(at, moment.zone)
    return f"{clock} \N{MIDDLE DOT} {text}"


def _hours(moment: Moment, window: Window) -> tuple[tuple[float, str], ...]:
    """Return the full hours of the wall's clock in the window."""
    local = window.start.astimezone(moment.zone)
    first = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    hours = [first + number * _HOUR for number in range(7)]
    return tuple(
        (place(window, hour), moment.tongue.clock(hour, moment.zone))
        for hour in hours
        if window.start <= hour <= window.end
    )
