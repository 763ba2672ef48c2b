from __future__ import annotations

from zoneinfo import ZoneInfo

from claude_tray.wire.timestamps import iso, iso_of
from tests.support.builders import at, ms


def test_programs_get_utc_with_milliseconds() -> None:
    moment = at("14:05").astimezone(ZoneInfo("Asia/Tokyo"))

    assert iso(moment) == "2026-03-01T14:05:00.000Z"
    assert iso_of(ms("14:05") + 7) == "2026-03-01T14:05:00.007Z"


def test_a_time_is_written_with_its_milliseconds() -> None:
    assert iso_of(1_757_851_021_497) == "2025-09-14T11:57:01.497Z"
    assert iso_of(0) == "1970-01-01T00:00:00.000Z"
