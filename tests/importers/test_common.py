from __future__ import annotations

from typing import Any

import pytest

from claude_tray.importers.common import (
    UnusableValueError,
    parse_epoch_seconds,
    parse_iso_time,
)


def test_times_are_milliseconds() -> None:
    assert parse_epoch_seconds(1.5) == 1500
    assert parse_iso_time("1970-01-01T00:00:01.5") == 1500
    assert parse_iso_time("1970-01-01T01:00:01+01:00") == 1000


@pytest.mark.parametrize("value", [None, True, "1", 0, -1, float("nan"), 1e30])
def test_invalid_time_is_unusable(value: Any) -> None:
    with pytest.raises(UnusableValueError):
        parse_epoch_seconds(value)
    with pytest.raises(UnusableValueError):
        parse_iso_time(value)
