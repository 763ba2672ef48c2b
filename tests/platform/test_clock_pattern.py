from __future__ import annotations

import pytest

from claude_tray.platform.clock_pattern import is_24h_pattern


@pytest.mark.parametrize(
    ("pattern", "is_24h"),
    [
        ("%H:%M:%S", True),
        ("%T", True),
        ("%I:%M:%S %p", False),
        ("%r", False),
        ("%c", None),
        ("HH:mm", True),
        ("h:mm tt", False),
        ("", None),
    ],
)
def test_24_hour_patterns_are_recognized(
    pattern: str,
    is_24h: bool | None,  # noqa: FBT001 - a case
) -> None:
    assert is_24h_pattern(pattern) is is_24h
