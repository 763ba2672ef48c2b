"""
Store forecasts and rate them after the reset.

One forecast of each method is stored for each full hour of a window, so the
table stays small.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.forecasts import (
    HOUR_MS,
    HOURS_PER_WEEK,
    RECORD_LENGTH,
    Forecast,
    ForecastError,
    ForecastMethod,
    LimitHistory,
    choose_method,
    estimate_percent,
    forecast_usage,
    rate_errors,
)
from claude_tray.core.limits import FIVE_HOUR, SAME_RESET_TOLERANCE_MS
from claude_tray.core.pace import (
    NO_EXPERIENCE,
    ForecastExperience,
    WindowProgress,
    build_history,
)
from claude_tray.core.time import to_epoch_ms
from claude_tray.store import aggregates, metadata, minute_sums, schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.core.snapshot import AccountSnapshot, LimitUsage
    from claude_tray.store.connection import Reader, Writer


_FULL_PERCENT: Final = 100.0
_HOUR: Final = timedelta(hours=1)
# A method is compared in at most so many common forecasts; some have one only.
_MAX_RATED_ROWS: Final = 4 * RECORD_LENGTH
_MAX_WINDOWS: Final = 100
# A report may arrive shortly after the reset.
_RATE_AFTER_MS: Final = 600_000
# An older last report does not show how the window ended.
_MAX_UNREPORTED_MS: Final = 600_000

_SELECT_RATED: Final = """
    SELECT resets_ms, hour, method, shown, error_percent, error_ms
    FROM forecast WHERE profile = ? AND error_percent IS NOT NULL
    ORDER BY resets_ms DESC, hour DESC, method LIMIT ?
"""
_SELECT_HOURLY_COSTS: Final = """
    SELECT hour, cost FROM hour_profile WHERE profile = ?
"""


def load_experience(
    reader: Reader | Writer, account_id: int | None
) -> ForecastExperience:
    """Return what earlier forecasts and weeks of an account teach."""
    if account_id is None:
        return NO_EXPERIENCE
    rows = reader.execute(
        _SELECT_RATED, (account_id, _MAX_RATED_ROWS)
    ).fetchall()
    if not rows:
        return NO_EXPERIENCE
    shown: list[ForecastError] = []
    by_hour: dict[tuple[int, int], dict[str, ForecastError]] = {}
    for resets_ms, hour, method, is_shown, percent, error_ms in rows:
        error = ForecastError(percent, error_ms)
        by_hour.setdefault((resets_ms, hour), {})[method] = error
        if is_shown:
            shown.append(error)
    pairs = [
        (errors[ForecastMethod.LINE], errors[ForecastMethod.PROFILE])
        for errors in by_hour.values()
        if len(errors) == len(ForecastMethod)
    ]
    method = choose_method(pairs)
    return ForecastExperience(
        method,
        rate_errors(shown),
        _load_hourly_costs(reader, account_id)
        if method is ForecastMethod.PROFILE
        else (),
    )


def _load_hourly_costs(
    reader: Reader | Writer, account_id: int
) -> Sequence[float]:
    costs = [0.0] * HOURS_PER_WEEK
    for hour, cost in reader.execute(_SELECT_HOURLY_COSTS, (account_id,)):
        costs[hour] = cost
    return costs


_FORECAST_COLUMNS: Final = (
    "profile",
    "resets_ms",
    "hour",
    "method",
    "start_ms",
    "made_ms",
    "percent",
    "percent_at_reset",
    "limit_ms",
    "shown",
)
_INSERT_FORECAST: Final = schema.build_insert("forecast", _FORECAST_COLUMNS)
_HAS_FORECAST: Final = """
    SELECT 1 FROM forecast WHERE profile = ? AND hour = ?
        AND resets_ms BETWEEN ? AND ? LIMIT 1
"""


def save_forecasts(
    writer: Writer, account: str, state: AccountSnapshot, now: datetime
) -> None:
    """
    Store the forecasts of a window once in each full hour, if it is in use.

    Args:
        writer: In a transaction.
        account: Account key.
        state: State of the account now.
        now: Current time.
    """
    window, used = state.window, state.used
    shown = state.pace.forecast if state.pace else None
    if window is None or used is None or shown is None:
        return
    hour = (now - window.start) // _HOUR
    if not hour or shown.is_idle or shown.percent >= _FULL_PERCENT:
        return
    account_id = aggregates.find_account_id(writer, account)
    end_ms, now_ms = to_epoch_ms(window.end), to_epoch_ms(now)
    if account_id is None or _has_forecast(writer, account_id, hour, end_ms):
        return
    progress = WindowProgress(window, used, state.remote_start_at is None)
    forecasts = _make_forecasts(writer, account_id, progress, used, now_ms)
    key, made = (account_id, end_ms, hour), (to_epoch_ms(window.start), now_ms)
    writer.executemany(
        _INSERT_FORECAST,
        [
            (
                *key,
                forecast.method.value,
                *made,
                forecast.percent,
                forecast.percent_at_reset,
                forecast.limit_ms,
                forecast.method is shown.method,
            )
            for forecast in forecasts
        ],
    )


def _has_forecast(
    writer: Writer, account_id: int, hour: int, end_ms: int
) -> bool:
    nearby = (
        end_ms - SAME_RESET_TOLERANCE_MS,
        end_ms + SAME_RESET_TOLERANCE_MS,
    )
    row = writer.execute(_HAS_FORECAST, (account_id, hour, *nearby)).fetchone()
    return row is not None


def _make_forecasts(
    writer: Writer,
    account_id: int,
    progress: WindowProgress,
    used: LimitUsage,
    now_ms: int,
) -> list[Forecast]:
    """Return a forecast of each method that applies."""
    start, end = progress.window.start, progress.window.end
    history = build_history(
        progress,
        used,
        minute_sums.load_minutes(
            writer, account_id, to_epoch_ms(start), to_epoch_ms(end)
        ),
        _load_hourly_costs(writer, account_id),
    )
    forecasts = (
        forecast_usage(history, now_ms, method) for method in ForecastMethod
    )
    return [f for f in forecasts if f is not None and not f.is_idle]


class _Outcome(NamedTuple):
    """
    How a window ended.

    Attributes:
        percent: Percentage at the reset, at most 100.
        reached_ms: Time of 100 %; None if it was not reached.
    """

    percent: float
    reached_ms: int | None


_SELECT_ENDED: Final = """
    SELECT DISTINCT profile, start_ms, resets_ms FROM forecast
    WHERE error_percent IS NULL AND resets_ms < ?
"""
_SELECT_LAST_REPORT: Final = f"""
    SELECT percent, told_ms FROM told_limit
    WHERE profile = ? AND name = '{FIVE_HOUR}' AND resets_ms BETWEEN ? AND ?
    ORDER BY percent DESC, told_ms LIMIT 1
"""
_SELECT_LIMIT_HIT: Final = f"""
    SELECT min(at_ms) FROM limit_hit
    WHERE profile = ? AND kind = '{FIVE_HOUR}' AND resets_ms BETWEEN ? AND ?
"""
# A limit that was reset early has a report of the next window before its end.
_SELECT_EARLY_RESET: Final = f"""
    SELECT 1 FROM told_limit WHERE profile = ? AND name = '{FIVE_HOUR}'
        AND resets_ms > ? AND resets_ms < ? LIMIT 1
"""
_WINDOW_KEY: Final = "profile = ? AND start_ms = ? AND resets_ms = ?"
_DELETE_WINDOW: Final = f"DELETE FROM forecast WHERE {_WINDOW_KEY}"
_SET_ERRORS: Final = f"""
    UPDATE forecast SET
        error_percent = min({_FULL_PERCENT}, percent_at_reset) - ?4,
        error_ms = iif(limit_ms IS NULL AND ?5 IS NULL, NULL,
            ifnull(limit_ms, resets_ms) - ifnull(?5, resets_ms))
    WHERE profile = ?1 AND start_ms = ?2 AND resets_ms = ?3
"""
_SELECT_FIRST_SURPLUS: Final = f"""
    SELECT resets_ms FROM forecast WHERE profile = ?
    GROUP BY 1 ORDER BY 1 DESC LIMIT 1 OFFSET {_MAX_WINDOWS}
"""
_PRUNE: Final = "DELETE FROM forecast WHERE profile = ? AND resets_ms <= ?"


def rate_forecasts(writer: Writer, now_ms: int) -> None:
    """
    Store the errors of forecasts whose window has ended.

    Forecasts of windows whose end is unknown are deleted: those that were
    reset early or were used after the last report.
    """
    ended = writer.execute(
        _SELECT_ENDED, (now_ms - _RATE_AFTER_MS,)
    ).fetchall()
    for key in ended:
        outcome = _find_outcome(writer, *key)
        if outcome is None:
            writer.execute(_DELETE_WINDOW, key)
        else:
            writer.execute(_SET_ERRORS, (*key, *outcome))
    for account_id in {key[0] for key in ended}:
        surplus = writer.execute(_SELECT_FIRST_SURPLUS, (account_id,))
        if (row := surplus.fetchone()) is not None:
            writer.execute(_PRUNE, (account_id, *row))


def _find_outcome(
    writer: Writer, account_id: int, start_ms: int, resets_ms: int
) -> _Outcome | None:
    nearby = (
        account_id,
        resets_ms - SAME_RESET_TOLERANCE_MS,
        resets_ms + SAME_RESET_TOLERANCE_MS,
    )
    report = writer.execute(_SELECT_LAST_REPORT, nearby).fetchone()
    (hit_ms,) = writer.execute(_SELECT_LIMIT_HIT, nearby).fetchone()
    length_ms = resets_ms - start_ms
    is_early_reset = writer.execute(
        _SELECT_EARLY_RESET,
        (
            account_id,
            resets_ms + SAME_RESET_TOLERANCE_MS,
            resets_ms + length_ms - SAME_RESET_TOLERANCE_MS,
        ),
    ).fetchone()
    if is_early_reset:
        return None
    if hit_ms is not None:
        return _Outcome(_FULL_PERCENT, hit_ms)
    if report is None:
        return None
    percent, observed_ms = report
    if percent >= _FULL_PERCENT:
        return _Outcome(_FULL_PERCENT, observed_ms)
    minutes = minute_sums.load_minutes(writer, account_id, start_ms, resets_ms)
    if minutes and minutes[-1].end_ms - observed_ms > _MAX_UNREPORTED_MS:
        return None
    history = LimitHistory(start_ms, resets_ms, percent, observed_ms, minutes)
    final = estimate_percent(history, resets_ms)
    return _Outcome(min(_FULL_PERCENT, final), None)


# Name of the day in `identity` on which the profiles were learned.
_PROFILE_DAY: Final = "hour_profile_day"
_DAY_MS: Final = 24 * HOUR_MS
_BUCKETS_PER_HOUR: Final = HOUR_MS // BUCKET_MS
_BUCKETS_PER_WEEK: Final = HOURS_PER_WEEK * _BUCKETS_PER_HOUR
_MIN_WEEKS: Final = 2.0
_MAX_WEEKS: Final = 8
_SELECT_FIRST_BUCKETS: Final = """
    SELECT session.profile, min(bucket)
    FROM cell JOIN session ON session.id = cell.session
    WHERE bucket >= ? AND bucket < ? GROUP BY 1
"""
_INSERT_PROFILE: Final = f"""
    INSERT INTO hour_profile
    SELECT ?3, bucket / {_BUCKETS_PER_HOUR} % {HOURS_PER_WEEK},
        (sum(cost) + {2.0**schema.COST_HALF_BITS} * sum(cost_high)) / ?4
    FROM cell JOIN session ON session.id = cell.session
    WHERE bucket >= ?1 AND bucket < ?2 AND session.profile = ?3
    GROUP BY 2
"""


def learn_hourly_costs(writer: Writer, now_ms: int) -> None:
    """
    Learn once a day what each hour of the week costs, from eight weeks.

    Nothing is learned before the first forecast, which needs a percentage.
    """
    day = str(now_ms // _DAY_MS)
    if metadata.get_value(writer, _PROFILE_DAY) == day:
        return
    if writer.execute("SELECT 1 FROM forecast LIMIT 1").fetchone() is None:
        return
    metadata.set_value(writer, _PROFILE_DAY, day)
    writer.execute("DELETE FROM hour_profile")
    end = now_ms // BUCKET_MS
    bounds = (end - _MAX_WEEKS * _BUCKETS_PER_WEEK, end)
    firsts: list[Any] = writer.execute(
        _SELECT_FIRST_BUCKETS, bounds
    ).fetchall()
    for account_id, first in firsts:
        weeks = (end - first) / _BUCKETS_PER_WEEK
        if weeks >= _MIN_WEEKS:
            writer.execute(_INSERT_PROFILE, (*bounds, account_id, weeks))
