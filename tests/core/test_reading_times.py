"""Readings that do not know the reply that brought them."""

from __future__ import annotations

import random

import pytest

from claude_tray.core import receipt_readings
from claude_tray.core.receipt_parts import Dimension
from tests.core.test_receipt import (
    LEARNED,
    MINUTE_MS,
    WINDOW_MS,
    TrueWindow,
    build,
    make_window,
    weigh_truly,
)


def make_readings(*times: int) -> tuple[receipt_readings.Reading, ...]:
    return receipt_readings.build_readings(
        0, [(at_ms, 5.0) for at_ms in times]
    )


def test_a_reading_is_moved_before_the_last_reply() -> None:
    readings = make_readings(5 * MINUTE_MS, 9 * MINUTE_MS)
    times = [4 * MINUTE_MS + 10, 4 * MINUTE_MS + 20, 9 * MINUTE_MS]

    first, second, third = receipt_readings.exclude_last_replies(
        readings, times
    )

    assert first == readings[0]
    assert (second.at_ms, second.until_ms) == (times[1], 5 * MINUTE_MS)
    # Four minutes after the last reply, it brought something else.
    assert third == readings[2]


def test_readings_stay_in_order() -> None:
    readings = make_readings(MINUTE_MS, MINUTE_MS + 5)

    moved = receipt_readings.exclude_last_replies(readings, [MINUTE_MS - 9])

    times = [reading.at_ms for reading in moved]
    assert times == [0, MINUTE_MS - 9, MINUTE_MS + 5]


def move_readings(window: TrueWindow) -> TrueWindow:
    """Move the readings of a window before the replies that brought them."""
    times = [reply.at_ms for reply in window.usage.replies]
    moved = receipt_readings.exclude_last_replies(window.usage.readings, times)
    return window._replace(usage=window.usage._replace(readings=moved))


@pytest.mark.parametrize("elsewhere", [0.0, 12.0])
def test_the_last_reply_is_no_use_from_elsewhere(elsewhere: float) -> None:
    for seed in range(40):
        rng = random.Random(2_000 + seed)
        window = make_window(rng, elsewhere=elsewhere, lags=True)

        found = build(move_readings(window), LEARNED)

        assert found.remote == pytest.approx(elsewhere, abs=1.0), seed


@pytest.mark.parametrize("elsewhere", [0.0, 12.0])
def test_a_reading_that_knows_the_last_reply_is_believed_too(
    elsewhere: float,
) -> None:
    for seed in range(40):
        rng = random.Random(3_000 + seed)
        window = move_readings(make_window(rng, elsewhere=elsewhere))

        found = build(window, LEARNED)

        assert found.remote == pytest.approx(elsewhere, abs=1.0), seed
        points = {p.key: p.points for p in found.parts[Dimension.SESSION]}
        end_ms = window.usage.readings[-1].at_ms
        for session, true in window.by_session.items():
            unreported = sum(
                weigh_truly(dict(reply.amounts))
                for reply in window.usage.replies
                if reply.session == session and reply.at_ms >= end_ms
            )
            assert points[session] == pytest.approx(
                true - unreported, abs=1.0
            ), seed


def test_all_of_a_window_adds_up() -> None:
    window = make_window(random.Random(7), elsewhere=12.0, lags=True)

    found = build(move_readings(window), LEARNED, 0, WINDOW_MS)

    assert found.change == pytest.approx(
        found.local + found.remote + found.rounding
    )
