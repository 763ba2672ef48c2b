from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from claude_tray.core.cost import Totals
from claude_tray.i18n import formats
from claude_tray.i18n.formats import (
    format_clock,
    format_date_and_clock,
    format_duration,
)
from tests.support.builders import at, nano_usd


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.0K"),
        (99_949, "99.9K"),
        (99_950, "100K"),
        (152_400, "152K"),
        (999_499, "999K"),
        (999_500, "1.0M"),
        (21_400_000, "21.4M"),
        (1_234_000_000, "1.2B"),
        (5_000_000_000_000, "5000B"),
    ],
)
def test_token_counts_are_abbreviated(count: int, text: str) -> None:
    assert formats.format_tokens(count) == text


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (None, formats.DASH),
        (0, "$0.00"),
        (1, "<$0.01"),
        (4_999_999, "<$0.01"),
        (5_000_000, "$0.01"),
        (1_234_567_890_000, "$1,234.57"),
    ],
)
def test_money_is_rounded_to_cents(cost: int | None, text: str) -> None:
    assert formats.format_money(cost) == text


def test_cost_is_a_dash_if_unknown_and_may_be_a_lower_bound() -> None:
    assert formats.format_cost(Totals(priced_cost=nano_usd(10**9))) == "$1.00"
    assert formats.format_cost(Totals(unpriced=1)) == formats.DASH
    both = Totals(priced_cost=nano_usd(10**9), unpriced=1)
    assert formats.format_cost(both) == "≥ $1.00"


def test_percentages_have_no_decimals() -> None:
    assert formats.format_percent(37.6) == "38%"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0m"),
        (-5, "0m"),
        (1, "1m"),
        (60, "1m"),
        (61, "2m"),
        (3_600, "1h 00m"),
        (10_020, "2h 47m"),
        (86_400, "1d 0h"),
        (158_400, "1d 20h"),
    ],
)
def test_durations_round_up_to_minutes(seconds: int, text: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == text


def test_times_of_day_use_the_local_zone() -> None:
    assert format_clock(at("14:05"), ZoneInfo("Europe/Vienna")) == "15:05"
    assert format_date_and_clock(at("14:05"), UTC) == "2026-03-01 14:05"
