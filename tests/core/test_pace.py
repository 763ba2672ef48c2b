from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.cost import Totals
from claude_tray.core.forecasts import (
    Forecast,
    ForecastMethod,
    ForecastRecord,
    UsageMinute,
)
from claude_tray.core.pace import (
    ForecastExperience,
    WindowProgress,
    compute_pace,
    project_pace,
)
from claude_tray.core.snapshot import Pace
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import ValueSource, Window
from tests.support.builders import at, nano_usd
from tests.support.limits import make_limit_usage

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.cost import NanoUsd
    from claude_tray.core.snapshot import LimitUsage


REPORTED_AT = at("11:00")
WINDOW_TOTALS = Totals(10, TokenCounts(0, 6_000), nano_usd(8_000_000_000))
# Even use until 11:00: 50 tokens and 1/15 dollar a minute.
MINUTES = [
    UsageMinute(to_epoch_ms(at("09:00")) // 60_000 + n, 50, 66_666_667, 0)
    for n in range(120)
]
WINDOW = Window(
    at("09:00"), at("14:00"), ValueSource.ESTIMATED, None, WINDOW_TOTALS
)


def _make_usage(percent: float, as_of: datetime = REPORTED_AT) -> LimitUsage:
    return make_limit_usage("five_hour", percent, None, as_of)


def _make_usual_tokens(*tokens: int) -> list[tuple[int, NanoUsd | None]]:
    return [(count, nano_usd(count * 10)) for count in tokens]


def test_no_pace_in_the_first_minutes() -> None:
    pace = compute_pace(WindowProgress(WINDOW), MINUTES, [], at("09:14"))

    assert pace is None


def test_pace_is_of_the_last_30_minutes() -> None:
    twice = [m._replace(tokens=100) for m in MINUTES[90:]]
    pace = compute_pace(
        WindowProgress(WINDOW), [*MINUTES[:90], *twice], [], at("11:00")
    )

    assert pace is not None
    assert pace.tokens_per_minute == 100
    assert pace.cost_per_hour == pytest.approx(4)
    assert pace.percent_at_reset is None
    assert pace.limit_at is None


def test_even_use_is_projected_as_a_straight_line() -> None:
    pace = compute_pace(
        WindowProgress(WINDOW, _make_usage(40)), MINUTES, [], at("11:00")
    )

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)

    faster = compute_pace(
        WindowProgress(WINDOW, _make_usage(80)), MINUTES, [], at("11:00")
    )

    assert faster is not None
    assert faster.percent_at_reset == pytest.approx(200)
    assert faster.limit_at is not None
    assert abs(faster.limit_at - at("11:30")) < timedelta(seconds=1)


def test_use_after_the_report_counts() -> None:
    used = _make_usage(20, at("09:59"))

    pace = compute_pace(WindowProgress(WINDOW, used), MINUTES, [], at("11:00"))

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)
    assert pace.forecast is not None
    assert pace.forecast.percent == pytest.approx(40)


def test_tokens_measure_usage_without_a_price() -> None:
    unpriced = [m._replace(cost=0, unpriced=1) for m in MINUTES]
    window = WINDOW._replace(totals=WINDOW_TOTALS._replace(unpriced=1))

    pace = compute_pace(
        WindowProgress(window, _make_usage(40)), unpriced, [], at("11:00")
    )

    assert pace is not None
    assert pace.cost_per_hour is None
    assert pace.window_cost_per_hour is None
    assert pace.percent_at_reset == pytest.approx(100)


def test_reached_limit_is_not_projected() -> None:
    pace = compute_pace(
        WindowProgress(WINDOW, _make_usage(100)), MINUTES, [], at("11:00")
    )

    assert pace is not None
    assert (pace.percent_at_reset, pace.limit_at) == (100, None)


def test_no_projection_without_usage() -> None:
    pace = compute_pace(
        WindowProgress(WINDOW, _make_usage(0)), MINUTES, [], at("11:00")
    )

    assert pace is not None
    assert (pace.percent_at_reset, pace.limit_at) == (0, None)


def test_method_and_margin_follow_the_record() -> None:
    experience = ForecastExperience(
        ForecastMethod.PROFILE,
        ForecastRecord(40, 3.0, 40, 12 * 60_000),
        [4e9] * 168,
    )

    pace = compute_pace(
        WindowProgress(WINDOW, _make_usage(80)),
        MINUTES,
        [],
        at("11:00"),
        experience,
    )

    assert pace is not None
    assert pace.forecast is not None
    assert pace.forecast.method is ForecastMethod.PROFILE
    assert pace.forecast.margin_ms == 12 * 60_000


def test_the_line_stands_in_for_an_unknown_profile() -> None:
    experience = ForecastExperience(ForecastMethod.PROFILE)

    pace = compute_pace(
        WindowProgress(WINDOW, _make_usage(80)),
        MINUTES,
        [],
        at("11:00"),
        experience,
    )

    assert pace is not None
    assert pace.forecast is not None
    assert pace.forecast.method is ForecastMethod.LINE


def test_typical_usage_needs_five_windows() -> None:
    few = compute_pace(
        WindowProgress(WINDOW, None),
        MINUTES,
        _make_usual_tokens(1, 2, 3, 4),
        at("11:00"),
    )
    enough = compute_pace(
        WindowProgress(WINDOW, None),
        MINUTES,
        _make_usual_tokens(5, 1, 4, 2, 3),
        at("11:00"),
    )

    assert few is not None
    assert few.typical_tokens is None
    assert enough is not None
    assert enough.typical_tokens == (3, 5)
    assert enough.typical_cost == (30, 50)


def test_typical_cost_ignores_unpriced_windows() -> None:
    usual = [*_make_usual_tokens(1, 2, 3, 4), (5, None)]

    pace = compute_pace(WindowProgress(WINDOW), MINUTES, usual, at("11:00"))

    assert pace is not None
    assert pace.typical_tokens == (3, 5)
    assert pace.typical_cost is None


def test_pace_of_the_whole_window() -> None:
    pace = compute_pace(WindowProgress(WINDOW), MINUTES, [], at("11:00"))

    assert pace is not None
    assert pace.window_tokens_per_minute == 50
    assert pace.window_cost_per_hour == pytest.approx(4)


def test_remotely_started_window_is_projected_by_its_average() -> None:
    progress = WindowProgress(WINDOW, _make_usage(40), is_fully_local=False)

    pace = compute_pace(progress, MINUTES, [], at("11:00"))

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)


def test_projection_without_local_records() -> None:
    progress = WindowProgress(
        WINDOW._replace(totals=Totals()), _make_usage(60)
    )

    pace = compute_pace(progress, [], [], at("12:00"))

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(150)
    assert pace.limit_at == at("12:20")


def test_a_time_that_passed_is_now_within_its_margin() -> None:
    forecast = Forecast(ForecastMethod.LINE, 90, 140, None, 10 * 60_000)
    pace = Pace(1, 1, 140, at("12:00"), forecast=forecast)

    assert project_pace(pace, at("11:59")) == (140, at("12:00"))
    assert project_pace(pace, at("12:00")) == (140, at("12:00"))
    assert project_pace(pace, at("12:10")) == (140, at("12:10"))
    assert project_pace(pace, at("12:11")) == (None, None)
    assert project_pace(Pace(1, 1, 66), at("12:11")) == (66, None)
    plain = Pace(1, 1, 140, at("12:00"))
    assert project_pace(plain, at("12:01")) == (None, None)
