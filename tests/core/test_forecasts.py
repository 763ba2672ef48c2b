from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.forecasts import (
    HOUR_MS,
    HOURS_PER_WEEK,
    IDLE_AFTER,
    MINUTE_MS,
    ForecastError,
    ForecastMethod,
    LimitHistory,
    UsageMinute,
    choose_method,
    clamp_margin,
    estimate_percent,
    forecast_usage,
    rate_errors,
)
from tests.support.builders import ms

START_MS: Final = ms("09:00")
END_MS: Final = ms("14:00")
IDLE_MS: Final = IDLE_AFTER.total_seconds() * 1000


def make_minutes(*minutes: int, cost: int = 10**9) -> list[UsageMinute]:
    """Return equal usage at these minutes of the window."""
    first = START_MS // MINUTE_MS
    return [UsageMinute(first + m, 100, cost, 0) for m in minutes]


def make_history(
    percent: float,
    minutes: list[UsageMinute],
    observed_minute: int = 299,
    **changes: object,
) -> LimitHistory:
    history = LimitHistory(
        START_MS,
        END_MS,
        percent,
        START_MS + observed_minute * MINUTE_MS,
        minutes,
    )
    return history._replace(**changes)  # type: ignore[arg-type]


@st.composite
def histories(draw: st.DrawFn) -> LimitHistory:
    numbers = sorted(draw(st.sets(st.integers(0, 299), max_size=40)))
    first = START_MS // MINUTE_MS
    minutes = [
        UsageMinute(
            first + number,
            draw(st.integers(0, 2**40)),
            draw(st.integers(0, 2**50)),
            draw(st.sampled_from((0,) * 40 + (1,))),
        )
        for number in numbers
    ]
    return LimitHistory(
        START_MS,
        END_MS,
        draw(st.one_of(st.floats(40, 99), st.floats(0, 150))),
        START_MS + draw(st.integers(0, 5 * HOUR_MS)),
        minutes,
        draw(st.sampled_from((True, True, False))),
        draw(
            st.one_of(
                st.just(()),
                st.lists(
                    st.floats(0, 1e12),
                    min_size=HOURS_PER_WEEK,
                    max_size=HOURS_PER_WEEK,
                ),
            )
        ),
    )


@given(
    histories(),
    st.integers(0, 300 * MINUTE_MS),
    st.lists(st.integers(0, 90 * MINUTE_MS), max_size=6),
    st.sampled_from(ForecastMethod),
    st.one_of(st.none(), st.integers(0, 10**8)),
)
def test_without_new_use_a_forecast_stays_within_its_margin(
    history: LimitHistory,
    first_ms: int,
    waits: list[int],
    method: ForecastMethod,
    margin_ms: int | None,
) -> None:
    now_ms = START_MS + first_ms
    # What lies ahead of the first look is new use.
    seen = [m for m in history.minutes if m.minute * MINUTE_MS <= now_ms]
    history = history._replace(minutes=seen)
    before = forecast_usage(history, now_ms, method, margin_ms)
    for wait_ms in waits:
        now_ms += wait_ms
        after = forecast_usage(history, now_ms, method, margin_ms)
        assert (after is None) == (before is None)
        if after is None or before is None or before.is_idle:
            continue
        if after.is_idle:
            last_ms = seen[-1].end_ms if seen else history.observed_ms
            is_passed = before.limit_ms and now_ms > before.limit_ms
            assert is_passed or now_ms - last_ms > IDLE_MS
            break
        assert after.percent_at_reset == before.percent_at_reset
        assert (after.limit_ms is None) == (before.limit_ms is None)
        if after.limit_ms is not None and before.limit_ms is not None:
            assert abs(after.limit_ms - before.limit_ms) <= before.margin_ms


@given(
    histories(), st.integers(0, 6 * HOUR_MS), st.sampled_from(ForecastMethod)
)
def test_a_limit_is_forecast_only_beyond_100_percent(
    history: LimitHistory, elapsed_ms: int, method: ForecastMethod
) -> None:
    now_ms = START_MS + elapsed_ms
    forecast = forecast_usage(history, now_ms, method)

    if forecast is None:
        assert method is ForecastMethod.PROFILE
    elif forecast.limit_ms is not None:
        assert forecast.percent_at_reset >= 99.99
        assert forecast.limit_ms >= min(now_ms, START_MS)
    else:
        assert forecast.is_idle or (
            forecast.percent_at_reset <= 100.01 or forecast.percent >= 100
        )


def test_idle_after_half_an_hour() -> None:
    history = make_history(50, make_minutes(*range(60)), 60)
    last_ms = START_MS + HOUR_MS

    busy = forecast_usage(history, last_ms + 30 * MINUTE_MS)
    idle = forecast_usage(history, last_ms + 30 * MINUTE_MS + 1)

    assert busy is not None
    assert busy.limit_ms == pytest.approx(last_ms + HOUR_MS, abs=1000)
    assert idle is not None
    assert idle.is_idle
    assert (idle.percent, idle.limit_ms) == (50, None)


def test_a_missed_moment_is_now_and_then_withdrawn() -> None:
    history = make_history(95, make_minutes(*range(95)), 95)
    limit_ms = START_MS + 100 * MINUTE_MS

    soon = forecast_usage(history, limit_ms + 3 * MINUTE_MS)
    late = forecast_usage(history, limit_ms + 6 * MINUTE_MS)

    assert soon is not None
    assert soon.limit_ms == limit_ms + 3 * MINUTE_MS
    assert late is not None
    assert late.is_idle


def test_use_elsewhere_is_not_idle() -> None:
    history = make_history(40, [], 120)

    forecast = forecast_usage(history, START_MS + 200 * MINUTE_MS)

    assert forecast is not None
    assert not forecast.is_idle
    assert forecast.percent_at_reset == pytest.approx(100)


def test_recent_use_weighs_more() -> None:
    steady = make_minutes(*range(120))
    faster = [*steady[:90], *(m._replace(cost=3 * 10**9) for m in steady[90:])]
    now_ms = START_MS + 120 * MINUTE_MS

    slow = forecast_usage(make_history(30, steady), now_ms)
    fast = forecast_usage(make_history(30, faster), now_ms)

    assert slow is not None
    assert fast is not None
    assert fast.percent_at_reset > slow.percent_at_reset * 1.1


def test_a_burst_in_the_first_minute_is_no_pace() -> None:
    history = make_history(10, make_minutes(0), 1)

    forecast = forecast_usage(history, START_MS + 16 * MINUTE_MS)

    # 10 % in 15 minutes at most, not in one.
    assert forecast is not None
    assert forecast.percent_at_reset < 10 + 10 * 300 / 15 * 1.2


def test_the_profile_knows_that_the_evening_is_quiet() -> None:
    # Nothing is used from 12:00 on in other weeks.
    hourly = [0.0] * HOURS_PER_WEEK
    for hour in range(9, 12):
        hourly[(START_MS // HOUR_MS + hour - 9) % HOURS_PER_WEEK] = 60e9
    history = make_history(
        60, make_minutes(*range(120)), 120, hourly_costs=hourly
    )
    now_ms = START_MS + 120 * MINUTE_MS

    line = forecast_usage(history, now_ms)
    profile = forecast_usage(history, now_ms, ForecastMethod.PROFILE)

    assert line is not None
    assert line.limit_ms is not None
    assert profile is not None
    assert profile.limit_ms is None
    assert profile.percent_at_reset == pytest.approx(90)


def test_the_profile_needs_prices_and_a_usual_week() -> None:
    now_ms = START_MS + 120 * MINUTE_MS
    minutes = make_minutes(*range(120))
    unpriced = [m._replace(unpriced=1) for m in minutes]
    usual = [1e9] * HOURS_PER_WEEK

    for history in (
        make_history(60, minutes),
        make_history(60, unpriced, hourly_costs=usual),
        make_history(60, minutes, hourly_costs=[0.0] * HOURS_PER_WEEK),
    ):
        assert forecast_usage(history, now_ms, ForecastMethod.PROFILE) is None


def test_an_hour_without_usual_use_takes_the_profile_as_it_is() -> None:
    hourly = [0.0] * HOURS_PER_WEEK
    hourly[(START_MS // HOUR_MS + 3) % HOURS_PER_WEEK] = 60e9
    history = make_history(
        50, make_minutes(*range(50)), 50, hourly_costs=hourly
    )

    forecast = forecast_usage(
        history, START_MS + 51 * MINUTE_MS, ForecastMethod.PROFILE
    )

    # 50 dollars are 50 %; 60 more are usual between 12:00 and 13:00.
    assert forecast is not None
    assert forecast.percent_at_reset == pytest.approx(110)
    assert forecast.limit_ms == START_MS + 3 * HOUR_MS + 50 * MINUTE_MS


def test_use_after_a_report_is_estimated() -> None:
    history = make_history(40, make_minutes(*range(60)), 39)

    assert estimate_percent(history, END_MS) == pytest.approx(60)


def test_margins_are_worth_stating() -> None:
    assert clamp_margin(0) == 5 * MINUTE_MS
    assert clamp_margin(12 * MINUTE_MS) == 12 * MINUTE_MS
    assert clamp_margin(10**9) == 2 * HOUR_MS


def test_a_record_is_a_median_of_40() -> None:
    errors = [
        ForecastError(percent, None if n % 2 else -n * MINUTE_MS)
        for n, percent in enumerate([5.0, -3.0] * 30)
    ]

    record = rate_errors(errors)

    assert record is not None
    assert (record.total, record.percent) == (40, 4)
    assert (record.time_count, record.time_ms) == (20, 19 * MINUTE_MS)


def test_few_forecasts_have_no_record() -> None:
    few = [ForecastError(1.0, 1)] * 4
    without_limits = [ForecastError(1.0, None)] * 5 + few

    record = rate_errors(without_limits)

    assert rate_errors(few) is None
    assert record is not None
    assert record.time_ms is None


@pytest.mark.parametrize(
    ("count", "line", "profile", "expected"),
    [
        (19, ForecastError(9, 0), ForecastError(1, 0), ForecastMethod.LINE),
        (20, ForecastError(9, 0), ForecastError(1, 0), ForecastMethod.PROFILE),
        (20, ForecastError(1, 0), ForecastError(-9, 0), ForecastMethod.LINE),
        (40, ForecastError(1, 0), ForecastError(1, 0), ForecastMethod.LINE),
        (
            40,
            ForecastError(0, 30 * MINUTE_MS),
            ForecastError(5, None),
            ForecastMethod.PROFILE,
        ),
    ],
)
def test_a_method_is_chosen_by_its_record(
    count: int,
    line: ForecastError,
    profile: ForecastError,
    expected: ForecastMethod,
) -> None:
    assert choose_method([(line, profile)] * count) is expected
