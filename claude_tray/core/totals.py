"""Add up records into totals."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.pricing import ZERO_COST, NanoUsd
from claude_tray.core.tokens import ZERO_TOKENS, TokenCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


# Path of a project and name of a model.
ProjectModelKey = tuple[str, str]


class Totals(NamedTuple):
    """
    Sum of any number of records.

    Attributes:
        messages: Number of responses, without advisor parts.
        tokens: Token counts.
        priced_cost: Cost of the records with a known price.
        unpriced: Number of records without a known price.
        incomplete: Number of responses without a final line.
    """

    messages: int = 0
    tokens: TokenCounts = ZERO_TOKENS
    priced_cost: NanoUsd = ZERO_COST
    unpriced: int = 0
    incomplete: int = 0

    @property
    def cost(self) -> NanoUsd | None:
        """Total cost, or None if the price of any part is unknown."""
        return None if self.unpriced else self.priced_cost

    @property
    def is_lower_bound(self) -> bool:
        """Whether the actual usage or cost may be higher."""
        return self.unpriced > 0 or self.incomplete > 0

    @property
    def incomplete_percent(self) -> float:
        """Percentage of responses without a final line, 0 to 100."""
        if not self.messages:
            return 0.0
        return 100 * self.incomplete / self.messages

    def plus(self, other: Totals) -> Totals:
        return Totals(
            self.messages + other.messages,
            # As TokenCounts.plus, without the call: snapshots add many.
            TokenCounts(*map(add, self.tokens, other.tokens)),
            NanoUsd(self.priced_cost + other.priced_cost),
            self.unpriced + other.unpriced,
            self.incomplete + other.incomplete,
        )


ZERO_TOTALS = Totals()


def sum_totals(parts: Iterable[Totals]) -> Totals:
    """Return the sum of several totals."""
    return reduce(Totals.plus, parts, ZERO_TOTALS)


def merge_totals(
    base: Mapping[str, Totals],
    parts: Iterable[tuple[str, Totals]],
) -> dict[str, Totals]:
    """Return totals by name with more totals added to them."""
    merged = dict(base)
    for name, totals in parts:
        existing = merged.get(name)
        merged[name] = existing.plus(totals) if existing else totals
    return merged


def group_by_project(
    parts: Mapping[ProjectModelKey, Totals],
) -> dict[str, Totals]:
    """Return totals by path of the project."""
    return merge_totals(
        {}, ((path, totals) for (path, _), totals in parts.items())
    )


def group_by_model(
    parts: Mapping[ProjectModelKey, Totals],
) -> dict[str, Totals]:
    """Return totals by name of the model."""
    return merge_totals(
        {}, ((name, totals) for (_, name), totals in parts.items())
    )


def rank_by_cost(
    totals_by_name: Iterable[tuple[str, Totals]],
) -> list[tuple[str, Totals]]:
    """Return the most expensive first; without prices, the most used."""
    return sorted(totals_by_name, key=_build_cost_key)


def _build_cost_key(item: tuple[str, Totals]) -> tuple[int, int, str]:
    name, totals = item
    return -totals.priced_cost, -sum(totals.tokens), name
