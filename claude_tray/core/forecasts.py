"""
Forecast when a limit is reached, and choose the method by its record.

A forecast is anchored at the last use. So it stays where it is until there is
new use, or until it is withdrawn because the account is idle.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from math import exp
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
HOURS_PER_WEEK: Final = 168
_FULL_PERCENT: Final = 100.0
# A minute weighs so much as the next one: 1/e after 45 minutes.
_FADING: Final = exp(-1 / 45)
# Use within a shorter time is no pace.
_MIN_PACE_MINUTES: Final = 15
# So long after the last use an account is idle: no further use is expected.
IDLE_AFTER: Final = timedelta(minutes=30)
_IDLE_AFTER_MS: Final = IDLE_AFTER // timedelta(milliseconds=1)
# Margin without a record: this share of the time to the limit.
_DEFAULT_MARGIN_SHARE: Final = 0.2
_MIN_MARGIN_MS: Final = 5 * MINUTE_MS
_MAX_MARGIN_MS: Final = 120 * MINUTE_MS
# How much busier or calmer than usual a window may be.
_MIN_SCALE: Final = 0.1
_MAX_SCALE: Final = 10.0


class ForecastMethod(StrEnum):
    """
    Method of a forecast.

    LINE: the pace at the last use goes on. PROFILE: it rises and falls as in
    the same hours of earlier weeks.
    """

    LINE = "line"
    PROFILE = "profile"


class UsageMinute(NamedTuple):
    """
    Usage of one minute.

    Attributes:
        minute: Minutes since 1970.
        tokens: Input + output.
        cost: Nano-dollars of priced usage.
        unpriced: Number of records without a price.
    """

    minute: int
    tokens: int
    cost: int
    unpriced: int

    @property
    def end_ms(self) -> int:
        return (self.minute + 1) * MINUTE_MS


class LimitHistory(NamedTuple):
    """
    What a forecast is derived from; times in milliseconds since 1970.

    Attributes:
        start_ms: Start of the limit's period.
        end_ms: Its reset.
        percent: Reported percentage.
        observed_ms: Time of the report.
        minutes: Usage of the period, oldest first, without empty minutes.
        is_fully_local: All usage that counts was recorded here.
        hourly_costs: Usual cost of each hour of the week in UTC, in
            nano-dollars, the first one as on 1970-01-01; empty if unknown.
    """

    start_ms: int
    end_ms: int
    percent: float
    observed_ms: int
    minutes: Sequence[UsageMinute]
    is_fully_local: bool = True
    hourly_costs: Sequence[float] = ()


class Forecast(NamedTuple):
    """
    Expected usage of a limit.

    Attributes:
        method: How it was made.
        percent: Percentage at the last use.
        percent_at_reset: Percentage at the reset; may exceed 100.
        limit_ms: Time of 100 %; None if the reset comes first.
        margin_ms: Stated margin of `limit_ms`.
        is_idle: No further use is expected.
    """

    method: ForecastMethod
    percent: float
    percent_at_reset: float
    limit_ms: int | None = None
    margin_ms: int = _MIN_MARGIN_MS
    is_idle: bool = False


class _Usage(NamedTuple):
    """
    Usage in one unit: nano-dollars, tokens or percent.

    Attributes:
        anchor_ms: Time of the last use.
        used: Used amount at that time.
        full: Amount of 100 %.
        amounts: Minute and amount of the usage; empty if unknown.
        is_cost: Whether the unit is nano-dollars.
    """

    anchor_ms: int
    used: float
    full: float
    amounts: tuple[tuple[int, int], ...] = ()
    is_cost: bool = False

    @property
    def percent(self) -> float:
        return _FULL_PERCENT * self.used / self.full


def forecast_usage(
    history: LimitHistory,
    now_ms: int,
    method: ForecastMethod = ForecastMethod.LINE,
    margin_ms: int | None = None,
) -> Forecast | None:
    """
    Forecast the usage of a limit; None if the method does not apply.

    Without new use the result stays the same until the account is idle:
    `IDLE_AFTER` after the last use here, or once the time of 100 % has passed
    by more than the margin. Within the margin a time that has passed is now.

    Args:
        history: Report and usage.
        now_ms: Current time.
        method: How to forecast.
        margin_ms: Known margin of this method; None for a share of the time.
    """
    usage = _measure_usage(history, now_ms)
    if not usage.used or history.percent >= _FULL_PERCENT:
        return Forecast(method, history.percent, history.percent)
    rates = _find_rates(history, usage, method)
    if rates is None:
        return None
    idle = Forecast(method, usage.percent, usage.percent, is_idle=True)
    # Use elsewhere is not seen, so it may go on.
    if usage.amounts and now_ms - usage.anchor_ms > _IDLE_AFTER_MS:
        return idle
    at_reset, limit_ms = _follow_rates(usage, rates, history.end_ms)
    forecast = idle._replace(
        percent_at_reset=_FULL_PERCENT * at_reset / usage.full, is_idle=False
    )
    if limit_ms is None:
        return forecast
    if margin_ms is None:
        lead_ms = limit_ms - usage.anchor_ms
        margin_ms = round(lead_ms * _DEFAULT_MARGIN_SHARE)
    margin_ms = clamp_margin(margin_ms)
    if now_ms > limit_ms + margin_ms:
        return idle
    return forecast._replace(
        limit_ms=max(limit_ms, now_ms), margin_ms=margin_ms
    )


def clamp_margin(margin_ms: int) -> int:
    """Limit a margin to what is worth stating: 5 minutes to 2 hours."""
    return min(max(margin_ms, _MIN_MARGIN_MS), _MAX_MARGIN_MS)


def estimate_percent(history: LimitHistory, at_ms: int) -> float:
    """Return the percentage at a time, from the report and the usage since."""
    return _measure_usage(history, at_ms).percent


def _measure_usage(history: LimitHistory, now_ms: int) -> _Usage:
    """
    Return the usage up to the last use before a time.

    One percent is assumed to be worth what it was until the report: what
    counts against a limit follows the price of tokens, not their number. If
    part was used elsewhere, only the reported percentage is known.
    """
    minutes = [m for m in history.minutes if m.minute * MINUTE_MS <= now_ms]
    last_ms = minutes[-1].end_ms if minutes else history.observed_ms
    anchor_ms = min(max(last_ms, history.start_ms), history.end_ms)
    reported = _Usage(anchor_ms, history.percent, _FULL_PERCENT)
    if not history.is_fully_local or not history.percent:
        return reported
    # Tokens measure usage if a price is unknown.
    is_cost = not any(m.unpriced for m in minutes)
    amounts = tuple(
        (m.minute, m.cost if is_cost else m.tokens) for m in minutes
    )
    at_report = sum(
        amount
        for minute, amount in amounts
        if minute * MINUTE_MS <= history.observed_ms
    )
    if not at_report:
        return reported
    full = at_report * _FULL_PERCENT / history.percent
    used = sum(amount for _, amount in amounts)
    return _Usage(anchor_ms, used, full, amounts, is_cost)


def _find_rates(
    history: LimitHistory, usage: _Usage, method: ForecastMethod
) -> Callable[[int], float] | None:
    """Return a function from the hour since 1970 to amount per minute."""
    elapsed = (usage.anchor_ms - history.start_ms) / MINUTE_MS
    elapsed = max(elapsed, float(_MIN_PACE_MINUTES))
    costs = history.hourly_costs
    if method is ForecastMethod.PROFILE:
        if not usage.is_cost or not any(costs):
            return None
        scale = _compare_with_profile(history, usage)
        return lambda hour: scale * costs[hour % HOURS_PER_WEEK] / 60
    if not usage.amounts:
        average = usage.used / elapsed
        return lambda _: average
    # The weight of so many minutes, as a geometric series.
    weight = (1 - _FADING**elapsed) / (1 - _FADING)
    rate = _sum_faded(usage, usage.amounts) / weight
    return lambda _: rate


def _compare_with_profile(history: LimitHistory, usage: _Usage) -> float:
    """Return how many times the usual is used in this period."""
    first, end = (
        history.start_ms // MINUTE_MS,
        usage.anchor_ms // MINUTE_MS,
    )
    usual = _sum_faded(
        usage,
        (
            (n, history.hourly_costs[n // 60 % HOURS_PER_WEEK] / 60)
            for n in range(first, max(end, first + 1))
        ),
    )
    if not usual:
        return 1.0
    scale = _sum_faded(usage, usage.amounts) / usual
    return min(max(scale, _MIN_SCALE), _MAX_SCALE)


def _sum_faded(usage: _Usage, amounts: Iterable[tuple[int, float]]) -> float:
    """Sum amounts, which count less the longer before the last use."""
    last = usage.anchor_ms // MINUTE_MS
    return sum(
        amount * _FADING ** (last - minute - 1) for minute, amount in amounts
    )


def _follow_rates(
    usage: _Usage, rates: Callable[[int], float], end_ms: int
) -> tuple[float, int | None]:
    """Return the amount at the reset, and when it reaches 100 % before."""
    at_ms, used, limit_ms = usage.anchor_ms, usage.used, None
    while at_ms < end_ms:
        hour = at_ms // HOUR_MS
        until_ms = min((hour + 1) * HOUR_MS, end_ms)
        rate = rates(hour)
        growth = rate * (until_ms - at_ms) / MINUTE_MS
        if limit_ms is None and used + growth > usage.full:
            minutes = max(0.0, usage.full - used) / rate
            limit_ms = at_ms + round(minutes * MINUTE_MS)
        at_ms, used = until_ms, used + growth
    return used, limit_ms


# Forecasts that a record is made of.
RECORD_LENGTH: Final = 40
# A record of fewer says nothing.
_MIN_RECORD: Final = 5
# A method replaces the straight line after so many common forecasts.
_MIN_COMPARED: Final = 20


class ForecastError(NamedTuple):
    """
    How far off one forecast was.

    Attributes:
        percent: Expected minus actual percentage at the reset; both at most
            100.
        time_ms: Expected minus actual time of 100 %, where the reset stands
            for a limit that was not reached; None if neither was.
    """

    percent: float
    time_ms: int | None


class ForecastRecord(NamedTuple):
    """
    How far off the latest forecasts were, as medians.

    Attributes:
        total: Number of rated forecasts, at most 40.
        percent: Percentage points at the reset.
        time_count: Number of those that foresaw or met a limit.
        time_ms: Their error; None if they are too few.
    """

    total: int
    percent: float
    time_count: int = 0
    time_ms: int | None = None


def rate_errors(errors: Sequence[ForecastError]) -> ForecastRecord | None:
    """Sum up the errors of a method, latest first; None if they are few."""
    latest = errors[:RECORD_LENGTH]
    if len(latest) < _MIN_RECORD:
        return None
    # Late: a first load needs no statistics.
    from statistics import median

    times = [abs(e.time_ms) for e in latest if e.time_ms is not None]
    return ForecastRecord(
        len(latest),
        median(abs(error.percent) for error in latest),
        len(times),
        round(median(times)) if len(times) >= _MIN_RECORD else None,
    )


def choose_method(
    pairs: Sequence[tuple[ForecastError, ForecastError]],
) -> ForecastMethod:
    """
    Return the method with the better record, the line if in doubt.

    Args:
        pairs: Errors of the line and the profile in the same forecasts,
            latest first.
    """
    latest = pairs[:RECORD_LENGTH]
    if len(latest) < _MIN_COMPARED:
        return ForecastMethod.LINE
    # Late: see above.
    from statistics import fmean

    line = fmean(_weigh_error(error) for error, _ in latest)
    profile = fmean(_weigh_error(error) for _, error in latest)
    return ForecastMethod.PROFILE if profile < line else ForecastMethod.LINE


# At an even pace, a 5-hour limit is used by one percent in three minutes.
_MINUTES_PER_PERCENT: Final = 3.0


def _weigh_error(error: ForecastError) -> float:
    """Return an error in minutes."""
    minutes = abs(error.time_ms or 0) / MINUTE_MS
    return minutes + abs(error.percent) * _MINUTES_PER_PERCENT
