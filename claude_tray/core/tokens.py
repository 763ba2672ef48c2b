"""
Define the kinds of tokens: every other list of them derives from here.

To add a kind, add a row to TOKEN_KINDS and a field of the same name to
TokenCounts and Rate, all three at the same place.
"""

from __future__ import annotations

from operator import add, mul
from typing import Final, NamedTuple


class TokenKind(NamedTuple):
    """
    One kind of tokens and its name in each place where kinds are listed.

    Attributes:
        name: Field of TokenCounts and Rate, key of a custom price and label
            of the metric.
        column: Column in the local database; the server's has "_tokens"
            appended.
        category: What it is counted as where cache writes are not split by
            lifetime: "input", "output", "cache_write" or "cache_read".
        input_price_factor: Price as a multiple of the price of input, for
            custom prices that leave it out; None if it is required.
    """

    name: str
    column: str
    category: str
    input_price_factor: float | None = None

    @property
    def export_name(self) -> str:
        """Field of `claude-tray export`."""
        return f"{self.name}_tokens"

    @property
    def server_column(self) -> str:
        """Column in the server's database."""
        return f"{self.column}_tokens"

    @property
    def server_export_name(self) -> str:
        """Column of the server's CSV export."""
        name = self.name.replace("cache_write", "cache_creation")
        return f"{name}_tokens"


# The order of TokenCounts, Rate, the price table and every row of sums.
TOKEN_KINDS: Final = (
    TokenKind("input", "input", "input"),
    TokenKind("output", "output", "output"),
    TokenKind("cache_write_5m", "cache_5m", "cache_write", 1.25),
    TokenKind("cache_write_1h", "cache_1h", "cache_write", 2),
    TokenKind("cache_read", "cache_read", "cache_read", 0.1),
)


class TokenCounts(NamedTuple):
    """
    Number of tokens of each kind.

    A tuple because a first load creates hundreds of thousands of them.
    """

    input: int = 0
    output: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0

    @property
    def cache_write(self) -> int:
        return self.cache_write_5m + self.cache_write_1h

    @property
    def cache(self) -> int:
        return self.cache_write + self.cache_read

    @property
    def prompt(self) -> int:
        """All input, cached or not: the size that price tiers depend on."""
        return self.total - self.output

    @property
    def total(self) -> int:
        return sum(self)

    def plus(self, other: TokenCounts) -> TokenCounts:
        return TokenCounts(*map(add, self, other))


ZERO_TOKENS: Final = TokenCounts()


class Rate(NamedTuple):
    """Price of one token of each kind, in nano-dollars."""

    input: int
    output: int
    cache_write_5m: int
    cache_write_1h: int
    cache_read: int

    def compute_cost(self, tokens: TokenCounts) -> int:
        """Return the cost of the tokens in nano-dollars."""
        return sum(map(mul, tokens, self))
