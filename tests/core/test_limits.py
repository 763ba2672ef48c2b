from __future__ import annotations

import pytest

from claude_tray.core.limits import (
    LimitKind,
    identify_limit,
    round_reset_jitter,
)


@pytest.mark.parametrize(
    ("observed_ms", "steady"),
    [
        (60_000 * 5 - 2_000, 60_000 * 5),
        (60_000 * 5 + 2_000, 60_000 * 5),
        (60_000 * 5 + 2_001, 60_000 * 5 + 2_001),
        (60_000 * 5 + 25_000, 60_000 * 5 + 25_000),
    ],
)
def test_only_jitter_is_rounded_away(observed_ms: int, steady: int) -> None:
    assert round_reset_jitter(observed_ms) == steady


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("five_hour", (LimitKind.FIVE_HOUR, "", "five_hour")),
        ("session", (LimitKind.FIVE_HOUR, "", "five_hour")),
        ("seven_day", (LimitKind.SEVEN_DAY, "", "seven_day")),
        ("weekly_all", (LimitKind.SEVEN_DAY, "", "seven_day")),
        ("seven_day_opus", (LimitKind.MODEL, "Opus", "Opus")),
        ("seven_day_sonnet", (LimitKind.MODEL, "Sonnet", "Sonnet")),
        ("seven_day_overage_included", (LimitKind.MODEL, "Fable", "Fable")),
        ("seven_day_new_model", (LimitKind.MODEL, "New model", "New model")),
        ("Fable", (LimitKind.MODEL, "Fable", "Fable")),
        ("spend_limit", (LimitKind.SPEND, "Spend limit", "spend_limit")),
        ("extra_usage", (LimitKind.SPEND, "Extra usage", "extra_usage")),
        ("thirty_day", (LimitKind.OTHER, "Thirty day", "thirty_day")),
        (
            "\x1b[31mred\n  one",
            (LimitKind.OTHER, "[31mred one", "[31mred one"),
        ),
        ("", (LimitKind.OTHER, "", "")),
    ],
)
def test_limits_are_identified_by_their_name(
    name: str, expected: tuple[LimitKind, str, str]
) -> None:
    assert identify_limit(name) == expected
    assert identify_limit(expected[2]) == expected


def test_versions_of_a_model_have_one_limit() -> None:
    identity = identify_limit("Fable 5.1")

    assert identity == (LimitKind.MODEL, "Fable 5.1", "Fable")
    assert identify_limit("5").name == "5"
    assert identify_limit("Opus Design").name == "Opus Design"


def test_a_long_name_is_shortened() -> None:
    assert len(identify_limit("x" * 10_000).scope) == 64
