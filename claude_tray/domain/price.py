"""What tokens cost."""

from __future__ import annotations

from typing import Final, NewType

# Prices are quoted in dollars for a million tokens with at most three
# decimals, so a whole number of nano-dollars for a token is always exact.
NanoUsd = NewType("NanoUsd", int)

NANO_USD_PER_USD = 1_000_000_000

NO_COST: Final = NanoUsd(0)
