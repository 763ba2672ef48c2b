from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.cost import compute_aggregate_cost, compute_request_cost
from claude_tray.core.price_table import (
    ModelPrices,
    PriceTable,
    match_glob,
    parse_model_prices,
    parse_price_table,
)
from claude_tray.core.usage import PricingTerms, Rate, TokenCounts

HOUR_MS = 3_600_000
ONE = TokenCounts(1, 1, 1, 1, 1)
TABLE_DATA: dict[str, Any] = {
    "version": "7",
    "models": {
        "claude-opus-7": [
            {"since_ms": 0, "rate": [2, 20, 4, 8, 1], "regional_percent": 10},
        ],
        "claude-haiku-7": [
            {
                "since_ms": 0,
                "rate": [100, 500, 125, 200, 15],
                "fast": [200, 1000, 250, 400, 30],
                "tier": 50,
                "above": [500, 2500, 625, 1000, 50],
                "us_percent": 20,
                "regional_percent": 10,
            },
        ],
        "claude-opus-4-1": [{"since_ms": 0, "rate": [15, 75, 19, 30, 2]}],
    },
}


def _price(
    table: PriceTable,
    model: str,
    tokens: TokenCounts = ONE,
    terms: PricingTerms | None = None,
    at_ms: int = 0,
) -> int | None:
    return compute_request_cost(
        tokens, model, terms or PricingTerms(), at_ms, table
    )


def _build_table(**custom: dict[str, float]) -> PriceTable:
    return parse_price_table(TABLE_DATA, custom)


@pytest.mark.parametrize(
    "name",
    [
        "claude-opus-7",
        "CLAUDE-OPUS-7",
        "claude-opus-7-20280301",
        "claude-opus-7@20280301",
        "claude-opus-7-latest",
        "claude-opus-7[1m]",
        "global.anthropic.claude-opus-7-20280301-v1:0",
        "openrouter/anthropic/claude-7-opus",
    ],
)
def test_every_spelling_has_the_price_of_the_model(name: str) -> None:
    assert _price(_build_table(), name) == 35


def test_a_regional_endpoint_costs_more_and_rounds_once() -> None:
    table = _build_table()
    many = TokenCounts(1_000, 1_000, 1_000, 1_000, 1_000)

    # 38.5 nano-dollars; 38,500 exactly.
    assert _price(table, "us.anthropic.claude-opus-7-v1:0") == 39
    assert _price(table, "us.anthropic.claude-opus-7-v1:0", many) == 38_500
    assert _price(table, "us.anthropic.claude-opus-4-1") == 141


def test_every_price_of_a_regional_endpoint_is_raised() -> None:
    table, model = _build_table(), "eu.anthropic.claude-haiku-7"
    fast = PricingTerms(speed="fast")
    us = PricingTerms(inference_geo="us")
    long = TokenCounts(51)

    assert _price(table, model, TokenCounts(cache_read=10)) == 165
    assert _price(table, model, TokenCounts(1), fast) == 220
    assert _price(table, model, long) == 51 * 550
    # The cloud's surcharge, not Anthropic's as well.
    assert _price(table, model, TokenCounts(1), us) == 110
    assert _price(table, "claude-haiku-7", TokenCounts(1), us) == 120
    assert compute_aggregate_cost(TokenCounts(10), model, 0, table) == 1_100


def test_custom_prices_override_and_change_the_version() -> None:
    table = _build_table(house={"input": 0.002, "output": 0.02})

    assert _price(table, "house", TokenCounts(1, 1, 0, 1, 0)) == 2 + 20 + 4
    assert table.version != _build_table().version


def test_a_custom_price_applies_to_every_spelling() -> None:
    table = parse_price_table(
        TABLE_DATA, {"anthropic/claude-opus-7": {"input": 1, "output": 2}}
    )

    for model in ("claude-opus-7", "eu.anthropic.claude-opus-7-v1:0"):
        assert _price(table, model, TokenCounts(1, 1)) == 3_000


def test_a_custom_price_may_be_a_fraction_of_a_nano_dollar() -> None:
    table = _build_table(tiny={"input": 0.0028, "output": 0.01})

    assert _price(table, "tiny", TokenCounts(5)) == 14
    assert _price(table, "tiny", TokenCounts(1)) == 3


def test_the_most_specific_price_wins() -> None:
    table = parse_price_table(
        TABLE_DATA,
        {
            "*": {"input": 1, "output": 1},
            "glm-*": {"input": 2, "output": 2},
            "glm-4*": {"input": 3, "output": 3},
            "glm-4.6": {"input": 4, "output": 4},
        },
    )

    costs = [
        _price(table, model, TokenCounts(1))
        for model in ("kimi", "glm-5", "GLM-4.5", "glm-4.6", "claude-opus-7")
    ]
    assert costs == [1_000, 2_000, 3_000, 4_000, 1_000]


def test_a_pattern_matches_the_written_and_the_normalized_id() -> None:
    by_gateway = parse_price_table(
        TABLE_DATA, {"house/*": {"input": 1, "output": 1}}
    )
    by_name = parse_price_table(
        TABLE_DATA, {"claude-opus-*": {"input": 1, "output": 1}}
    )

    assert _price(by_gateway, "house/claude-opus-7", TokenCounts(1)) == 1_000
    assert _price(by_gateway, "claude-opus-7", TokenCounts(1)) == 2
    assert _price(by_name, "house/claude-opus-7", TokenCounts(1)) == 1_000


def test_a_multiplier_scales_the_price_that_applies_otherwise() -> None:
    table = parse_price_table(
        TABLE_DATA,
        {
            "claude-*": {"multiplier": 1.5},
            "glm-*": {"input": 1, "output": 1, "multiplier": 2},
            "glm-5": {"multiplier": 0.5},
            "gone": {"multiplier": 3},
        },
    )

    assert _price(table, "claude-opus-7") == 53
    assert _price(table, "claude-opus-7", TokenCounts(2, 2, 2, 2, 2)) == 105
    assert _price(table, "glm-4", TokenCounts(1)) == 2_000
    assert _price(table, "glm-5", TokenCounts(1)) == 1_000
    assert _price(table, "gone") is None
    assert table.version != _build_table().version


def test_prices_depend_on_the_hour_and_on_more_than_one_size() -> None:
    rows = [
        {"since_ms": 0, "rate": [9_000] * 5, "hours": [[60, 120]]},
        {
            "since_ms": 0,
            "rate": [1_500] * 5,
            "tiers": [[10, [2_000] * 5], [20, [3_000] * 5]],
        },
    ]
    table = PriceTable("1", {"m": parse_model_prices(rows, 1_000)})

    assert _price(table, "m", TokenCounts(1), at_ms=HOUR_MS) == 9
    assert _price(table, "m", TokenCounts(1), at_ms=2 * HOUR_MS) == 2
    assert _price(table, "m", TokenCounts(11)) == 22
    assert _price(table, "m", TokenCounts(21)) == 63
    assert compute_aggregate_cost(TokenCounts(2), "m", HOUR_MS, table) == 3


def test_other_vendors_are_looked_up_once() -> None:
    lookups = []

    def find(model: str) -> tuple[ModelPrices, ...]:
        lookups.append(model)
        return (ModelPrices(0, Rate(7, 7, 7, 7, 7)),)

    table = parse_price_table(TABLE_DATA, None, find)

    assert _price(table, "glm-9", TokenCounts(1)) == 7
    assert _price(table, "glm-9", TokenCounts(2)) == 14
    assert _price(table, "claude-opus-9") is None
    assert lookups == ["glm-9"]


def test_any_number_of_models_is_looked_up() -> None:
    table = _build_table()

    for number in range(5_000):
        assert table.get_model_prices(f"model-{number}") == ()

    assert len(table.resolved) <= 4_096


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("glm-*", "glm-4.6", True),
        ("glm-*", "glm-", True),
        ("glm-*", "zglm-4", False),
        ("*-mini", "gpt-5-mini", True),
        ("*-mini", "gpt-5-mini-2", False),
        ("a*b*c", "a1b2c", True),
        ("a*b*c", "acb", False),
        ("a*b*c", "acc", False),
        ("ab*ba", "aba", False),
        ("*", "", True),
        ("**", "x", True),
    ],
)
def test_a_star_matches_any_text(
    pattern: str, text: str, *, expected: bool
) -> None:
    assert match_glob(pattern, text) is expected


@given(st.lists(st.text("ab", max_size=3), min_size=2), st.text("ab"))
def test_a_pattern_matches_its_parts_with_anything_between(
    parts: list[str], between: str
) -> None:
    assert match_glob("*".join(parts), between.join(parts))


@given(
    st.integers(1, 10_000_000),
    st.integers(0, 10**9),
    st.sampled_from([0.5, 1.0, 1.1, 1.25, 3.0]),
)
def test_a_multiplied_cost_is_off_by_less_than_a_nano_dollar(
    millionths: int, tokens: int, multiplier: float
) -> None:
    price = millionths / 1_000
    table = _build_table(
        x={"input": price, "output": price, "multiplier": multiplier}
    )

    cost = _price(table, "x", TokenCounts(tokens))

    exact = tokens * millionths * round(multiplier * 100) / 100
    assert cost is not None
    assert abs(cost - exact) <= 0.5
