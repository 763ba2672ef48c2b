from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import LimitKind
from claude_tray.providers.claude_code.limit_messages import parse_limit_hit
from claude_tray.providers.claude_code.schema import decode_line
from tests.support.builders import make_limit_line, make_line, ms

VIENNA = ZoneInfo("Europe/Vienna")
FIVE_HOUR, SEVEN_DAY, MODEL, SPEND, UNKNOWN = (
    LimitKind.FIVE_HOUR,
    LimitKind.SEVEN_DAY,
    LimitKind.MODEL,
    LimitKind.SPEND,
    LimitKind.UNKNOWN,
)


def _parse_hit(
    text: str, clock: str = "09:00", **outer: Any
) -> LimitHit | None:
    line = make_limit_line(text, clock, **outer)
    return parse_limit_hit(decode_line(line), line, VIENNA)


# Messages at 10:00 in Vienna, which is 09:00 UTC, on Sunday, 1 March.
WORDINGS: list[tuple[str, LimitKind, str, int | None]] = [
    # 2.1.332
    ("You've hit your 5-hour limit · resets 1pm (UTC)", FIVE_HOUR, "", ms("13:00")),
    ("You've hit your weekly limit · resets Mar 2, 8am (UTC)", SEVEN_DAY, "", ms("08:00", 2)),
    ("You've hit your Opus limit · resets Mar 2, 8am (UTC)", MODEL, "Opus", ms("08:00", 2)),
    (
        "You've hit your Fable limit · resets Mar 2, 8am (UTC). Switch to another model, or manage usage credits",
        MODEL, "Fable", ms("08:00", 2),
    ),
    # Without a name it was the 5-hour limit, and later also others.
    ("You\N{RIGHT SINGLE QUOTATION MARK}ve hit your limit ∙ resets 8pm (Asia/Tokyo)", FIVE_HOUR, "", ms("11:00")),
    ("You've hit your limit · resets Mar 4, 9pm", SEVEN_DAY, "", ms("20:00", 4)),
    ("You've hit your limit · resets Mar 20, 9pm", UNKNOWN, "", ms("20:00", 20)),
    ("Limit reached · resets 2pm (Etc/Unknown) · /upgrade to Max or turn on /extra-usage", FIVE_HOUR, "", ms("13:00")),
    # 2.1.210
    (
        "You've reached your Fable 5 limit. Run /usage-credits to continue or switch models with /model.",
        MODEL, "Fable", None,
    ),
    ("Fable 5 limit reached", MODEL, "Fable", None),
    ("You've hit your Opus 4.1 weekly limit · resets Mon 9am", MODEL, "Opus", ms("08:00", 2)),
    ("You're out of extra usage · resets 10pm (Europe/Vienna)", SPEND, "Extra usage", ms("21:00")),
    ("You\N{RIGHT SINGLE QUOTATION MARK}re out of extra usage", SPEND, "Extra usage", None),
    ("You've hit your org's monthly usage limit", SPEND, "Monthly limit", None),
    ("You\N{RIGHT SINGLE QUOTATION MARK}ve hit your org\N{RIGHT SINGLE QUOTATION MARK}s monthly usage limit", SPEND, "Monthly limit", None),
    ("You've reached your spending limit", SPEND, "Spend limit", None),
    ("You've used all of your Fable 5 usage · resets Mar 2", MODEL, "Fable", ms("23:00", 1)),
    ("You've hit your weekly limit for Opus · resets Mar 2, 8am (UTC)", MODEL, "Opus", ms("08:00", 2)),
    ("You've hit your weekly limit on Claude Opus", MODEL, "Opus", None),
    # Earlier wordings.
    ("You've hit your session limit · resets 3:40pm (Europe/Vienna)", FIVE_HOUR, "", None),
    ("You've hit your session limit · resets 2:40pm (Europe/Vienna)", FIVE_HOUR, "", ms("13:40")),
    ("You've hit your\N{NO-BREAK SPACE}session limit · resets\N{NO-BREAK SPACE}2:40 PM", FIVE_HOUR, "", ms("13:40")),
    ("5-hour limit reached ∙ resets 12pm", FIVE_HOUR, "", ms("11:00")),
    ("5 hour limit reached - resets noon", FIVE_HOUR, "", ms("11:00")),
    ("Session limit reached • resets 12:15 PM", FIVE_HOUR, "", ms("11:15")),
    ("Session limit reached · resets 12:15", FIVE_HOUR, "", ms("11:15")),
    ("Claude usage limit reached. Your limit will reset at 9am (America/Lima).", FIVE_HOUR, "", ms("14:00")),
    ("You've hit your weekly limit · resets Mon 12:00am", SEVEN_DAY, "", ms("23:00", 1)),
    ("You've hit your weekly limit · resets Sun 9am", SEVEN_DAY, "", ms("08:00", 8)),
    ("You've hit your weekly limit · resets Mar 4 at 7pm", SEVEN_DAY, "", ms("18:00", 4)),
    ("Weekly limit reached ∙ resets Mar 7, 1am", SEVEN_DAY, "", ms("00:00", 7)),
    ("Weekly limit reached ∙ resets Mar 7, 2026, 1am", SEVEN_DAY, "", ms("00:00", 7)),
    ("Weekly limit reached ∙ resets 7 March 2026 at 1am", SEVEN_DAY, "", ms("00:00", 7)),
    ("Weekly limit reached ∙ resets Mar 7, 2025, 1am", SEVEN_DAY, "", None),
    ("Weekly limit reached ∙ resets 7 March, 13:00", SEVEN_DAY, "", ms("12:00", 7)),
    ("Weekly limit reached ∙ resets 2026-03-07 13:00 (UTC)", SEVEN_DAY, "", ms("13:00", 7)),
    ("Weekly limit reached ∙ resets tomorrow at 9am", SEVEN_DAY, "", ms("08:00", 2)),
    ("Weekly limit reached ∙ resets in 2 days 3 hours", SEVEN_DAY, "", ms("12:00", 3)),
    ("Session limit reached ∙ resets in 3h 20m", FIVE_HOUR, "", ms("12:20")),
    # Impossible times say nothing.
    ("You've hit your session limit · resets 25:99pm (Nowhere/AtAll)", FIVE_HOUR, "", None),
    ("Weekly limit reached ∙ resets Feb 30, 1am", SEVEN_DAY, "", None),
    ("You've hit your session limit · resets 9:30am", FIVE_HOUR, "", None),
    ("You've hit your session limit · resets 2pm (../../etc/passwd)", FIVE_HOUR, "", ms("13:00")),
    ("You've hit your session limit · resets 2pm (Europe)", FIVE_HOUR, "", ms("13:00")),
    # A refusal that is not understood is still a refusal.
    ("Usage is paused for this seat", UNKNOWN, "", None),
    ("Your daily limit is used up", UNKNOWN, "Daily limit", None),
    ("Nobody here can foresee what comes before the limit", UNKNOWN, "", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "scope", "resets"), WORDINGS)
def test_all_known_wordings_are_parsed(
    text: str, kind: LimitKind, scope: str, resets: int | None
) -> None:
    hit = _parse_hit(text)

    assert hit is not None
    assert (hit.kind, hit.scope, hit.resets_ms) == (kind, scope, resets)
    assert hit.at_ms == ms("09:00")


def test_a_past_date_means_next_year() -> None:
    written = "2026-12-30T09:00:00Z"

    hit = _parse_hit(
        "Weekly limit reached ∙ resets Jan 2, 1am (UTC)", timestamp=written
    )

    assert hit is not None
    assert (
        hit.resets_ms == datetime(2027, 1, 2, 1, tzinfo=UTC).timestamp() * 1000
    )


def test_the_oldest_message_contains_the_epoch_time() -> None:
    hit = _parse_hit(
        f"Claude AI usage limit reached|{ms('14:00') // 1000}",
        error=None,
        isApiErrorMessage=None,
    )

    assert hit == LimitHit(FIVE_HOUR, ms("09:00"), ms("14:00"))


def test_the_epoch_time_counts_in_a_message_with_an_error() -> None:
    hit = _parse_hit(f"Claude AI usage limit reached|{ms('13:00') // 1000}")

    assert hit == LimitHit(FIVE_HOUR, ms("09:00"), ms("13:00"))


@pytest.mark.parametrize(
    "text", ["Zorp: quux exceeded.", "All tokens of your plan are gone", ""]
)
def test_a_refusal_needs_no_known_word(text: str) -> None:
    hit = _parse_hit(text, apiErrorStatus=429)

    assert hit == LimitHit(UNKNOWN, ms("09:00"), None)


NOT_PLAN_LIMITS = [
    "API Error: Rate limit reached",
    "API Error: 529 Overloaded",
    "No response requested.",
    "Server is temporarily limiting requests (not your usage limit)",
    "API Error: 429 This would exceed your rate limit of tokens per minute",
    "Context limit reached · /compact or /clear to continue",
    "Prompt is too long",
]


@pytest.mark.parametrize("error", ["rate_limit", None])
@pytest.mark.parametrize("text", NOT_PLAN_LIMITS)
def test_throttling_is_not_a_plan_limit(text: str, error: str | None) -> None:
    assert _parse_hit(text, error=error) is None


@pytest.mark.parametrize(
    "text",
    [
        "API Error: Request rejected (429)",
        "API Error: 429 Overloaded",
        "Server is temporarily limiting requests (not your usage limit)",
    ],
)
def test_throttling_has_the_same_status(text: str) -> None:
    assert _parse_hit(text, apiErrorStatus=429) is None


def test_other_errors_are_not_limits() -> None:
    text = "You've hit your limit · resets 8pm"

    assert _parse_hit(text, error="server_error") is None
    assert _parse_hit(text, isApiErrorMessage=False) is None
    assert _parse_hit(text, timestamp=None) is None
    assert _parse_hit(text, timestamp="2026-03-01T09:00:00") is not None
    assert parse_limit_hit(decode_line(make_line()), make_line()) is None
    assert _parse_hit("API Error: 400 usage is not valid", error=None) is None


def test_an_impossible_time_is_ignored() -> None:
    hit = _parse_hit(
        "You've hit your limit · resets 8pm",
        timestamp="9999-12-31T23:30:00Z",
    )

    assert hit is not None
    assert hit.resets_ms is None


def _quota(
    name: object, resets: object, status: object = "rejected"
) -> dict[str, Any]:
    return {
        "status": status,
        "resetsAt": resets,
        "rateLimitType": name,
        "isUsingOverage": False,
    }


FIELDS = [
    ("five_hour", "13:00", 1, FIVE_HOUR, ""),
    ("overage", "08:00", 4, SPEND, "Extra usage"),
    ("seven_day", "08:00", 4, SEVEN_DAY, ""),
    ("seven_day_opus", "08:00", 4, MODEL, "Opus"),
    ("seven_day_sonnet", "08:00", 4, MODEL, "Sonnet"),
    ("seven_day_overage_included", "08:00", 4, MODEL, "Fable"),
    ("a_new_one", "08:00", 4, LimitKind.OTHER, "A new one"),
]


@pytest.mark.parametrize("place", ["quotaLimits", "apiErrorParams"])
@pytest.mark.parametrize(("name", "clock", "day", "kind", "scope"), FIELDS)
def test_fields_are_read_before_the_sentence(
    name: str, clock: str, day: int, kind: LimitKind, scope: str, place: str
) -> None:
    quota = _quota(name, ms(clock, day) // 1000)
    fields: dict[str, Any] = {
        place: {"rate_limit_info": quota}
        if place == "apiErrorParams"
        else quota
    }

    hit = _parse_hit("You've hit your Haiku limit · resets 1am", **fields)

    assert hit == LimitHit(kind, ms("09:00"), ms(clock, day), scope)


def test_a_five_hour_limit_resets_within_five_hours() -> None:
    quota = _quota("five_hour", ms("08:00", 4) // 1000)

    hit = _parse_hit("You've hit your limit", quotaLimits=quota)

    assert hit == LimitHit(FIVE_HOUR, ms("09:00"), None)


@pytest.mark.parametrize("status", ["allowed", "allowed_warning"])
def test_a_limit_that_allows_is_no_refusal(status: str) -> None:
    quota = _quota("five_hour", ms("13:00") // 1000, status)

    assert _parse_hit("API Error: limit", quotaLimits=quota) is None


def test_missing_fields_are_taken_from_the_sentence() -> None:
    text = "You've hit your weekly limit · resets Mar 4, 9am"
    for quota in (
        {"status": "rejected"},
        {"rateLimitType": None, "status": "rejected"},
        _quota("", "soon"),
        _quota("seven_day", float("1e308")),
        _quota("seven_day", -5),
        _quota(["seven_day"], resets=True),
        "rejected",
        [1],
        None,
    ):
        assert _parse_hit(text, quotaLimits=quota) == LimitHit(
            SEVEN_DAY, ms("09:00"), ms("08:00", 4)
        )


def test_the_sentence_is_read_if_the_fields_are_no_text() -> None:
    line = make_limit_line(
        "You've hit your weekly limit · resets Mar 4, 8am (UTC)",
        quotaLimits={"rateLimitType": "?"},
    ).replace(b'"?"', b'"\xff"')

    hit = parse_limit_hit(decode_line(line), line, VIENNA)

    assert hit == LimitHit(SEVEN_DAY, ms("09:00"), ms("08:00", 4))


def test_an_error_code_suffices_whatever_the_sentence_says() -> None:
    hit = _parse_hit(
        "Bitte warten.", apiError="usage_limit_reached", apiErrorStatus=429
    )

    assert hit == LimitHit(UNKNOWN, ms("09:00"), None)


BIG = 1 << 20
LONG_TEXTS = [
    "limit " + "a" * BIG,
    "a " * (BIG // 2) + "limit reached",
    "You've hit your " + "a" * BIG + " limit",
    "You've hit your limit · resets " + "1" * BIG,
    "resets " * (BIG // 7),
    "limit reached|" * (BIG // 14),
    "You've hit your limit · resets 8pm " + "(" * BIG,
    "\N{MIDDLE DOT}" * (BIG // 2) + "limit",
    " " * BIG + "limit",
]


@pytest.mark.parametrize("number", range(len(LONG_TEXTS)))
def test_long_texts_take_no_longer_than_reading_them(number: int) -> None:
    line = make_limit_line(LONG_TEXTS[number])
    decoded = decode_line(line)
    started = time.process_time()

    parse_limit_hit(decoded, line, VIENNA)

    assert time.process_time() - started < 1


@given(
    st.text(max_size=80),
    st.sampled_from(["", "limit", "usage", "resets 8pm", "resets Mar 4"]),
    st.text(max_size=40),
)
def test_any_sentence_of_a_refused_request_is_a_refusal(
    start: str, middle: str, end: str
) -> None:
    hit = _parse_hit(start + middle + end, apiError="usage_limit_reached")

    assert hit is not None
    assert hit.resets_ms is None or hit.resets_ms > hit.at_ms
    if hit.kind is FIVE_HOUR and hit.resets_ms is not None:
        assert hit.resets_ms - hit.at_ms <= (5 * 60 + 2) * 60_000
