from __future__ import annotations

from typing import Any

import pytest

from claude_tray.core.receipt import Cause, Reply
from claude_tray.core.receipt_causes import mark_causes
from claude_tray.core.receipt_limits import find_family
from claude_tray.core.receipt_parts import (
    Dimension,
    WindowReplies,
    build_receipt,
)
from claude_tray.core.receipt_readings import build_readings
from claude_tray.core.receipt_weights import (
    Weights,
    price_amounts,
)
from claude_tray.core.usage import TokenCounts
from tests.support.builders import MODEL, PRICES

MINUTE_MS = 60_000


def make_reply(minute: int, tokens: TokenCounts, **changes: Any) -> Reply:
    made = Reply(
        minute * MINUTE_MS,
        "s",
        "/p",
        MODEL,
        is_subagent=False,
        is_background=False,
        tokens=tokens,
        cost=4,
        amounts={
            ("x", "cache_write"): float(tokens.cache_write),
            ("x", "cache_read"): float(tokens.cache_read),
        },
    )
    return made._replace(**changes)


SHORT = TokenCounts(cache_write_5m=60_000)
LONG = TokenCounts(cache_write_1h=60_000)
AGAIN = TokenCounts(cache_write_5m=62_000)


@pytest.mark.parametrize(
    ("first", "minutes", "second", "rebuilt"),
    [
        (SHORT, 4, AGAIN, 0),
        (SHORT, 6, AGAIN, 60 / 62),
        (LONG, 6, AGAIN, 0),
        (LONG, 61, AGAIN, 60 / 62),
        (SHORT, 6, TokenCounts(cache_write_5m=42_000, cache_read=20_000),
         40 / 42),
        (SHORT, 6, TokenCounts(input=62_000), 0),
    ],
)  # fmt: skip
def test_writes_that_an_expired_cache_had_held_are_rebuilt(
    first: TokenCounts, minutes: int, second: TokenCounts, rebuilt: float
) -> None:
    replies = [make_reply(minutes, second), make_reply(0, first)]

    before, after = mark_causes(replies)

    assert before.rebuilt == 0
    assert after.rebuilt == pytest.approx(rebuilt)


@pytest.mark.parametrize(
    ("prompt", "cause"),
    [
        (49_999, Cause.SMALL_CONTEXT),
        (50_000, Cause.MEDIUM_CONTEXT),
        (100_000, Cause.LARGE_CONTEXT),
        (200_000, Cause.HUGE_CONTEXT),
    ],
)
def test_other_replies_are_told_apart_by_context(
    prompt: int, cause: Cause
) -> None:
    (reply,) = mark_causes([make_reply(0, TokenCounts(input=prompt))])

    assert reply.cause is cause


def test_a_context_that_halves_was_compacted() -> None:
    small = TokenCounts(input=20_000)
    replies = [
        make_reply(0, TokenCounts(cache_read=150_000)),
        make_reply(1, TokenCounts(input=900), is_background=True),
        make_reply(1, small, is_subagent=True),
        make_reply(2, small),
        make_reply(3, small, session="other"),
        make_reply(4, small, is_subagent=True),
    ]

    causes = [reply.cause for reply in mark_causes(replies)]

    assert causes == [
        Cause.LARGE_CONTEXT,
        Cause.BACKGROUND,
        Cause.SMALL_CONTEXT,
        Cause.COMPACTION,
        Cause.SMALL_CONTEXT,
        Cause.SMALL_CONTEXT,
    ]


def test_a_rebuilt_cache_takes_its_part_of_a_reply() -> None:
    """40,000 tokens of 80,000 are written again; reading is as dear."""
    second = TokenCounts(cache_write_5m=40_000, cache_read=40_000)
    replies = tuple(
        mark_causes(
            [make_reply(0, TokenCounts(input=80_000)), make_reply(9, second)]
        )
    )

    readings = build_readings(0, [(10 * MINUTE_MS, 8.0)])
    found = build_receipt(
        [WindowReplies(readings, replies)],
        0,
        20 * MINUTE_MS,
        Weights(1e-4, by_feature={}),
    )

    points = {p.key: p.points for p in found.parts[Dimension.CAUSE]}
    assert points == pytest.approx(
        {Cause.CACHE_REBUILD: 4, Cause.MEDIUM_CONTEXT: 4}, abs=0.5
    )


def test_amounts_are_list_prices_by_family_and_kind() -> None:
    tokens = TokenCounts(1_000, 2_000, 300, 400, 5_000)

    amounts = price_amounts(tokens, MODEL, 2**41, PRICES)

    prices = PRICES.get_model_prices(MODEL)[0]
    rate, family = prices.rate, find_family(MODEL)
    assert amounts == pytest.approx(
        {
            (family, "input"): 1_000 * rate.input / 1e9,
            (family, "output"): 2_000 * rate.output / 1e9,
            (family, "cache_write"): (
                300 * rate.cache_write_5m + 400 * rate.cache_write_1h
            )
            / 1e9,
            (family, "cache_read"): 5_000 * rate.cache_read / 1e9,
        }
    )


def test_a_model_without_a_price_counts_like_a_mid_size_one() -> None:
    """$15 a million tokens of output."""
    amounts = price_amounts(
        TokenCounts(output=2_000_000), "strange-1", 2**41, PRICES
    )

    assert amounts == {("strange-1", "output"): 30.0}
