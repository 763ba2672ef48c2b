"""The replies of a session."""

from __future__ import annotations

from dataclasses import dataclass

from claude_tray.domain.price import NanoUsd
from claude_tray.domain.usage import TokenCounts
from claude_tray.server.usage.models import UsageSnapshot


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply; the cost is None where its price is not known."""

    at_ms: int
    model: str
    tokens: TokenCounts
    cost: NanoUsd | None


def of_session(
    number: int,
    limit: int,
    offset: int = 0,
) -> tuple[tuple[Reply, ...], int]:
    """Return a page of a session's replies, oldest first, and their count."""
    found = UsageSnapshot.objects.filter(session=number)
    rows = found.order_by("at_ms", "key").values_list(
        "at_ms",
        "model__name",
        "input_tokens",
        "output_tokens",
        "cache_5m_tokens",
        "cache_1h_tokens",
        "cache_read_tokens",
        "cost_nano",
    )[offset : offset + limit]
    page = tuple(
        Reply(
            at_ms,
            model,
            TokenCounts(*tokens),
            None if cost is None else NanoUsd(cost),
        )
        for at_ms, model, *tokens, cost in rows
    )
    return page, found.count()
