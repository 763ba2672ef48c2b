from __future__ import annotations

import pytest

from claude_tray.domain.pace import pace_of
from claude_tray.domain.snapshot import Used
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import Source, Window
from tests.support.builders import at, nano

SPENT = Totals(10, TokenCounts(0, 6_000), nano(8_000_000_000))
LATELY = Totals(5, TokenCounts(0, 3_000), nano(2_000_000_000))
WINDOW = Window(at("09:00"), at("14:00"), Source.ESTIMATED, None, SPENT)


def _used(percent: float) -> Used:
    return Used("five_hour", percent, None, Source.OFFICIAL, at("11:00"))


def test_a_few_minutes_into_a_window_there_is_no_pace() -> None:
    assert pace_of(WINDOW, LATELY, None, [], at("09:14")) is None


def test_the_pace_is_that_of_the_last_half_hour() -> None:
    pace = pace_of(WINDOW, LATELY, None, [], at("11:00"))

    assert pace is not None
    assert pace.tokens_per_minute == 100
    assert pace.cost_per_hour == pytest.approx(4)
    assert pace.percent_at_reset is None
    assert pace.limit_at is None


def test_with_a_percentage_the_limit_can_be_foreseen() -> None:
    pace = pace_of(WINDOW, LATELY, _used(40), [], at("11:00"))

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)
    assert pace.limit_at is None

    faster = pace_of(WINDOW, LATELY, _used(80), [], at("11:00"))

    assert faster is not None
    assert faster.percent_at_reset == pytest.approx(200)
    assert faster.limit_at == at("11:30")


def test_without_a_price_tokens_stand_for_use() -> None:
    unpriced = Totals(5, TokenCounts(0, 3_000), unpriced=1)
    window = WINDOW._replace(totals=SPENT._replace(unpriced=1))

    pace = pace_of(window, unpriced, _used(40), [], at("11:00"))

    assert pace is not None
    assert pace.cost_per_hour is None
    assert pace.percent_at_reset == pytest.approx(160)


def test_a_limit_that_is_reached_is_not_foreseen() -> None:
    pace = pace_of(WINDOW, LATELY, _used(100), [], at("11:00"))

    assert pace is not None
    assert (pace.percent_at_reset, pace.limit_at) == (100, None)


def test_nothing_used_leads_nowhere() -> None:
    pace = pace_of(WINDOW, LATELY, _used(0), [], at("11:00"))

    assert pace is not None
    assert (pace.percent_at_reset, pace.limit_at) == (0, None)


def test_five_earlier_windows_tell_what_is_usual() -> None:
    few = pace_of(WINDOW, LATELY, None, [1, 2, 3, 4], at("11:00"))
    enough = pace_of(WINDOW, LATELY, None, [5, 1, 4, 2, 3], at("11:00"))

    assert few is not None
    assert few.usual_tokens is None
    assert enough is not None
    assert enough.usual_tokens == (3, 5)
