from __future__ import annotations

from typing import Any

import pytest

from claude_tray.domain.price_list import (
    normalised,
    price_of,
    price_of_sum,
    table_from,
)
from claude_tray.domain.usage import Terms, TokenCounts

DATA: dict[str, Any] = {
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
TABLE = table_from(DATA)
ONE = TokenCounts(1, 1, 1, 1, 1)


def _price(model: str, at_ms: int = 2000, terms: Terms | None = None) -> Any:
    return price_of(ONE, model, terms or Terms(), at_ms, TABLE)


def test_the_price_of_the_day_holds() -> None:
    assert _price("claude-fictive-1", 999) == 18
    assert _price("claude-fictive-1", 1000) == 35


def test_a_model_has_no_price_before_its_first_one() -> None:
    assert _price("claude-fictive-2", 499) is None


def test_an_unknown_model_has_no_price_and_not_that_of_a_like_name() -> None:
    assert _price("claude-fictive") is None
    assert _price("claude-fictive-1-5") is None


def test_a_long_prompt_is_dearer_as_a_whole() -> None:
    at_most = TokenCounts(100, 1, 0, 0, 0)
    above = TokenCounts(100, 1, 1, 0, 0)

    assert price_of(at_most, "claude-fictive-2", Terms(), 900, TABLE) == 1_100
    assert price_of(above, "claude-fictive-2", Terms(), 900, TABLE) == 2_240


def test_many_requests_are_priced_as_short_ones() -> None:
    many = TokenCounts(input=1000)

    assert price_of_sum(many, "claude-fictive-1", 999, TABLE) == 1000
    assert price_of_sum(many, "claude-fictive-2", 500, TABLE) == 10_000
    assert price_of_sum(many, "claude-fictive-2", 499, TABLE) is None
    assert price_of_sum(many, "claude-fictive", 999, TABLE) is None


def test_fast_has_its_own_price_or_none() -> None:
    fast = Terms(speed="fast")

    assert _price("claude-fictive-2", terms=fast) == 525
    assert _price("claude-fictive-1", terms=fast) is None
    assert _price("claude-fictive-2", terms=Terms(speed="warp")) is None


def test_terms_add_their_share() -> None:
    us = Terms(inference_geo="us")
    batch = Terms(service_tier="batch")
    search = Terms(web_searches=2)

    assert _price("claude-fictive-2", terms=us) == 193
    assert _price("claude-fictive-1", terms=us) == 35
    assert _price("claude-fictive-2", terms=batch) == 88
    assert _price("claude-fictive-2", terms=search) == 20_000_175


@pytest.mark.parametrize(
    "name",
    [
        "claude-fictive-1",
        "CLAUDE-FICTIVE-1",
        "claude-fictive-1-20260301",
        "claude-fictive-1@20260301",
        "claude-fictive-1-latest",
        "claude-fictive-1[1m]",
        "us.anthropic.claude-fictive-1-20260301-v1:0",
        "anthropic.claude-fictive-1",
        "anthropic/claude-fictive-1",
    ],
)
def test_providers_names_mean_the_same_model(name: str) -> None:
    assert _price(name) == 35


def test_normalising_keeps_what_it_does_not_know() -> None:
    assert normalised("some/gateway-model") == "some/gateway-model"


def test_own_prices_win_and_change_the_version() -> None:
    own = {"house-model": {"input": 0.002, "output": 0.02}}

    table = table_from(DATA, own)

    cost = price_of(
        TokenCounts(1, 1, 0, 1, 0), "house-model", Terms(), 0, table
    )
    assert cost == 2 + 20 + 4
    assert table.version != TABLE.version
