from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from claude_tray.words import times
from tests.support.builders import at


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0m"),
        (-5, "0m"),
        (1, "1m"),
        (60, "1m"),
        (61, "2m"),
        (3_600, "1h 00m"),
        (10_020, "2h 47m"),
        (86_400, "1d 0h"),
        (158_400, "1d 20h"),
    ],
)
def test_a_span_is_told_in_begun_minutes(seconds: int, text: str) -> None:
    assert times.duration(timedelta(seconds=seconds)) == text


def test_moments_are_told_by_the_clock_on_the_wall() -> None:
    assert times.clock(at("14:05"), ZoneInfo("Europe/Vienna")) == "15:05"
    assert times.day_and_clock(at("14:05"), UTC) == "2026-03-01 14:05"
