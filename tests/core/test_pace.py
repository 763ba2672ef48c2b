from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.cost import Totals
from claude_tray.core.pace import WindowProgress, compute_pace
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import ValueSource, Window
from tests.support.builders import at, nano_usd
from tests.support.limits import make_limit_usage

if TYPE_CHECKING:
    from claude_tray.core.cost import NanoUsd
    from claude_tray.core.snapshot import LimitUsage


WINDOW_TOTALS = Totals(10, TokenCounts(0, 6_000), nano_usd(8_000_000_000))
RECENT_TOTALS = Totals(5, TokenCounts(0, 3_000), nano_usd(2_000_000_000))
WINDOW = Window(
    at("09:00"), at("14:00"), ValueSource.ESTIMATED, None, WINDOW_TOTALS
)


def _make_usage(percent: float) -> LimitUsage:
    return make_limit_usage("five_hour", percent, None, at("11:00"))


def _make_usual_tokens(*tokens: int) -> list[tuple[int, NanoUsd | None]]:
    return [(count, nano_usd(count * 10)) for count in tokens]


def test_no_pace_in_the_first_minutes() -> None:
    assert (
        compute_pace(
            WindowProgress(WINDOW, None), RECENT_TOTALS, [], at("09:14")
        )
        is None
    )


def test_pace_is_of_the_last_30_minutes() -> None:
    pace = compute_pace(
        WindowProgress(WINDOW, None), RECENT_TOTALS, [], at("11:00")
    )

    assert pace is not None
    assert pace.tokens_per_minute == 100
    assert pace.cost_per_hour == pytest.approx(4)
    assert pace.percent_at_reset is None
    assert pace.limit_at is None


def test_limit_is_projected_from_a_percentage() -> None:
    pace = compute_pace(
        WindowProgress(WINDOW, _make_usage(40)), RECENT_TOTALS, [], at("11:00")
    )

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)
    assert pace.limit_at is None

    faster = compute_pace(
        WindowProgress(WINDOW, _make_usage(80)), RECENT_TOTALS, [], at("11:00")
    )

    assert faster is not None
    assert faster.percent_at_reset == pytest.approx(200)
    assert faster.limit_at == at("11:30")


def test_tokens_measure_usage_without_a_price() -> None:
    unpriced = Totals(5, TokenCounts(0, 3_000), unpriced=1)
    window = WINDOW._replace(totals=WINDOW_TOTALS._replace(unpriced=1))

    pace = compute_pace(
        WindowProgress(window, _make_usage(40)), unpriced, [], at("11:00")
    )

    assert pace is not None
    assert pace.cost_per_hour is None
    assert pace.percent_at_reset == pytest.approx(160)


def test_reached_limit_is_not_projected() -> None:
    pace = compute_pace(
        WindowProgress(WINDOW, _make_usage(100)),
        RECENT_TOTALS,
        [],
        at("11:00"),
    )

    assert pace is not None
    assert (pace.percent_at_reset, pace.limit_at) == (100, None)


def test_no_projection_without_usage() -> None:
    pace = compute_pace(
        WindowProgress(WINDOW, _make_usage(0)), RECENT_TOTALS, [], at("11:00")
    )

    assert pace is not None
    assert (pace.percent_at_reset, pace.limit_at) == (0, None)


def test_typical_usage_needs_five_windows() -> None:
    few = compute_pace(
        WindowProgress(WINDOW, None),
        RECENT_TOTALS,
        _make_usual_tokens(1, 2, 3, 4),
        at("11:00"),
    )
    enough = compute_pace(
        WindowProgress(WINDOW, None),
        RECENT_TOTALS,
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

    pace = compute_pace(
        WindowProgress(WINDOW), RECENT_TOTALS, usual, at("11:00")
    )

    assert pace is not None
    assert pace.typical_tokens == (3, 5)
    assert pace.typical_cost is None


def test_pace_of_the_whole_window() -> None:
    pace = compute_pace(WindowProgress(WINDOW), RECENT_TOTALS, [], at("11:00"))

    assert pace is not None
    assert pace.window_tokens_per_minute == 50
    assert pace.window_cost_per_hour == pytest.approx(4)


def test_remotely_started_window_is_projected_by_its_average() -> None:
    progress = WindowProgress(WINDOW, _make_usage(40), is_fully_local=False)

    pace = compute_pace(progress, RECENT_TOTALS, [], at("11:00"))

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)


def test_projection_without_local_records() -> None:
    progress = WindowProgress(
        WINDOW._replace(totals=Totals()), _make_usage(60)
    )

    pace = compute_pace(progress, Totals(), [], at("12:00"))

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)
