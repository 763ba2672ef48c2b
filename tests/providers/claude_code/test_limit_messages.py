from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.limits import LimitHit, LimitKind
from claude_tray.providers.claude_code.limit_messages import parse_limit_hit
from claude_tray.providers.claude_code.schema import decode_line
from tests.support.builders import make_limit_line, make_line, ms

VIENNA = ZoneInfo("Europe/Vienna")


def _parse_hit(
    text: str, clock: str = "09:00", **outer: Any
) -> LimitHit | None:
    line = make_limit_line(text, clock, **outer)
    return parse_limit_hit(decode_line(line), line, VIENNA)


@pytest.mark.parametrize(
    ("text", "kind", "resets"),
    [
        (
            "You've hit your session limit · resets 3:40pm (Europe/Vienna)",
            LimitKind.FIVE_HOUR,
            ms("14:40"),
        ),
        (
            "You\N{RIGHT SINGLE QUOTATION MARK}ve hit your limit ∙ resets 8pm (Asia/Tokyo)",
            LimitKind.FIVE_HOUR,
            ms("11:00"),
        ),
        (
            "You've hit your session limit · resets 9:30am",
            LimitKind.FIVE_HOUR,
            ms("08:30", 2),
        ),
        (
            "5-hour limit reached ∙ resets 12am",
            LimitKind.FIVE_HOUR,
            ms("23:00"),
        ),
        (
            "Session limit reached • resets 12:15 PM",
            LimitKind.FIVE_HOUR,
            ms("11:15"),
        ),
        (
            "Claude usage limit reached. It will reset at 3pm (America/Lima).",
            LimitKind.FIVE_HOUR,
            ms("20:00"),
        ),
        (
            "You've hit your weekly limit · resets Mon 12:00am",
            LimitKind.SEVEN_DAY,
            ms("23:00", 1),
        ),
        (
            "You've hit your weekly limit · resets Sun 9am",
            LimitKind.SEVEN_DAY,
            ms("08:00", 8),
        ),
        (
            "Weekly limit reached ∙ resets Mar 7, 1am",
            LimitKind.SEVEN_DAY,
            ms("00:00", 7),
        ),
        (
            "You've hit your Opus limit · resets 11am",
            LimitKind.MODEL,
            ms("10:00"),
        ),
        ("Fable 5 limit reached", LimitKind.MODEL, None),
        (
            "You've hit your limit · resets 25:99pm (Nowhere/AtAll)",
            LimitKind.FIVE_HOUR,
            None,
        ),
        (
            "Weekly limit reached ∙ resets Feb 30, 1am",
            LimitKind.SEVEN_DAY,
            None,
        ),
    ],
)
def test_all_known_wordings_are_parsed(
    text: str,
    kind: LimitKind,
    resets: int | None,
) -> None:
    assert _parse_hit(text) == (kind, ms("09:00"), resets)


def test_a_past_date_means_next_year() -> None:
    hit = _parse_hit("Weekly limit reached ∙ resets Jan 2, 1am")

    assert hit is not None
    assert hit.resets_ms is not None
    days = (hit.resets_ms - hit.at_ms) / 86_400_000
    assert 300 < days < 310


def test_the_oldest_message_contains_the_epoch_time() -> None:
    hit = _parse_hit(
        f"Claude AI usage limit reached|{ms('14:00') // 1000}",
        error=None,
        isApiErrorMessage=None,
    )

    assert hit == (LimitKind.FIVE_HOUR, ms("09:00"), ms("14:00"))


@pytest.mark.parametrize(
    "text",
    [
        "API Error: Rate limit reached",
        "API Error: 529 Overloaded",
        "No response requested.",
        "Server is temporarily limiting requests (not your usage limit)",
    ],
)
def test_throttling_is_not_a_plan_limit(text: str) -> None:
    assert _parse_hit(text) is None


def test_other_errors_are_not_limits() -> None:
    text = "You've hit your limit · resets 8pm"

    assert _parse_hit(text, error="server_error") is None
    assert _parse_hit(text, isApiErrorMessage=False) is None
    assert _parse_hit(text, timestamp=None) is None
    assert _parse_hit(text, timestamp="2026-03-01T09:00:00") is not None
    assert parse_limit_hit(decode_line(make_line()), make_line()) is None


def test_an_impossible_time_is_ignored() -> None:
    hit = _parse_hit(
        "You've hit your limit · resets 8pm",
        timestamp="9999-12-31T23:30:00Z",
    )

    assert hit is not None
    assert hit.resets_ms is None
