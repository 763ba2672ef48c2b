from __future__ import annotations

import pytest

from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.cost_breakdown import break_down_cost
from claude_tray.core.usage import STANDARD_TERMS, TokenCounts
from claude_tray.store.usage_queries import UsageGroup
from tests.support.builders import MODEL, PRICES

TOKENS = TokenCounts(
    input=5, output=4, cache_write_5m=3, cache_write_1h=2, cache_read=1
)


def _make_usage(cost: int, model: str = MODEL) -> UsageGroup:
    unpriced = int(model != MODEL)
    totals = Totals(1, TOKENS, NanoUsd(cost), unpriced)
    return UsageGroup("/home/ada/notes", model, STANDARD_TERMS, totals)


def test_each_category_costs_its_tokens_at_their_price() -> None:
    breakdown = break_down_cost([_make_usage(12_345)], PRICES, 0)

    assert [part.cost for part in breakdown.parts] == [10_000, 2_300, 40, 5]
    assert [part.tokens for part in breakdown.parts] == [1, 5, 4, 5]
    assert breakdown.is_complete


@pytest.mark.parametrize("cost", [0, 1, 7, 24_690, 99_999_999_999])
def test_categories_add_up_to_the_cost_with_surcharges(cost: int) -> None:
    breakdown = break_down_cost(
        [_make_usage(cost), _make_usage(12_345)], PRICES, 0
    )

    assert sum(part.cost for part in breakdown.parts) == cost + 12_345


def test_unpriced_tokens_are_counted_without_cost() -> None:
    breakdown = break_down_cost(
        [_make_usage(0, "claude-unknown"), _make_usage(12_345)], PRICES, 0
    )

    assert [part.tokens for part in breakdown.parts] == [2, 10, 8, 10]
    assert not breakdown.is_complete


def test_cost_without_tokens_is_attributed_to_input() -> None:
    nothing = Totals(1, TokenCounts(), NanoUsd(50))
    use = UsageGroup("/home/ada/notes", MODEL, STANDARD_TERMS, nothing)

    assert sum(k.cost for k in break_down_cost([use], PRICES, 0).parts) == 50
