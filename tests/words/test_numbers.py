from __future__ import annotations

import pytest

from claude_tray.domain.totals import Totals
from claude_tray.words import numbers
from tests.support.builders import nano


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
def test_tokens_are_short(count: int, text: str) -> None:
    assert numbers.tokens(count) == text


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (None, numbers.UNKNOWN),
        (0, "$0.00"),
        (4_999_999, "$0.00"),
        (5_000_000, "$0.01"),
        (1_234_567_890_000, "$1,234.57"),
    ],
)
def test_money_has_cents(cost: int | None, text: str) -> None:
    assert numbers.money(cost) == text


def test_a_cost_may_be_unknown_or_the_least() -> None:
    assert numbers.cost_of(Totals(priced_cost=nano(10**9))) == "$1.00"
    assert numbers.cost_of(Totals(unpriced=1)) == numbers.UNKNOWN
    both = Totals(priced_cost=nano(10**9), unpriced=1)
    assert numbers.cost_of(both) == "≥ $1.00"


def test_a_percentage_is_whole() -> None:
    assert numbers.percent(37.6) == "38%"
