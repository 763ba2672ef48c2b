from __future__ import annotations

import pytest

from claude_tray.engine.rounds import SOON_SECONDS, Rounds


class Clocks:
    """Two clocks: one stands still while the machine sleeps."""

    def __init__(self) -> None:
        self.steady = 1000.0
        self.wall = 1.7e9

    def go_on(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def rounds(clocks: Clocks) -> Rounds:
    return Rounds(lambda: clocks.steady, lambda: clocks.wall)


def _look(
    rounds: Rounds,
    clocks: Clocks,
    *,
    is_well: bool = True,
    took: float = 0.002,
) -> None:
    rounds.begin()
    clocks.go_on(took)
    rounds.end(60, is_well=is_well)


def test_a_round_is_due_each_minute_whatever_is_told(
    rounds: Rounds,
    clocks: Clocks,
) -> None:
    _look(rounds, clocks)
    for _ in range(59):
        clocks.go_on(1)
        rounds.told()
        assert not rounds.is_due()
        assert 0 < rounds.patience() <= 10

    clocks.go_on(1)

    assert rounds.is_due()
    assert rounds.patience() == 0


@pytest.mark.parametrize("set_by", [3600, -86_400])
def test_a_round_is_due_after_sleep_and_when_the_clock_was_set(
    rounds: Rounds,
    clocks: Clocks,
    set_by: float,
) -> None:
    _look(rounds, clocks)

    clocks.wall += set_by
    assert rounds.is_due()

    _look(rounds, clocks)
    assert not rounds.is_due()


def test_while_something_is_wrong_rounds_come_soon(
    rounds: Rounds,
    clocks: Clocks,
) -> None:
    _look(rounds, clocks, is_well=False)

    clocks.go_on(SOON_SECONDS)

    assert rounds.is_due()


@pytest.mark.parametrize(("took", "period"), [(0.025, 25), (1.0, 60)])
def test_looking_takes_a_thousandth_of_the_time_at_most(
    rounds: Rounds,
    clocks: Clocks,
    took: float,
    period: float,
) -> None:
    _look(rounds, clocks, is_well=False, took=took)

    clocks.go_on(period - 0.1)
    assert not rounds.is_due()
    clocks.go_on(0.2)
    assert rounds.is_due()


def test_what_nobody_told_of_is_news_once_and_looked_for_until_told(
    rounds: Rounds,
    clocks: Clocks,
) -> None:
    assert rounds.missed()
    assert not rounds.missed()
    _look(rounds, clocks)
    clocks.go_on(SOON_SECONDS)
    assert rounds.is_due()

    rounds.told()
    _look(rounds, clocks)
    clocks.go_on(SOON_SECONDS)
    assert not rounds.is_due()
    assert not rounds.missed()
