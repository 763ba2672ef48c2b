"""What each kind of token cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.price_list import price_of
from claude_tray.domain.usage import NO_TOKENS, Terms, TokenCounts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.totals import Totals


class Use(NamedTuple):
    """What was used of a model under the terms of its price."""

    model: str
    terms: Terms
    totals: Totals


class Part(NamedTuple):
    """
    Tokens of a kind.

    Attributes:
        name: What it is called.
        style: The name of its colour.
        tokens: How many.
        cost: Nano-dollars.
        share: Of the whole cost, 0 to 1.
    """

    name: str
    style: str
    tokens: int
    cost: int
    share: float


_KINDS: Final = (
    ("Cache read", "read"),
    ("Cache write", "write"),
    ("Output", "output"),
    ("Input", "input"),
)


def parts_of(
    uses: Iterable[Use],
    prices: PriceTable,
    at_ms: int,
) -> tuple[Part, ...]:
    """
    Return what tokens cost by kind; nothing where a price is unknown.

    The kinds share the stored cost in the ratio of their prices, so that
    they add up to what is shown elsewhere.

    Args:
        uses: What was used.
        prices: What it costs.
        at_ms: When it was used.
    """
    tokens, costs = NO_TOKENS, [0.0] * len(_KINDS)
    for use in uses:
        counts = use.totals.tokens
        tokens = tokens.plus(counts)
        alone = [
            price_of(part, use.model, use.terms, at_ms, prices)
            for part in _alone(counts)
        ]
        known = [cost for cost in alone if cost is not None]
        whole = sum(known)
        if len(known) < len(alone) or use.totals.unpriced:
            return ()
        for number, cost in enumerate(known if whole else ()):
            costs[number] += use.totals.priced_cost * cost / whole
    return _parts(tokens, costs)


def _parts(tokens: TokenCounts, costs: list[float]) -> tuple[Part, ...]:
    whole = sum(costs)
    if not whole:
        return ()
    counts = (
        tokens.cache_read,
        tokens.cache_write,
        tokens.output,
        tokens.input,
    )
    return tuple(
        Part(name, style, count, round(cost), cost / whole)
        for (name, style), count, cost in zip(
            _KINDS,
            counts,
            costs,
            strict=True,
        )
    )


def _alone(tokens: TokenCounts) -> tuple[TokenCounts, ...]:
    return (
        TokenCounts(cache_read=tokens.cache_read),
        TokenCounts(
            cache_write_5m=tokens.cache_write_5m,
            cache_write_1h=tokens.cache_write_1h,
        ),
        TokenCounts(output=tokens.output),
        TokenCounts(input=tokens.input),
    )
