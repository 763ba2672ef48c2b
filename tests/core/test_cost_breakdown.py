from __future__ import annotations

import pytest

from claude_tray.core.cost_breakdown import break_down_cost
from claude_tray.core.pricing import NanoUsd
from claude_tray.core.tokens import TokenCounts
from claude_tray.core.totals import Totals
from claude_tray.core.usage import STANDARD_TERMS
from claude_tray.store.usage_queries import UsageGroup
from tests.support.builders import MODEL, PRICES

TOKENS = TokenCounts(
    input=5, output=4, cache_write_5m=3, cache_write_1h=2, cache_read=1
)


def _use(cost: int, model: str = MODEL) -> UsageGroup:
    unpriced = int(model != MODEL)
    totals = Totals(1, TOKENS, NanoUsd(cost), unpriced)
    return UsageGroup("/home/ada/notes", model, STANDARD_TERMS, totals)


def test_each_kind_costs_its_tokens_at_their_price() -> None:
    kinds = break_down_cost([_use(12_345)], PRICES, 0)

    assert [kind.cost for kind in kinds.parts] == [10_000, 2_300, 40, 5]
    assert [kind.tokens for kind in kinds.parts] == [1, 5, 4, 5]
    assert kinds.is_complete


@pytest.mark.parametrize("cost", [0, 1, 7, 24_690, 99_999_999_999])
def test_kinds_add_up_to_the_cost_surcharges_included(cost: int) -> None:
    kinds = break_down_cost([_use(cost), _use(12_345)], PRICES, 0)

    assert sum(kind.cost for kind in kinds.parts) == cost + 12_345


def test_without_a_price_the_tokens_count_and_the_cost_is_open() -> None:
    kinds = break_down_cost(
        [_use(0, "claude-unknown"), _use(12_345)], PRICES, 0
    )

    assert [kind.tokens for kind in kinds.parts] == [2, 10, 8, 10]
    assert not kinds.is_complete


def test_what_costs_beside_tokens_is_not_lost() -> None:
    nothing = Totals(1, TokenCounts(), NanoUsd(50))
    use = UsageGroup("/home/ada/notes", MODEL, STANDARD_TERMS, nothing)

    assert sum(k.cost for k in break_down_cost([use], PRICES, 0).parts) == 50
