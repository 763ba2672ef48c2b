from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.core.snapshot import AccountSnapshot
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import ValueSource, Window
from claude_tray.protocol import usage_api
from claude_tray.protocol.usage_api import (
    build_stats,
    build_token_counts,
    build_usage_sums,
    build_usage_totals,
)
from tests.support.builders import at, nano_usd

if TYPE_CHECKING:
    from claude_tray.protocol.usage_api import Stats


TOKENS = TokenCounts(
    input=1,
    output=2,
    cache_write_5m=3,
    cache_write_1h=4,
    cache_read=5,
)
TOTALS = Totals(messages=6, tokens=TOKENS, priced_cost=nano_usd(1_500_000_000))


def test_tokens_are_split_by_category() -> None:
    assert build_token_counts(TOKENS) == {
        "input_tokens": 1,
        "output_tokens": 2,
        "cache_creation_tokens": 7,
        "cache_read_tokens": 5,
    }


def test_rows_have_sums() -> None:
    assert build_usage_sums(TOTALS) == {
        **build_token_counts(TOKENS),
        "messages": 6,
        "cost_usd": "1.50",
        "total_tokens": 3,
        "total_tokens_with_cache": 15,
        "cost_known_usd": "1.50",
        "unpriced_messages": 0,
    }


def test_an_unknown_price_leaves_the_known_cost_and_a_count() -> None:
    totals = TOTALS._replace(unpriced=2)
    window = Window(
        at("10:00"), at("15:00"), ValueSource.OFFICIAL, None, totals
    )
    state = AccountSnapshot("default", "/home/ada/.claude", window=window)

    sums, project = build_usage_sums(totals), build_usage_totals(totals)
    stats = build_stats(totals, (1, 1), state, at("11:00"))

    assert sums["cost_usd"] is project["total_cost_usd"] is None
    assert stats["total_cost_usd"] is stats["window_cost_usd"] is None
    for part in (sums, project, stats):
        assert (part["cost_known_usd"], part["unpriced_messages"]) == (
            "1.50",
            2,
        )
        assert part["total_tokens"] == 3
        assert part["total_tokens_with_cache"] == 15
    assert stats["window_cost_known_usd"] == "1.50"
    assert stats["window_unpriced_messages"] == 2
    assert stats["current_window_tokens"] == 3
    assert stats["current_window_tokens_with_cache"] == 15


def test_projects_and_sessions_have_totals_without_the_cache() -> None:
    totals = build_usage_totals(TOTALS)

    assert totals["total_tokens"] == 3
    assert totals["total_cache_creation_tokens"] == 7
    assert totals["total_cost_usd"] == "1.50"
    assert build_usage_totals(Totals(unpriced=1))["total_cost_usd"] is None


def test_stats_have_exactly_the_declared_keys() -> None:
    state = AccountSnapshot("default", "/home/ada/.claude")

    stats: Stats = build_stats(ZERO_TOTALS, (0, 0), state, at("09:00"))

    assert sorted(stats) == sorted(usage_api.Stats.__annotations__)
    details = usage_api.WindowDetails.__annotations__
    assert list(stats["window_details"]) == list(details)
