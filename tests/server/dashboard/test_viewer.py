from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.server.dashboard.viewer import viewer_of
from tests.server.dashboard.made import AMERICAN, BERLIN, NOW, VIEWER, at


def test_the_browser_tells_zone_clock_and_theme_by_cookies() -> None:
    cookies = {
        "claude_tray_zone": "America%2FNew_York",
        "claude_tray_clock": "12h",
        "claude_tray_theme": "dark",
    }

    viewer = viewer_of(cookies, NOW)

    assert viewer.zone.key == "America/New_York"
    assert viewer.clock_name == "12h"
    assert viewer.theme == "dark"


@pytest.mark.parametrize(
    "zone", ["", "Atlantis/Town", "../etc", "a\0b", "x" * 999]
)
def test_a_zone_that_there_is_not_is_utc(zone: str) -> None:
    viewer = viewer_of(
        {"claude_tray_zone": zone, "claude_tray_theme": "neon"},
        NOW,
    )

    assert viewer.zone.key == "UTC"
    assert viewer.clock_name == "24h"
    assert viewer.theme == "system"


def test_a_moment_of_today_is_a_clock_in_the_viewers_zone() -> None:
    assert VIEWER.clock(at("15:00")) == "15:00"
    assert BERLIN.clock(at("15:00")) == "16:00"
    assert AMERICAN.clock(at("15:00")) == "10:00 AM"


def test_another_day_is_named() -> None:
    assert VIEWER.clock(at("09:00", day=26)) == "Thu 09:00"
    assert VIEWER.clock(at("00:14", day=25)) == "Wed 00:14"
    assert VIEWER.clock(at("00:12", day=25)) == "00:12"
    assert VIEWER.when(at("09:00", day=19)) == "Thu 09:00"
    assert VIEWER.when(at("12:00")) == "12:00"
    assert VIEWER.when(at("09:00", day=17)) == "Nov 17"


def test_another_year_is_named() -> None:
    assert VIEWER.when(NOW - timedelta(days=400)) == "Oct 20 2025"


def test_the_day_ends_by_the_viewers_clock() -> None:
    late = at("23:30", day=23)

    assert VIEWER.when(late) == "Mon 23:30"
    assert BERLIN.when(late) == "00:30"


def test_an_exact_moment_has_seconds() -> None:
    assert BERLIN.exact(NOW) == "Nov 24, 13:13:00"
    assert AMERICAN.exact(NOW) == "Nov 24, 7:13:00 AM"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1m ago"),
        (timedelta(seconds=119), "1m ago"),
        (timedelta(hours=7, minutes=1), "7h 01m ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_how_long_ago(span: timedelta, text: str) -> None:
    assert VIEWER.ago(NOW - span) == text
