"""What each kind of token cost."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from claude_tray.domain.price_list import price_of
from claude_tray.domain.usage import TokenCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.totals import Totals
    from claude_tray.domain.usage import Terms


class Use(Protocol):
    """What was used of a model under the terms of its price."""

    @property
    def model(self) -> str: ...

    @property
    def terms(self) -> Terms: ...

    @property
    def totals(self) -> Totals: ...


class Kind(NamedTuple):
    """Tokens of a kind, and the nano-dollars they cost."""

    tokens: int = 0
    cost: int = 0

    def plus(self, tokens: int, cost: int) -> Kind:
        return Kind(self.tokens + tokens, self.cost + cost)


class Kinds(NamedTuple):
    """
    Tokens by kind.

    Attributes:
        is_whole: Each of them has a price.
    """

    cache_read: Kind = Kind()
    cache_write: Kind = Kind()
    output: Kind = Kind()
    input: Kind = Kind()
    is_whole: bool = True

    @property
    def all(self) -> tuple[Kind, Kind, Kind, Kind]:
        return self.cache_read, self.cache_write, self.output, self.input


NO_KINDS: Final = Kinds()


def kinds_of(
    uses: Iterable[Use],
    prices: PriceTable,
    at_ms: int,
) -> Kinds:
    """
    Return what the tokens of some uses cost by kind.

    The kinds of a use share its stored cost in the ratio of their prices, so
    that their sum is the cost that is shown elsewhere, surcharges included.

    Args:
        uses: What was used.
        prices: What it costs.
        at_ms: When it was used.
    """
    sums = [Kind() for _ in range(4)]
    is_whole = True
    for use in uses:
        counts = _counts(use.totals.tokens)
        alone = [
            price_of(tokens, use.model, use.terms, at_ms, prices)
            for tokens in _alone(use.totals.tokens)
        ]
        known = [cost for cost in alone if cost is not None]
        has_all = len(known) == len(counts) and not use.totals.unpriced
        is_whole = is_whole and has_all
        parts = _shared(use.totals.priced_cost, known) if has_all else [0] * 4
        for number, (tokens, cost) in enumerate(
            zip(counts, parts, strict=True),
        ):
            sums[number] = sums[number].plus(tokens, cost)
    return Kinds(sums[0], sums[1], sums[2], sums[3], is_whole)


def _counts(tokens: TokenCounts) -> tuple[int, int, int, int]:
    return (
        tokens.cache_read,
        tokens.cache_write,
        tokens.output,
        tokens.input,
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


def _shared(cost: int, weights: Sequence[int]) -> list[int]:
    """Share a cost in a ratio, to the last nano-dollar."""
    whole = sum(weights)
    if not whole:
        return [0, 0, 0, cost]
    ends, sum_ = [0], 0
    for weight in weights:
        sum_ += weight
        ends.append(cost * sum_ // whole)
    return [end - start for start, end in pairwise(ends)]
