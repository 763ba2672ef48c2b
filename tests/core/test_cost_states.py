from __future__ import annotations

from operator import add

from claude_tray.core.cost_states import (
    ModelCounts,
    clamp,
    combine,
    contains,
    sum_by_family,
    sum_costs,
)
from claude_tray.core.usage import TokenCounts


def test_names_of_one_model_are_summed() -> None:
    sums = sum_by_family(
        {
            "claude-opus-4-1-20250805": ModelCounts(TokenCounts(1), 1, 5),
            "claude-opus-4-1[1m]": ModelCounts(TokenCounts(2, 3), 0, 7),
        }
    )

    assert sums == {"claude-opus-4-1": ModelCounts(TokenCounts(3, 3), 1, 12)}


def test_costs_are_summed() -> None:
    assert sum_costs({"a": ModelCounts(cost=2), "b": ModelCounts(cost=3)}) == 5


def test_counts_are_combined_one_by_one() -> None:
    one = ModelCounts(TokenCounts(1, 2, 3, 4, 5), 6, 7)

    assert combine(add, one, one) == ModelCounts(
        TokenCounts(2, 4, 6, 8, 10), 12, 14
    )


def test_negative_counts_become_zero() -> None:
    counts = ModelCounts(TokenCounts(-1, 2, -3, 4, -5), -6)

    assert clamp(counts) == ModelCounts(TokenCounts(0, 2, 0, 4, 0), 0)


def test_writes_without_a_lifetime_are_subtracted_together() -> None:
    counts = ModelCounts(
        TokenCounts(cache_write_5m=10, cache_write_1h=-4), is_split=False
    )

    assert clamp(counts).tokens == TokenCounts(cache_write_5m=6)


def test_sums_contain_smaller_ones() -> None:
    sums = ModelCounts(TokenCounts(5, 5), 1)

    assert contains(sums, ModelCounts(TokenCounts(5, 4), 1))
    assert not contains(sums, ModelCounts(TokenCounts(6), 0))
    assert not contains(sums, ModelCounts(TokenCounts(), 2))
