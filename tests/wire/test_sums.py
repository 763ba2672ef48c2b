from __future__ import annotations

from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.wire.sums import sums_of, tokens_of, totals_of
from tests.support.builders import nano

TOKENS = TokenCounts(
    input=1,
    output=2,
    cache_write_5m=3,
    cache_write_1h=4,
    cache_read=5,
)
TOTALS = Totals(messages=6, tokens=TOKENS, priced_cost=nano(1_500_000_000))


def test_tokens_are_told_by_kind() -> None:
    assert tokens_of(TOKENS) == {
        "input_tokens": 1,
        "output_tokens": 2,
        "cache_creation_tokens": 7,
        "cache_read_tokens": 5,
    }


def test_rows_have_sums() -> None:
    assert sums_of(TOTALS) == {
        **tokens_of(TOKENS),
        "messages": 6,
        "cost_usd": "1.50",
    }


def test_projects_and_sessions_have_totals_without_the_cache() -> None:
    totals = totals_of(TOTALS)

    assert totals["total_tokens"] == 3
    assert totals["total_cache_creation_tokens"] == 7
    assert totals["total_cost_usd"] == "1.50"
    assert totals_of(Totals(unpriced=1))["total_cost_usd"] is None
