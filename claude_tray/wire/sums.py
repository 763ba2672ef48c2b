"""Sums of usage as the usage API and the command line have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.price import dollars

if TYPE_CHECKING:
    from claude_tray.domain.totals import Totals
    from claude_tray.domain.usage import TokenCounts
    from claude_tray.wire.usage_api import (
        UsageSums,
        UsageTotals,
        WindowDetails,
    )


def tokens_of(tokens: TokenCounts) -> WindowDetails:
    """Return tokens by kind."""
    return {
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cache_creation_tokens": tokens.cache_write,
        "cache_read_tokens": tokens.cache_read,
    }


def sums_of(totals: Totals) -> UsageSums:
    """Return what a row of models, days or windows adds up to."""
    return {
        **tokens_of(totals.tokens),
        "messages": totals.messages,
        "cost_usd": dollars(totals.cost),
    }


def totals_of(totals: Totals) -> UsageTotals:
    """Return what a project or a session adds up to."""
    tokens = totals.tokens
    return {
        "total_messages": totals.messages,
        "total_tokens": tokens.input + tokens.output,
        "total_input_tokens": tokens.input,
        "total_output_tokens": tokens.output,
        "total_cache_creation_tokens": tokens.cache_write,
        "total_cache_read_tokens": tokens.cache_read,
        "total_cost_usd": dollars(totals.cost),
    }
