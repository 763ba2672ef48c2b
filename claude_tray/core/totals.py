"""Sums over records."""

from __future__ import annotations

from typing import NamedTuple

from claude_tray.core.pricing import ZERO_COST, NanoUsd
from claude_tray.core.tokens import ZERO_TOKENS, TokenCounts


class Totals(NamedTuple):
    """
    What any number of records add up to.

    Attributes:
        messages: Replies, without advisors' shares.
        tokens: All their tokens.
        priced_cost: What those with a known price cost.
        unpriced: How many records have no known price.
        incomplete: How many replies never showed a final line.
    """

    messages: int = 0
    tokens: TokenCounts = ZERO_TOKENS
    priced_cost: NanoUsd = ZERO_COST
    unpriced: int = 0
    incomplete: int = 0

    @property
    def cost(self) -> NanoUsd | None:
        """The cost, or None while the price of any part is unknown."""
        return None if self.unpriced else self.priced_cost

    @property
    def is_lower_bound(self) -> bool:
        """Whether more was used, or paid, than is known."""
        return self.unpriced > 0 or self.incomplete > 0

    @property
    def incomplete_percent(self) -> float:
        """The share of replies that never showed a final line, 0 to 100."""
        if not self.messages:
            return 0.0
        return 100 * self.incomplete / self.messages

    def plus(self, other: Totals) -> Totals:
        return Totals(
            self.messages + other.messages,
            self.tokens.plus(other.tokens),
            NanoUsd(self.priced_cost + other.priced_cost),
            self.unpriced + other.unpriced,
            self.incomplete + other.incomplete,
        )


ZERO_TOTALS = Totals()
