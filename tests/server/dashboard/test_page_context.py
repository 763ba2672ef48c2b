from __future__ import annotations

from datetime import timedelta

import pytest

from claude_tray.server.dashboard.page_context import (
    PageEtag,
    build_page_context,
)
from tests.web.builders import NOW


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
