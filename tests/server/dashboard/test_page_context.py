from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.server.dashboard.page_context import (
    PageEtag,
    build_page_context,
)
from tests.server.dashboard.builders import AMERICAN, BERLIN, CONTEXT, NOW, at


def test_the_browser_tells_zone_clock_and_theme_by_cookies() -> None:
    cookies = {
        "claude_tray_zone": "America%2FNew_York",
        "claude_tray_clock": "12h",
        "claude_tray_theme": "dark",
    }

    context = build_page_context(cookies, NOW)

    assert context.zone.key == "America/New_York"
    assert context.clock_name == "12h"
    assert context.theme == "dark"


@pytest.mark.parametrize(
    "zone", ["", "Atlantis/Town", "../etc", "a\0b", "x" * 999]
)
def test_a_zone_that_there_is_not_is_utc(zone: str) -> None:
    context = build_page_context(
        {"claude_tray_zone": zone, "claude_tray_theme": "neon"},
        NOW,
    )

    assert context.zone.key == "UTC"
    assert context.clock_name == "24h"
    assert context.theme == "system"


def test_a_moment_of_today_is_a_clock_in_the_viewers_zone() -> None:
    assert CONTEXT.format_time(at("15:00")) == "15:00"
    assert BERLIN.format_time(at("15:00")) == "16:00"
    assert AMERICAN.format_time(at("15:00")) == "10:00 AM"


def test_another_day_is_named() -> None:
    assert CONTEXT.format_time(at("09:00", day=26)) == "Thu 09:00"
    assert CONTEXT.format_time(at("00:14", day=25)) == "Wed 00:14"
    assert CONTEXT.format_time(at("00:12", day=25)) == "00:12"
    assert CONTEXT.format_when(at("09:00", day=19)) == "Thu 09:00"
    assert CONTEXT.format_when(at("12:00")) == "12:00"
    assert CONTEXT.format_when(at("09:00", day=17)) == "Nov 17"


def test_another_year_is_named() -> None:
    assert CONTEXT.format_when(NOW - timedelta(days=400)) == "Oct 20 2025"


def test_the_day_ends_by_the_viewers_clock() -> None:
    late = at("23:30", day=23)

    assert CONTEXT.format_when(late) == "Mon 23:30"
    assert BERLIN.format_when(late) == "00:30"


def test_an_exact_moment_has_seconds() -> None:
    assert BERLIN.format_exact(NOW) == "Nov 24, 13:13:00"
    assert AMERICAN.format_exact(NOW) == "Nov 24, 7:13:00 AM"


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
    assert CONTEXT.format_ago(NOW - span) == text


SENT_AT = NOW - timedelta(minutes=1)
ETAG = PageEtag(SENT_AT, NOW)


def test_a_page_is_right_while_nothing_came_for_five_minutes() -> None:
    text = ETAG.to_text(None)

    assert PageEtag(SENT_AT, NOW + timedelta(seconds=299)).matches(text)
    assert not PageEtag(SENT_AT, NOW + timedelta(seconds=300)).matches(text)


def test_what_is_sent_makes_it_another_page() -> None:
    assert not PageEtag(NOW, NOW).matches(ETAG.to_text(None))


def test_the_end_of_a_window_makes_it_another_page() -> None:
    text = ETAG.to_text(NOW + timedelta(seconds=9))

    assert PageEtag(SENT_AT, NOW + timedelta(seconds=8)).matches(text)
    assert not PageEtag(SENT_AT, NOW + timedelta(seconds=9)).matches(text)


def test_before_anything_is_sent_there_is_a_mark() -> None:
    assert PageEtag(None, NOW).matches(PageEtag(None, NOW).to_text(NOW))


@pytest.mark.parametrize(
    "text", ["", ".", "a.b", "0.", f"0.{'9' * 5000}", "0.²"]
)
def test_other_marks_are_none(text: str) -> None:
    assert not PageEtag(None, NOW).matches(text)
