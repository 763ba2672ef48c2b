from __future__ import annotations

from claude_tray.domain.price import NanoUsd
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import STANDARD_TERMS, TokenCounts
from claude_tray.server.dashboard.kinds import Use, parts_of
from tests.support.builders import MODEL, PRICES

TOKENS = TokenCounts(
    input=10,
    output=1,
    cache_write_5m=1,
    cache_write_1h=0,
    cache_read=2,
)


def a_use(cost: int, model: str = MODEL, unpriced: int = 0) -> Use:
    totals = Totals(1, TOKENS, NanoUsd(cost), unpriced)
    return Use(model, STANDARD_TERMS, totals)


def test_kinds_add_up_to_the_stored_cost() -> None:
    parts = parts_of([a_use(1_000), a_use(500)], PRICES, 0)

    assert sum(part.cost for part in parts) == 1_500
    assert round(sum(part.share for part in parts), 6) == 1
    assert [part.tokens for part in parts] == [4, 2, 2, 20]
    assert [part.name for part in parts] == [
        "Cache read",
        "Cache write",
        "Output",
        "Input",
    ]


def test_where_a_price_is_unknown_no_kinds_are_told() -> None:
    assert parts_of([a_use(9, "claude-fictive-9")], PRICES, 0) == ()
    assert parts_of([a_use(9, unpriced=1)], PRICES, 0) == ()


def test_nothing_used_has_no_kinds() -> None:
    assert parts_of([], PRICES, 0) == ()
    empty = Use(MODEL, STANDARD_TERMS, Totals())
    assert parts_of([empty], PRICES, 0) == ()
