"""
Say when the prompt cache of a session goes cold, and what waking it takes.

A request that finds its context in the cache renews the cache's lifetime. Once
it has passed, the next request writes all of the context to the cache again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost_breakdown import build_cache_write, is_long_lived
from claude_tray.core.receipt_weights import Weights, price_amounts

if TYPE_CHECKING:
    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.usage import TokenCounts


_MINUTE_MS: Final = 60_000
TTL_5M_MS: Final = 5 * _MINUTE_MS
TTL_1H_MS: Final = 60 * _MINUTE_MS
# The status line runs a moment before its response is in the transcript.
_REPORT_LEAD_MS: Final = 30_000


class PromptCache(NamedTuple):
    """
    The cached context of a session.

    Attributes:
        expires_ms: When it goes cold.
        tokens: What is written again then.
        is_reported: By Claude Code; else derived from the last response.
        has_long_life: It lives for an hour; None if unknown.
    """

    expires_ms: int
    tokens: int
    is_reported: bool = True
    has_long_life: bool | None = None

    def is_warm(self, now_ms: int) -> bool:
        """Return whether the next request finds the context in the cache."""
        return now_ms < self.expires_ms


class RestingSession(NamedTuple):
    """
    A session that runs without working.

    Attributes:
        uuid: ID of the session.
        project: Path under which its project is shown; empty if unknown.
        last_ms: Time of its last response; 0 before the first.
        cache: Its prompt cache; None if nothing is known about it.
    """

    uuid: str
    project: str = ""
    last_ms: int = 0
    cache: PromptCache | None = None


class WakeCost(NamedTuple):
    """Points of the 5-hour limit, and their standard error."""

    points: float
    error: float


def find_cache(
    reported: tuple[int | None, int | None, int | None],
    last_ms: int,
    tokens: TokenCounts | None,
) -> PromptCache | None:
    """
    Return the prompt cache of a session; None if nothing is known.

    Args:
        reported: Time of the last report by the status line, the expiry and
            the tokens in it; None for what it lacked.
        last_ms: Time of the session's last response.
        tokens: Those of the last response, if it has the session's own
            context; None if a subagent's.
    """
    reported_ms, expires_ms, wake_tokens = reported
    is_current = (
        reported_ms is not None and reported_ms >= last_ms - _REPORT_LEAD_MS
    )
    if is_current and expires_ms is not None and wake_tokens:
        return PromptCache(expires_ms, wake_tokens)
    if tokens is None or not tokens.cache_write:
        # Then it is not known how long the cache lives.
        return None
    has_long_life = is_long_lived(tokens)
    lifetime = TTL_1H_MS if has_long_life else TTL_5M_MS
    context = tokens.input + tokens.cache
    return PromptCache(
        last_ms + lifetime,
        context,
        is_reported=False,
        has_long_life=has_long_life,
    )


def compute_wake_cost(
    cache: PromptCache,
    model: str,
    at_ms: int,
    prices: PriceTable,
    weights: Weights | None,
) -> WakeCost | None:
    """Return what waking takes of the limit; None until that is learned."""
    if weights is None or not weights.is_learned:
        return None
    tokens = build_cache_write(
        cache.tokens, is_long_lived=bool(cache.has_long_life)
    )
    amounts = price_amounts(tokens, model, at_ms, prices)
    return WakeCost(weights.weigh(amounts), weights.compute_error(amounts))
