from __future__ import annotations

from typing import Any

import pytest

from claude_tray.importers.common import (
    UnusableValueError,
    parse_epoch_seconds,
    parse_iso_time,
)


def test_times_are_milliseconds() -> None:
    assert parse_epoch_seconds(1_600_000_001.5) == 1_600_000_001_500
    assert parse_iso_time("2020-09-13T12:26:41.5") == 1_600_000_001_500
    assert parse_iso_time("2020-09-13T13:26:41+01:00") == 1_600_000_001_000


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "1",
        0,
        -1,
        float("nan"),
        1e30,
        1_577_836_799,
        9_999_999_999,
        "2019-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_invalid_time_is_unusable(value: Any) -> None:
    with pytest.raises(UnusableValueError):
        parse_epoch_seconds(value)
    with pytest.raises(UnusableValueError):
        parse_iso_time(value)
