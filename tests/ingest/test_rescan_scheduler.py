from __future__ import annotations

import pytest

from claude_tray.ingest.rescan_scheduler import (
    DEGRADED_INTERVAL_SECONDS,
    RescanScheduler,
)


class FakeClocks:
    """Two clocks, of which the monotonic one stops during sleep."""

    def __init__(self) -> None:
        self.monotonic = 1000.0
        self.wall = 1.7e9

    def advance(self, seconds: float) -> None:
        self.monotonic += seconds
        self.wall += seconds


@pytest.fixture
def clocks() -> FakeClocks:
    return FakeClocks()


@pytest.fixture
def scheduler(clocks: FakeClocks) -> RescanScheduler:
    return RescanScheduler(lambda: clocks.monotonic, lambda: clocks.wall)


def _run_rescan(
    scheduler: RescanScheduler,
    clocks: FakeClocks,
    *,
    is_healthy: bool = True,
    duration: float = 0.002,
) -> None:
    scheduler.begin()
    clocks.advance(duration)
    scheduler.end(60, is_healthy=is_healthy)


def test_a_rescan_is_due_each_minute_despite_events(
    scheduler: RescanScheduler,
    clocks: FakeClocks,
) -> None:
    _run_rescan(scheduler, clocks)
    for _ in range(59):
        clocks.advance(1)
        scheduler.is_missing_events = False
        assert not scheduler.is_due()
        assert 0 < scheduler.wait_seconds() <= 10

    clocks.advance(1)

    assert scheduler.is_due()
    assert scheduler.wait_seconds() == 0


@pytest.mark.parametrize("set_by", [3600, -86_400])
def test_a_rescan_is_due_after_sleep_and_clock_changes(
    scheduler: RescanScheduler,
    clocks: FakeClocks,
    set_by: float,
) -> None:
    _run_rescan(scheduler, clocks)

    clocks.wall += set_by
    assert scheduler.is_due()

    _run_rescan(scheduler, clocks)
    assert not scheduler.is_due()


def test_with_a_problem_rescans_come_soon(
    scheduler: RescanScheduler,
    clocks: FakeClocks,
) -> None:
    _run_rescan(scheduler, clocks, is_healthy=False)

    clocks.advance(DEGRADED_INTERVAL_SECONDS)

    assert scheduler.is_due()


@pytest.mark.parametrize(("took", "period"), [(0.025, 25), (1.0, 60)])
def test_rescans_take_at_most_a_thousandth_of_the_time(
    scheduler: RescanScheduler,
    clocks: FakeClocks,
    took: float,
    period: float,
) -> None:
    _run_rescan(scheduler, clocks, is_healthy=False, duration=took)

    clocks.advance(period - 0.1)
    assert not scheduler.is_due()
    clocks.advance(0.2)
    assert scheduler.is_due()


def test_a_missed_event_is_reported_once_and_rescans_continue(
    scheduler: RescanScheduler,
    clocks: FakeClocks,
) -> None:
    assert scheduler.missed_change()
    assert not scheduler.missed_change()
    _run_rescan(scheduler, clocks)
    clocks.advance(DEGRADED_INTERVAL_SECONDS)
    assert scheduler.is_due()

    scheduler.is_missing_events = False
    _run_rescan(scheduler, clocks)
    clocks.advance(DEGRADED_INTERVAL_SECONDS)
    assert not scheduler.is_due()
    assert not scheduler.missed_change()


def test_files_of_a_large_tree_are_examined_rarely(
    scheduler: RescanScheduler, clocks: FakeClocks
) -> None:
    assert scheduler.is_thorough_due()
    _run_rescan(scheduler, clocks, duration=0.3)

    clocks.advance(60)
    assert not scheduler.is_thorough_due()
    scheduler.begin(is_thorough=False)
    clocks.advance(0.02)
    scheduler.end(60, is_healthy=True)
    clocks.advance(835)
    assert not scheduler.is_thorough_due()

    clocks.advance(60)
    assert scheduler.is_thorough_due()


@pytest.mark.parametrize(
    ("duration", "period"), [(0.02, 60), (0.1, 300), (2.0, 3_600)]
)
def test_a_large_tree_is_rescanned_less_often_while_events_are_reliable(
    scheduler: RescanScheduler,
    clocks: FakeClocks,
    duration: float,
    period: float,
) -> None:
    _run_rescan(scheduler, clocks, duration=5)
    scheduler.begin(is_thorough=False)
    clocks.advance(duration)
    scheduler.end(60, is_healthy=True)

    clocks.advance(period - 1)
    assert not scheduler.is_due()
    clocks.advance(1.5)
    assert scheduler.is_due()


def test_a_large_tree_is_rescanned_as_configured_without_reliable_events(
    scheduler: RescanScheduler, clocks: FakeClocks
) -> None:
    scheduler.begin(is_thorough=False)
    clocks.advance(2)
    scheduler.end(60, is_healthy=False)

    clocks.advance(60)

    assert scheduler.is_due()


def test_an_extreme_tree_is_examined_each_hour(
    scheduler: RescanScheduler, clocks: FakeClocks
) -> None:
    _run_rescan(scheduler, clocks, duration=60)

    clocks.advance(3_541)

    assert scheduler.is_thorough_due()


def test_small_trees_are_always_examined(
    scheduler: RescanScheduler, clocks: FakeClocks
) -> None:
    _run_rescan(scheduler, clocks, duration=0.002)

    clocks.advance(60)

    assert scheduler.is_thorough_due()


@pytest.mark.parametrize("reason", ["unhealthy", "missed", "sleep"])
def test_doubt_requires_to_examine_every_file(
    scheduler: RescanScheduler, clocks: FakeClocks, reason: str
) -> None:
    _run_rescan(
        scheduler, clocks, duration=0.3, is_healthy=reason != "unhealthy"
    )
    if reason == "missed":
        scheduler.missed_change()
    if reason == "sleep":
        clocks.wall += 3_600

    assert scheduler.is_thorough_due()


def test_events_are_reliable_after_a_healthy_rescan_until_one_is_missed(
    scheduler: RescanScheduler,
    clocks: FakeClocks,
) -> None:
    assert not scheduler.has_reliable_events()

    _run_rescan(scheduler, clocks)
    assert scheduler.has_reliable_events()

    clocks.wall += 3600
    assert not scheduler.has_reliable_events()

    _run_rescan(scheduler, clocks)
    scheduler.missed_change()
    assert not scheduler.has_reliable_events()

    scheduler.is_missing_events = False
    _run_rescan(scheduler, clocks, is_healthy=False)
    assert not scheduler.has_reliable_events()
