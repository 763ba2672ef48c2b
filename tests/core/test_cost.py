from __future__ import annotations

from typing import Any

import pytest

from claude_tray.core.cost import (
    ZERO_TOTALS,
    NanoUsd,
    Totals,
    compare_with_usual,
    compute_aggregate_cost,
    compute_request_cost,
    format_usd,
)
from claude_tray.core.price_table import parse_price_table
from claude_tray.core.usage import PricingTerms, TokenCounts
from tests.support.builders import nano_usd


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
def test_dollars_are_exact(cost: int, text: str) -> None:
    assert format_usd(NanoUsd(cost)) == text


def test_an_unknown_cost_stays_unknown() -> None:
    assert format_usd(None) is None


TABLE_DATA: dict[str, Any] = {
    "version": "7",
    "models": {
        "claude-fictive-1": [
            {"since_ms": 1000, "rate": [2, 20, 4, 8, 1]},
            {"since_ms": 0, "rate": [1, 10, 2, 4, 1]},
        ],
        "claude-fictive-2": [
            {
                "since_ms": 500,
                "rate": [10, 100, 20, 40, 5],
                "fast": [30, 300, 60, 120, 15],
                "tier": 100,
                "above": [20, 200, 40, 80, 10],
                "us_percent": 10,
            },
        ],
    },
}
TABLE = parse_price_table(TABLE_DATA)
ONE = TokenCounts(1, 1, 1, 1, 1)


def _price_tokens(
    model: str, at_ms: int = 2000, terms: PricingTerms | None = None
) -> Any:
    return compute_request_cost(
        ONE, model, terms or PricingTerms(), at_ms, TABLE
    )


def test_price_of_the_day_applies() -> None:
    assert _price_tokens("claude-fictive-1", 999) == 18
    assert _price_tokens("claude-fictive-1", 1000) == 35


def test_a_model_has_no_price_before_its_first_one() -> None:
    assert _price_tokens("claude-fictive-2", 499) is None


def test_unknown_model_has_no_price_of_a_similar_name() -> None:
    assert _price_tokens("claude-fictive") is None
    assert _price_tokens("claude-fictive-1-5") is None


def test_long_prompt_is_billed_above_the_tier() -> None:
    at_most = TokenCounts(100, 1, 0, 0, 0)
    above = TokenCounts(100, 1, 1, 0, 0)

    assert (
        compute_request_cost(
            at_most, "claude-fictive-2", PricingTerms(), 900, TABLE
        )
        == 1_100
    )
    assert (
        compute_request_cost(
            above, "claude-fictive-2", PricingTerms(), 900, TABLE
        )
        == 2_240
    )


def test_aggregates_are_priced_at_the_standard_rate() -> None:
    many_tokens = TokenCounts(input=1000)

    assert (
        compute_aggregate_cost(many_tokens, "claude-fictive-1", 999, TABLE)
        == 1000
    )
    assert (
        compute_aggregate_cost(many_tokens, "claude-fictive-2", 500, TABLE)
        == 10_000
    )
    assert (
        compute_aggregate_cost(many_tokens, "claude-fictive-2", 499, TABLE)
        is None
    )
    assert (
        compute_aggregate_cost(many_tokens, "claude-fictive", 999, TABLE)
        is None
    )


def test_fast_has_its_own_price_or_none() -> None:
    fast = PricingTerms(speed="fast")

    assert _price_tokens("claude-fictive-2", terms=fast) == 525
    assert _price_tokens("claude-fictive-1", terms=fast) is None
    assert (
        _price_tokens("claude-fictive-2", terms=PricingTerms(speed="warp"))
        is None
    )


def test_a_tier_that_has_no_list_price_has_no_cost() -> None:
    flex = PricingTerms(service_tier="flex")
    priority = PricingTerms(service_tier="priority")

    assert _price_tokens("claude-fictive-2", terms=flex) is None
    assert _price_tokens("claude-fictive-2", terms=priority) == 175


def test_terms_change_the_price() -> None:
    us = PricingTerms(inference_geo="us")
    batch = PricingTerms(service_tier="batch")
    search = PricingTerms(web_searches=2)

    assert _price_tokens("claude-fictive-2", terms=us) == 193
    assert _price_tokens("claude-fictive-1", terms=us) == 35
    assert _price_tokens("claude-fictive-2", terms=batch) == 88
    assert _price_tokens("claude-fictive-2", terms=search) == 20_000_175


def test_totals_add_up() -> None:
    one = Totals(1, TokenCounts(1), nano_usd(7), 0, 1)

    assert one.plus(one) == Totals(2, TokenCounts(2), nano_usd(14), 0, 2)
    assert ZERO_TOTALS.plus(one) == one


def test_the_cost_is_unknown_while_any_part_is() -> None:
    known = Totals(1, TokenCounts(1), nano_usd(7))

    assert known.cost == 7
    assert known.plus(Totals(unpriced=1)).cost is None


def test_incomplete_records_make_totals_a_lower_bound() -> None:
    complete, incomplete = Totals(97), Totals(3, incomplete=3)

    assert not complete.is_lower_bound
    assert complete.plus(incomplete).is_lower_bound
    assert complete.plus(incomplete).incomplete_percent == 3
    assert Totals(1, unpriced=1).is_lower_bound
    assert ZERO_TOTALS.incomplete_percent == 0


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ([], None),
        # Two earlier periods are too few, empty ones before the first use
        # do not count.
        ([10, 5, 5], None),
        ([10, 5, 5, 0, 0], None),
        ([15, 10, 90, 1], 50),
        # An unused period between others counts.
        ([15, 0, 20, 20, 10], 0),
        ([5, 20, 0, 20, 20], -75),
        ([5, 0, 0, 0, 9], None),
        ([0, 9, 9, 9], None),
    ],
)
def test_a_cost_is_compared_with_the_median_of_earlier_ones(
    costs: list[int], expected: float | None
) -> None:
    assert compare_with_usual(costs) == expected
