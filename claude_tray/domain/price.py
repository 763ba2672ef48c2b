"""What tokens cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, NewType

if TYPE_CHECKING:
    from claude_tray.domain.usage import TokenCounts

# Prices are quoted in dollars for a million tokens with at most three
# decimals, so a whole number of nano-dollars for a token is always exact.
NanoUsd = NewType("NanoUsd", int)

NANO_USD_PER_USD: Final = 1_000_000_000
NO_COST: Final = NanoUsd(0)


class Rate(NamedTuple):
    """Nano-dollars for one token of each kind, as TokenCounts has them."""

    input: int
    output: int
    cache_write_5m: int
    cache_write_1h: int
    cache_read: int

    def cost_of(self, tokens: TokenCounts) -> int:
        """Return what the tokens cost, in nano-dollars."""
        return (
            tokens[0] * self[0]
            + tokens[1] * self[1]
            + tokens[2] * self[2]
            + tokens[3] * self[3]
            + tokens[4] * self[4]
        )


def dollars(cost: NanoUsd | None) -> str | None:
    """
    Return a cost as decimal dollars without loss, None for an unknown one.

    As "0.105" or "12.00": two decimals at least, nine at most.
    """
    if cost is None:
        return None
    sign = "-" if cost < 0 else ""
    whole, rest = divmod(abs(cost), NANO_USD_PER_USD)
    decimals = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals}"
