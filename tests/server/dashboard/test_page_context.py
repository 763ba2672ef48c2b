from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.server.dashboard.page_context import (
    PageEtag,
    build_page_context,
)
from tests.server.dashboard.builders import AMERICAN, BERLIN, CONTEXT, NOW, at


def test_cookies_set_time_zone_clock_and_theme() -> None:
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
def test_an_unknown_time_zone_falls_back_to_utc(zone: str) -> None:
    context = build_page_context(
        {"claude_tray_zone": zone, "claude_tray_theme": "neon"},
        NOW,
    )

    assert context.zone.key == "UTC"
    assert context.clock_name == "24h"
    assert context.theme == "system"


def test_times_of_today_are_clock_times_in_the_browsers_zone() -> None:
    assert CONTEXT.format_time(at("15:00")) == "15:00"
    assert BERLIN.format_time(at("15:00")) == "16:00"
    assert AMERICAN.format_time(at("15:00")) == "10:00 AM"


def test_times_of_other_days_have_the_day() -> None:
    assert CONTEXT.format_time(at("09:00", day=26)) == "Thu 09:00"
    assert CONTEXT.format_time(at("00:14", day=25)) == "Wed 00:14"
    assert CONTEXT.format_time(at("00:12", day=25)) == "00:12"
    assert CONTEXT.format_when(at("09:00", day=19)) == "Thu 09:00"
    assert CONTEXT.format_when(at("12:00")) == "12:00"
    assert CONTEXT.format_when(at("09:00", day=17)) == "Nov 17"


def test_times_of_other_years_have_the_year() -> None:
    assert CONTEXT.format_when(NOW - timedelta(days=400)) == "Oct 20 2025"


def test_days_end_at_midnight_of_the_browsers_zone() -> None:
    late = at("23:30", day=23)

    assert CONTEXT.format_when(late) == "Mon 23:30"
    assert BERLIN.format_when(late) == "00:30"


def test_exact_times_have_seconds() -> None:
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
def test_elapsed_times(span: timedelta, text: str) -> None:
    assert CONTEXT.format_ago(NOW - span) == text


SENT_AT = NOW - timedelta(minutes=1)
ETAG = PageEtag(SENT_AT, NOW)


def test_an_etag_is_valid_for_five_minutes_without_sync() -> None:
    text = ETAG.to_text(None)

    assert PageEtag(SENT_AT, NOW + timedelta(seconds=299)).matches(text)
    assert not PageEtag(SENT_AT, NOW + timedelta(seconds=300)).matches(text)


def test_a_sync_invalidates_the_etag() -> None:
    assert not PageEtag(NOW, NOW).matches(ETAG.to_text(None))


def test_the_end_of_a_window_invalidates_the_etag() -> None:
    text = ETAG.to_text(NOW + timedelta(seconds=9))

    assert PageEtag(SENT_AT, NOW + timedelta(seconds=8)).matches(text)
    assert not PageEtag(SENT_AT, NOW + timedelta(seconds=9)).matches(text)


def test_there_is_an_etag_before_the_first_sync() -> None:
    assert PageEtag(None, NOW).matches(PageEtag(None, NOW).to_text(NOW))


@pytest.mark.parametrize(
    "text", ["", ".", "a.b", "0.", f"0.{'9' * 5000}", "0.²"]
)
def test_malformed_etags_do_not_match(text: str) -> None:
    assert not PageEtag(None, NOW).matches(text)
