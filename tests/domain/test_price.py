from __future__ import annotations

import pytest

from claude_tray.domain.price import NanoUsd, Rate, dollars
from claude_tray.domain.usage import TokenCounts


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (0, "0.00"),
        (9_420_000_000, "9.42"),
        (105_000_001, "0.105000001"),
        (12_000_000_000, "12.00"),
        (-1_500_000_000, "-1.50"),
    ],
)
def test_dollars_lose_nothing(cost: int, text: str) -> None:
    assert dollars(NanoUsd(cost)) == text


def test_an_unknown_cost_stays_unknown() -> None:
    assert dollars(None) is None


def test_each_kind_of_token_has_its_price() -> None:
    rate = Rate(1, 10, 100, 1_000, 10_000)

    assert rate.cost_of(TokenCounts(1, 2, 3, 4, 5)) == 54_321
