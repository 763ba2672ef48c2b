from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.pace import Course, pace_of
from claude_tray.domain.snapshot import Used
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import Source, Window
from tests.support.builders import at, nano

if TYPE_CHECKING:
    from claude_tray.domain.price import NanoUsd

SPENT = Totals(10, TokenCounts(0, 6_000), nano(8_000_000_000))
LATELY = Totals(5, TokenCounts(0, 3_000), nano(2_000_000_000))
WINDOW = Window(at("09:00"), at("14:00"), Source.ESTIMATED, None, SPENT)


def _used(percent: float) -> Used:
    return Used("five_hour", percent, None, Source.OFFICIAL, at("11:00"))


def _usual(*tokens: int) -> list[tuple[int, NanoUsd | None]]:
    return [(count, nano(count * 10)) for count in tokens]


def test_a_few_minutes_into_a_window_there_is_no_pace() -> None:
    assert pace_of(Course(WINDOW, None), LATELY, [], at("09:14")) is None


def test_the_pace_is_that_of_the_last_half_hour() -> None:
    pace = pace_of(Course(WINDOW, None), LATELY, [], at("11:00"))

    assert pace is not None
    assert pace.tokens_per_minute == 100
    assert pace.cost_per_hour == pytest.approx(4)
    assert pace.percent_at_reset is None
    assert pace.limit_at is None


def test_with_a_percentage_the_limit_can_be_foreseen() -> None:
    pace = pace_of(Course(WINDOW, _used(40)), LATELY, [], at("11:00"))

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)
    assert pace.limit_at is None

    faster = pace_of(Course(WINDOW, _used(80)), LATELY, [], at("11:00"))

    assert faster is not None
    assert faster.percent_at_reset == pytest.approx(200)
    assert faster.limit_at == at("11:30")


def test_without_a_price_tokens_stand_for_use() -> None:
    unpriced = Totals(5, TokenCounts(0, 3_000), unpriced=1)
    window = WINDOW._replace(totals=SPENT._replace(unpriced=1))

    pace = pace_of(Course(window, _used(40)), unpriced, [], at("11:00"))

    assert pace is not None
    assert pace.cost_per_hour is None
    assert pace.percent_at_reset == pytest.approx(160)


def test_a_limit_that_is_reached_is_not_foreseen() -> None:
    pace = pace_of(Course(WINDOW, _used(100)), LATELY, [], at("11:00"))

    assert pace is not None
    assert (pace.percent_at_reset, pace.limit_at) == (100, None)


def test_nothing_used_leads_nowhere() -> None:
    pace = pace_of(Course(WINDOW, _used(0)), LATELY, [], at("11:00"))

    assert pace is not None
    assert (pace.percent_at_reset, pace.limit_at) == (0, None)


def test_five_earlier_windows_tell_what_is_usual() -> None:
    few = pace_of(
        Course(WINDOW, None), LATELY, _usual(1, 2, 3, 4), at("11:00")
    )
    enough = pace_of(
        Course(WINDOW, None), LATELY, _usual(5, 1, 4, 2, 3), at("11:00")
    )

    assert few is not None
    assert few.usual_tokens is None
    assert enough is not None
    assert enough.usual_tokens == (3, 5)
    assert enough.usual_cost == (30, 50)


def test_a_window_without_a_price_tells_nothing_of_what_is_usual() -> None:
    usual = [*_usual(1, 2, 3, 4), (5, None)]

    pace = pace_of(Course(WINDOW), LATELY, usual, at("11:00"))

    assert pace is not None
    assert pace.usual_tokens == (3, 5)
    assert pace.usual_cost is None


def test_the_pace_of_the_whole_window_is_told_too() -> None:
    pace = pace_of(Course(WINDOW), LATELY, [], at("11:00"))

    assert pace is not None
    assert pace.window_tokens_per_minute == 50
    assert pace.window_cost_per_hour == pytest.approx(4)


def test_what_was_begun_elsewhere_is_foreseen_by_its_average() -> None:
    course = Course(WINDOW, _used(40), is_all_here=False)

    pace = pace_of(course, LATELY, [], at("11:00"))

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)


def test_with_nothing_known_here_the_share_alone_tells_the_pace() -> None:
    course = Course(WINDOW._replace(totals=Totals()), _used(60))

    pace = pace_of(course, Totals(), [], at("12:00"))

    assert pace is not None
    assert pace.percent_at_reset == pytest.approx(100)
