"""What each kind of token cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.kinds import kinds_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.totals import Totals
    from claude_tray.domain.usage import Terms


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

    Args:
        uses: What was used.
        prices: What it costs.
        at_ms: When it was used.
    """
    kinds = kinds_of(uses, prices, at_ms)
    whole = sum(kind.cost for kind in kinds.all)
    if not kinds.is_whole or not whole:
        return ()
    return tuple(
        Part(name, style, kind.tokens, kind.cost, kind.cost / whole)
        for (name, style), kind in zip(_KINDS, kinds.all, strict=True)
    )
