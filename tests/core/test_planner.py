"""Made-up days with known truth: how long each start makes work wait."""

from __future__ import annotations

import pytest

from claude_tray.core.fit import Activity
from claude_tray.core.planner import Replay, Work, remove_waits, replay

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def work_from(hour: float, points: float, steps: int) -> list[Work]:
    """Return work every 30 minutes."""
    first = round(hour * HOUR_MS)
    return [Work(first + i * HOUR_MS // 2, points) for i in range(steps)]


@pytest.mark.parametrize(
    ("start", "walls", "waited"),
    [
        # 9:00 to 12:00 take 25 points each: the fifth, at 11:00, waits until
        # 14:00, and the two after it fit into the window that follows.
        (None, 1, 180),
        # A window from 7:10 ends at 12:10: 11:00 waits for 70 minutes.
        (7 * 60 + 10, 1, 70),
        # A window from 6:00 ends at 11:00: nothing waits.
        (6 * 60, 0, 0),
        # Its start is rounded down to ten minutes.
        (6 * 60 + 9, 0, 0),
        # A window from 3:00 ends before work starts.
        (3 * 60, 1, 180),
        # One that is open already is not opened again.
        (10 * 60, 1, 180),
    ],
)
def test_an_earlier_first_message_shortens_the_wait(
    start: int | None, walls: int, waited: int
) -> None:
    starts = [] if start is None else [start * MINUTE_MS]

    result = replay(work_from(9, 25, 7), starts)

    assert result == Replay(walls, waited * MINUTE_MS)


def test_each_day_adds_its_wait() -> None:
    days = [
        item._replace(at_ms=item.at_ms + day * DAY_MS)
        for day in range(30)
        for item in work_from(9, 25, 7)
    ]
    starts = [day * DAY_MS + 430 * MINUTE_MS for day in range(30)]

    assert replay(days, []).waited_ms == 30 * 180 * MINUTE_MS
    assert replay(days, starts).waited_ms == 30 * 70 * MINUTE_MS


@pytest.mark.parametrize(
    ("evening", "waited"),
    [
        # The second piece waits from 9:30 to 14:00. Then 13:30 happens at
        # 13:30, as the pause of four hours makes up for most of the delay,
        # which is 30 minutes more: at 14:00, without a wait of its own.
        ([Work(round(13.5 * HOUR_MS), 10)], 270),
        # At 14:00, what does not fit next to 60 points waits until 19:00.
        ([Work(round(13.5 * HOUR_MS), 50)], 270 + 300),
        # After a long pause, a window of its own.
        ([Work(20 * HOUR_MS, 90)], 270),
    ],
)
def test_a_delay_reaches_until_a_pause_makes_up_for_it(
    evening: list[Work], waited: int
) -> None:
    result = replay([*work_from(9, 60, 2), *evening], [])

    assert result.waited_ms == waited * MINUTE_MS


def test_work_larger_than_a_window_does_not_wait_for_ever() -> None:
    assert replay([Work(0, 150), Work(1, 150)], []).walls == 1


def test_waits_at_limits_are_no_work() -> None:
    """Blocked from 11:00 to 14:00; after a pause nothing is moved."""
    hours = (10, 10.9, 14.1, 15, 20)
    activities = [
        Activity(0, round(hour * HOUR_MS), "s", "/p", 1.0) for hour in hours
    ]

    work = remove_waits(activities, [(11 * HOUR_MS, 14 * HOUR_MS)])

    assert [item.at_ms / HOUR_MS for item in work] == pytest.approx(
        [10, 10.9, 11.1, 12, 20]
    )
