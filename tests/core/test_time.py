from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.time import (
    format_iso,
    format_iso_ms,
    from_epoch_ms,
    parse_iso_ms,
    to_duration_ms,
    to_epoch_ms,
)
from tests.support.builders import at, ms

FIRST_MS = to_epoch_ms(datetime.min.replace(tzinfo=UTC))
LAST_MS = to_epoch_ms(datetime.max.replace(tzinfo=UTC))
# No datetime with an offset reaches beyond year 1 or 9999 in UTC.
offsets = st.integers(-23 * 60, 23 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
datetimes = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - the offset is drawn
    datetime(2200, 1, 1),  # noqa: DTZ001 - the offset is drawn
    timezones=offsets,
)


@given(st.integers(FIRST_MS, LAST_MS))
def test_milliseconds_survive_every_conversion(at_ms: int) -> None:
    assert to_epoch_ms(from_epoch_ms(at_ms)) == at_ms
    assert parse_iso_ms(format_iso_ms(at_ms)) == at_ms


@given(datetimes)
def test_a_datetime_is_rounded_down_to_the_millisecond(time: datetime) -> None:
    rounded = from_epoch_ms(to_epoch_ms(time))

    assert timedelta(0) <= time - rounded < timedelta(milliseconds=1)
    assert parse_iso_ms(time.isoformat()) == to_epoch_ms(time)
    assert format_iso(time) == format_iso_ms(to_epoch_ms(time))


def test_a_datetime_without_zone_is_in_utc() -> None:
    naive = datetime.fromisoformat("2026-03-01T09:00:00.5")

    assert to_epoch_ms(naive) == ms("09:00") + 500


def test_durations_are_rounded_down() -> None:
    assert to_duration_ms(timedelta(days=1, microseconds=1999)) == 86_400_001
    assert to_duration_ms(timedelta(microseconds=-1)) == -1


def test_iso_is_in_utc_with_milliseconds() -> None:
    time = at("14:05").astimezone(ZoneInfo("Asia/Tokyo"))

    assert format_iso(time) == "2026-03-01T14:05:00.000Z"
    assert format_iso_ms(ms("14:05") + 7) == "2026-03-01T14:05:00.007Z"
    assert format_iso_ms(1_757_851_021_497) == "2025-09-14T11:57:01.497Z"
    assert format_iso_ms(0) == "1970-01-01T00:00:00.000Z"
    assert from_epoch_ms(0) == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("2025-09-14T11:57:01.497Z", 1_757_851_021_497),
        ("2025-09-14T13:57:01.497+02:00", 1_757_851_021_497),
        ("2025-09-14T11:57:01.497", 1_757_851_021_497),
        ("2025-09-14", 1_757_808_000_000),
        ("", None),
    ],
)
def test_iso_is_parsed_with_any_offset(text: str, at_ms: int | None) -> None:
    assert parse_iso_ms(text) == at_ms
