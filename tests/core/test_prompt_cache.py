from __future__ import annotations

import pytest

from claude_tray.core.prompt_cache import (
    PromptCache,
    compute_wake_cost,
    find_cache,
)
from claude_tray.core.receipt_weights import Weight, Weights
from claude_tray.core.usage import TokenCounts
from tests.support.builders import MODEL, PRICES

MINUTE_MS = 60_000
LAST_MS = 1_000 * MINUTE_MS
FIVE_MINUTES = TokenCounts(300, 50, 3_000, 0, 50_000)


def test_the_report_since_the_last_response_counts() -> None:
    reported = (LAST_MS + 1, LAST_MS + 5 * MINUTE_MS, 54_369)

    cache = find_cache(reported, LAST_MS, FIVE_MINUTES)

    assert cache == PromptCache(LAST_MS + 5 * MINUTE_MS, 54_369)
    assert cache.is_warm(LAST_MS + 5 * MINUTE_MS - 1)
    assert not cache.is_warm(LAST_MS + 5 * MINUTE_MS)


@pytest.mark.parametrize(
    ("tokens", "minutes", "long"),
    [
        (FIVE_MINUTES, 5, False),
        (TokenCounts(300, 50, 0, 3_000, 50_000), 60, True),
        # A response with both writes its context for an hour.
        (TokenCounts(300, 50, 1_000, 2_000, 50_000), 60, True),
    ],
)
@pytest.mark.parametrize(
    "reported",
    [
        (None, None, None),
        (LAST_MS - MINUTE_MS, LAST_MS, 9),
        (LAST_MS, None, None),
    ],
)
def test_else_the_last_response_says_how_long_the_cache_lives(
    reported: tuple[int | None, int | None, int | None],
    tokens: TokenCounts,
    minutes: int,
    long: bool,  # noqa: FBT001
) -> None:
    assert find_cache(reported, LAST_MS, tokens) == PromptCache(
        LAST_MS + minutes * MINUTE_MS,
        53_300,
        is_reported=False,
        has_long_life=long,
    )


@pytest.mark.parametrize("tokens", [None, TokenCounts(300, 50, 0, 0, 50_000)])
def test_nothing_is_guessed(tokens: TokenCounts | None) -> None:
    """A subagent has another context; a mere read has no lifetime."""
    assert find_cache((None, None, None), LAST_MS, tokens) is None


def test_waking_takes_points_once_weights_are_learned() -> None:
    """A million tokens at 100 nano-dollars are $0.10, an hour's $1."""
    feature = (MODEL, "cache_write")
    weights = Weights(1.0, 0.5, {feature: Weight(40.0, 2.0)}, ((4.0,),), 20)
    cache = PromptCache(LAST_MS, 1_000_000)

    wake = compute_wake_cost(cache, MODEL, LAST_MS, PRICES, weights)
    long = compute_wake_cost(
        cache._replace(has_long_life=True), MODEL, LAST_MS, PRICES, weights
    )

    assert wake is not None
    assert long is not None
    assert (wake.points, wake.error) == pytest.approx((4.0, 0.2))
    assert long.points == pytest.approx(40.0)
    assert compute_wake_cost(cache, MODEL, 0, PRICES, None) is None
    assert compute_wake_cost(cache, MODEL, 0, PRICES, Weights(1.0)) is None
