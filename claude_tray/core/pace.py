"""Compute the burn rate of a window and project it to the reset."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from claude_tray.core.cost import NANO_USD_PER_USD, NanoUsd, Totals
from claude_tray.core.forecasts import (
    MINUTE_MS,
    Forecast,
    ForecastMethod,
    ForecastRecord,
    LimitHistory,
    UsageMinute,
    forecast_usage,
)
from claude_tray.core.limits import LimitKind
from claude_tray.core.snapshot import LimitUsage, Pace
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.core.windows import WINDOW_LENGTH, Window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


# The burn rate is of this period.
RECENT_PERIOD: Final = timedelta(minutes=30)
# In the first minutes of a window any rate would be noise.
MIN_ELAPSED: Final = timedelta(minutes=15)
_MIN_PAST_WINDOWS: Final = 5
_FULL_PERCENT: Final = 100.0
_Figure = TypeVar("_Figure", bound=int)


class WindowProgress(NamedTuple):
    """
    Open window and the known usage of its limit.

    Attributes:
        window: The open window.
        used: Reported usage of the limit, if any.
        is_fully_local: All usage that counts against the limit was recorded
            here; False if the window started on another device or the web.
    """

    window: Window
    used: LimitUsage | None = None
    is_fully_local: bool = True


class ForecastExperience(NamedTuple):
    """
    What earlier forecasts and weeks teach about an account.

    Attributes:
        method: Method with the best record.
        record: Its record; None while it is short.
        hourly_costs: As in `LimitHistory`.
    """

    method: ForecastMethod = ForecastMethod.LINE
    record: ForecastRecord | None = None
    hourly_costs: Sequence[float] = ()


NO_EXPERIENCE: Final = ForecastExperience()


def compute_pace(
    progress: WindowProgress,
    minutes: Sequence[UsageMinute],
    past_windows: Sequence[tuple[int, NanoUsd | None]],
    now: datetime,
    experience: ForecastExperience = NO_EXPERIENCE,
) -> Pace | None:
    """
    Return the pace of an open window, None in its first minutes.

    Args:
        progress: Window and usage of its limit.
        minutes: Usage of the window by minute, oldest first.
        past_windows: Input + output tokens and cost of the user's earlier
            windows; the cost is None if unknown.
        now: Current time.
        experience: What earlier forecasts and weeks teach.
    """
    window = progress.window
    elapsed = now - window.start
    if elapsed < MIN_ELAPSED:
        return None
    forecast = forecast_window(progress, minutes, now, experience)
    period = min(RECENT_PERIOD, elapsed)
    recent = _select_recent(minutes, now)
    return Pace(
        tokens_per_minute=sum(m.tokens for m in recent) / _to_minutes(period),
        cost_per_hour=None
        if any(m.unpriced for m in recent)
        else _compute_cost_per_hour(sum(m.cost for m in recent), period),
        percent_at_reset=forecast.percent_at_reset if forecast else None,
        limit_at=from_epoch_ms(forecast.limit_ms)
        if forecast and forecast.limit_ms is not None
        else None,
        typical_tokens=_compute_typical(
            [tokens for tokens, _ in past_windows]
        ),
        typical_cost=_compute_typical(
            [cost for _, cost in past_windows if cost is not None]
        ),
        window_tokens_per_minute=_count_tokens(window.totals)
        / _to_minutes(elapsed),
        window_cost_per_hour=None
        if window.totals.unpriced
        else _compute_cost_per_hour(window.totals.priced_cost, elapsed),
        forecast=forecast,
    )


def forecast_window(
    progress: WindowProgress,
    minutes: Sequence[UsageMinute],
    now: datetime,
    experience: ForecastExperience = NO_EXPERIENCE,
) -> Forecast | None:
    """Forecast the limit of a window; None without a percentage."""
    if progress.used is None:
        return None
    history = build_history(
        progress, progress.used, minutes, experience.hourly_costs
    )
    record = experience.record
    forecast = forecast_usage(
        history,
        to_epoch_ms(now),
        experience.method,
        record.time_ms if record else None,
    )
    # The profile does not know every hour.
    return forecast or forecast_usage(history, to_epoch_ms(now))


def build_history(
    progress: WindowProgress,
    used: LimitUsage,
    minutes: Sequence[UsageMinute],
    hourly_costs: Sequence[float],
) -> LimitHistory:
    """Return what the forecast of a window with a report derives from."""
    return LimitHistory(
        to_epoch_ms(progress.window.start),
        to_epoch_ms(progress.window.end),
        used.percent_or_zero,
        to_epoch_ms(used.as_of),
        minutes,
        progress.is_fully_local,
        hourly_costs,
    )


def _select_recent(
    minutes: Sequence[UsageMinute], now: datetime
) -> list[UsageMinute]:
    last = to_epoch_ms(now) // MINUTE_MS
    first = last - RECENT_PERIOD // timedelta(minutes=1)
    return [m for m in minutes if first <= m.minute <= last]


def _count_tokens(totals: Totals) -> int:
    return totals.tokens.input + totals.tokens.output


def _to_minutes(duration: timedelta) -> float:
    return duration / timedelta(minutes=1)


def _compute_cost_per_hour(cost: int, duration: timedelta) -> float:
    return cost / NANO_USD_PER_USD / (duration / timedelta(hours=1))


def _compute_typical(
    values: Sequence[_Figure],
) -> tuple[_Figure, _Figure] | None:
    """Return the median and the 90th percentile."""
    if len(values) < _MIN_PAST_WINDOWS:
        return None
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10]


class LimitPace(NamedTuple):
    """
    Where the average of a period leads.

    Attributes:
        percent_at_reset: Projected percentage at the reset; None if unknown.
        runs_out_at: Time of 100 %, if before the reset.
    """

    percent_at_reset: float | None
    runs_out_at: datetime | None


_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=30)
_MONTHLY: Final = "month"
# Before this part of a period has passed, any rate would be noise.
_MIN_ELAPSED_PARTS: Final = 20


def compute_limit_period(usage: LimitUsage) -> timedelta | None:
    """Return the length of a limit's period; None if it is not known."""
    if usage.kind is LimitKind.FIVE_HOUR:
        return WINDOW_LENGTH
    if usage.kind in (LimitKind.SEVEN_DAY, LimitKind.MODEL):
        return _WEEK
    period = usage.money.period if usage.money else ""
    is_monthly = _MONTHLY in period or _MONTHLY in usage.name
    return _MONTH if is_monthly else None


def project_pace(pace: Pace, now: datetime) -> LimitPace:
    """
    Return the projection of a pace at a time that may be later.

    A time of 100 % that has passed is now, until it is withdrawn because it
    has passed by more than its margin.
    """
    limit_at = pace.limit_at
    if limit_at is None or limit_at > now:
        return LimitPace(pace.percent_at_reset, limit_at)
    margin_ms = pace.forecast.margin_ms if pace.forecast else 0
    if now - limit_at > timedelta(milliseconds=margin_ms):
        return LimitPace(None, None)
    return LimitPace(pace.percent_at_reset, now)


def project_limit(usage: LimitUsage, now: datetime) -> LimitPace | None:
    """
    Project a limit to its reset, linear over the elapsed part of its period.

    The rate is that of the time of the report, so the projection stays where
    it is until there is a newer one or its time has come. None early in the
    period, or if its length is not known.
    """
    period, resets_at = compute_limit_period(usage), usage.resets_at
    if period is None or resets_at is None or usage.percent is None:
        return None
    start = resets_at - period
    pace = _project_average(usage.percent, start, usage.as_of, period)
    if pace and pace.runs_out_at and pace.runs_out_at <= now:
        return _project_average(usage.percent, start, now, period)
    return pace


def _project_average(
    percent: float, start: datetime, at: datetime, period: timedelta
) -> LimitPace | None:
    """Project the average rate between the start of a period and a time."""
    elapsed = at - start
    if not period / _MIN_ELAPSED_PARTS <= elapsed <= period:
        return None
    projected = percent * (period / elapsed)
    if percent >= _FULL_PERCENT or projected <= _FULL_PERCENT:
        return LimitPace(projected, None)
    return LimitPace(projected, start + elapsed * (_FULL_PERCENT / percent))
