from __future__ import annotations

import pytest

from claude_tray.core.billing import is_billed, is_free
from claude_tray.core.cost import compute_request_cost
from claude_tray.core.usage import PricingTerms, TokenCounts
from tests.support.builders import MODEL, PRICES

UNKNOWN = "claude-unheard-of-9"


@pytest.mark.parametrize(
    ("model", "expected"),
    [(None, False), ("", False), ("<synthetic>", False), (UNKNOWN, True)],
)
def test_only_responses_of_models_are_billed(
    model: str | None,
    expected: bool,  # noqa: FBT001
) -> None:
    assert is_billed(model) is expected


def test_a_request_is_free_without_tokens_and_searches() -> None:
    assert is_free(TokenCounts(), 0)
    assert not is_free(TokenCounts(cache_read=1), 0)
    assert not is_free(TokenCounts(), 1)


@pytest.mark.parametrize(
    "terms",
    [
        PricingTerms(),
        PricingTerms(service_tier="unheard-of"),
        PricingTerms(speed="unheard-of"),
    ],
)
@pytest.mark.parametrize("model", [UNKNOWN, MODEL])
def test_nothing_costs_nothing_at_any_price(
    model: str, terms: PricingTerms
) -> None:
    at_ms = 1_790_000_000_000

    def price(tokens: TokenCounts, searches: int = 0) -> int | None:
        return compute_request_cost(
            tokens, model, terms._replace(web_searches=searches), at_ms, PRICES
        )

    assert price(TokenCounts()) == 0
    if model == UNKNOWN or terms != PricingTerms():
        assert price(TokenCounts(output=1)) is None
        assert price(TokenCounts(), 1) is None
