"""Parse the token counts and pricing terms of a response."""

from __future__ import annotations

from typing import Final

from claude_tray.core.bounds import (
    MAX_COUNT_BITS,
    MAX_WEB_SEARCHES,
    is_plausible_count,
)
from claude_tray.core.usage import (
    STANDARD_TERMS,
    PricingTerms,
    TokenCounts,
)
from claude_tray.providers.claude_code.schema import (
    MalformedLineError,
    MessageUsage,
    UsageIteration,
)

IMPOSSIBLE_COUNTS: Final = "impossible counts"
_make_tuple: Final = tuple.__new__
# Values that do not affect the price.
_STANDARD_SPEEDS: Final = (None, "", "standard")
_STANDARD_GEOS: Final = (None, "", "global", "not_available")
_STANDARD_TIERS: Final = (None, "", "standard")


def parse_token_counts(usage: MessageUsage | UsageIteration) -> TokenCounts:
    """
    Return the counts, with cache writes split by lifetime.

    Before Claude Code 2.1.152 the flat count was 0 next to a filled split.
    Without a split, all writes are for 5 minutes, the documented default.
    """
    writes_5m, writes_1h = usage.cache_creation_input_tokens or 0, 0
    split = usage.cache_creation
    if split is not None:
        writes_1h = split.ephemeral_1h_input_tokens or 0
        split_total = (split.ephemeral_5m_input_tokens or 0) + writes_1h
        # Not max(): the call took longer than all the rest of this function.
        writes_5m = (
            split_total if split_total > writes_5m else writes_5m  # noqa: FURB136
        ) - writes_1h
    input_tokens, output_tokens = (
        usage.input_tokens or 0,
        usage.output_tokens or 0,
    )
    cache_read_tokens = usage.cache_read_input_tokens or 0
    # One check for all: negative and huge counts both leave a high bit. Only
    # the largest possible count has one too.
    if (
        input_tokens
        | output_tokens
        | writes_5m
        | writes_1h
        | cache_read_tokens
    ) >> MAX_COUNT_BITS and not all(
        map(
            is_plausible_count,
            (
                input_tokens,
                output_tokens,
                writes_5m,
                writes_1h,
                cache_read_tokens,
            ),
        )
    ):
        raise MalformedLineError(IMPOSSIBLE_COUNTS)
    return _make_tuple(
        TokenCounts,
        (input_tokens, output_tokens, writes_5m, writes_1h, cache_read_tokens),
    )


def parse_pricing_terms(usage: MessageUsage) -> PricingTerms:
    tools = usage.server_tool_use
    searches = (tools.web_search_requests or 0) if tools else 0
    speed = usage.speed
    geo, tier = usage.inference_geo, usage.service_tier
    if (
        not searches
        and speed in _STANDARD_SPEEDS
        and geo in _STANDARD_GEOS
        and tier in _STANDARD_TIERS
    ):
        return STANDARD_TERMS
    return PricingTerms(
        "" if speed in _STANDARD_SPEEDS else str(speed),
        "" if geo in _STANDARD_GEOS else str(geo),
        "" if tier in _STANDARD_TIERS else str(tier),
        min(max(searches, 0), MAX_WEB_SEARCHES),
    )
