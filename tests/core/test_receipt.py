"""Made-up histories with known truth: weights, rounding, use from elsewhere."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from claude_tray.core import (
    receipt,
    receipt_intervals,
    receipt_parts,
    receipt_readings,
    receipt_weights,
)
from claude_tray.core.receipt_parts import Dimension
from claude_tray.core.usage import TokenCounts

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
WINDOW_MS = 5 * HOUR_MS
# Points per dollar. Unlike the prices: reading the cache is nearly free.
TRUE_WEIGHTS = {
    ("opus", "input"): 2.4,
    ("opus", "output"): 3.1,
    ("opus", "cache_write"): 2.2,
    ("opus", "cache_read"): 0.9,
    ("sonnet", "input"): 1.7,
    ("sonnet", "output"): 2.1,
    ("sonnet", "cache_write"): 1.6,
    ("sonnet", "cache_read"): 0.8,
}
MODELS = {"opus": "claude-opus-4-5", "sonnet": "claude-sonnet-4-5"}


class TrueWindow(NamedTuple):
    """A window, and what really happened in it."""

    usage: receipt_parts.WindowReplies
    by_session: dict[str, float]
    elsewhere: float
    official: float


def weigh_truly(amounts: dict[tuple[str, str], float]) -> float:
    return sum(TRUE_WEIGHTS[key] * value for key, value in amounts.items())


def make_replies(
    rng: random.Random, start_ms: int, target: float
) -> list[receipt.Reply]:
    """Make replies of four sessions that take about so many points."""
    sessions = [(f"s{n}", ("opus", "sonnet")[n % 2]) for n in range(4)]
    replies: list[receipt.Reply] = []
    total = 0.0
    while total < target:
        session, family = rng.choice(sessions)
        # A mix of its own in each session: edits, long answers, searches.
        mix = 1 + int(session[1])
        amounts = {
            (family, "input"): rng.expovariate(1) * 0.01,
            (family, "output"): rng.expovariate(1) * 0.04 * mix,
            (family, "cache_write"): rng.expovariate(1) * 0.05,
            (family, "cache_read"): rng.expovariate(1) * 0.16 / mix,
        }
        total += weigh_truly(amounts)
        replies.append(
            receipt.Reply(
                start_ms + rng.randrange(WINDOW_MS),
                session,
                f"/p/{session}",
                MODELS[family],
                is_subagent=rng.random() < 0.3,
                is_background=False,
                tokens=TokenCounts(10, 20, 30, 0, 40_000),
                cost=round(1e9 * sum(amounts.values())),
                amounts=amounts,
            )
        )
    return sorted(replies, key=lambda reply: reply.at_ms)


def make_window(
    rng: random.Random,
    start_ms: int = 0,
    target: float = 60.0,
    elsewhere: float = 0.0,
    *,
    lags: bool = False,
) -> TrueWindow:
    """
    Make a window with readings every 5 to 30 minutes.

    Args:
        rng: Random numbers.
        start_ms: Start of the window.
        target: Points of its replies.
        elsewhere: Points from elsewhere.
        lags: A reading does not know the last reply of the minute before.
    """
    replies = make_replies(rng, start_ms, target)
    # From elsewhere: some bursts of a few minutes.
    bursts = [
        (start_ms + rng.randrange(WINDOW_MS - HOUR_MS), elsewhere / 2)
        for _ in range(2 if elsewhere else 0)
    ]
    reported, at_ms = [], start_ms
    while at_ms < start_ms + WINDOW_MS:
        at_ms = min(
            at_ms + rng.randrange(5, 30) * MINUTE_MS, start_ms + WINDOW_MS
        )
        known = [reply for reply in replies if reply.at_ms < at_ms]
        if lags and known and known[-1].at_ms >= at_ms - MINUTE_MS:
            del known[-1]
        used = sum(weigh_truly(dict(reply.amounts)) for reply in known) + sum(
            points for burst, points in bursts if burst < at_ms
        )
        reported.append((at_ms, float(min(100, int(used + 0.5)))))
    by_session: dict[str, float] = {}
    for reply in replies:
        by_session[reply.session] = by_session.get(
            reply.session, 0.0
        ) + weigh_truly(dict(reply.amounts))
    readings = receipt_readings.build_readings(start_ms, reported)
    return TrueWindow(
        receipt_parts.WindowReplies(readings, tuple(replies)),
        by_session,
        elsewhere,
        reported[-1][1],
    )


def list_intervals(
    window: TrueWindow,
) -> list[receipt_weights.ReadingInterval]:
    usage = [(reply.at_ms, reply.amounts) for reply in window.usage.replies]
    return list(
        receipt_intervals.list_intervals(window.usage.readings, usage),
    )


def learn(rng: random.Random, count: int = 60) -> receipt_weights.Weights:
    """Learn from a month; a fifth of the windows has use from elsewhere."""
    intervals = [
        interval
        for number in range(count)
        for interval in list_intervals(
            make_window(
                rng,
                target=rng.uniform(20, 80),
                elsewhere=12.0 if number % 5 == 0 else 0.0,
            )
        )
    ]
    weights = receipt_weights.learn_weights(intervals)
    assert weights is not None
    return weights


def build(
    window: TrueWindow,
    weights: receipt_weights.Weights | None,
    start_ms: int = 0,
    end_ms: int = WINDOW_MS,
) -> receipt_parts.Receipt:
    return receipt_parts.build_receipt(
        [window.usage], start_ms, end_ms, weights
    )


TRUE = receipt_weights.Weights(
    1.0,
    0.0,
    {k: receipt_weights.Weight(v, 0.0) for k, v in TRUE_WEIGHTS.items()},
    [[0.0] * len(TRUE_WEIGHTS) for _ in TRUE_WEIGHTS],
)
LEARNED = learn(random.Random(1))


def test_weights_are_learned_within_their_errors() -> None:
    assert LEARNED.is_learned

    deviations = [
        abs(LEARNED.by_feature[key].value - true)
        / LEARNED.by_feature[key].error
        for key, true in TRUE_WEIGHTS.items()
    ]

    assert max(deviations) < 4
    assert sorted(deviations)[len(deviations) // 2] < 2


@pytest.mark.parametrize("elsewhere", [0.0, 8.0, 20.0])
def test_attributed_points_are_true_within_one(elsewhere: float) -> None:
    for seed in range(60):
        rng = random.Random(1_000 + seed)
        window = make_window(rng, elsewhere=elsewhere)

        found = build(window, LEARNED)

        assert found.remote == pytest.approx(elsewhere, abs=1.0), seed
        parts = {p.key: p.points for p in found.parts[Dimension.SESSION]}
        for session, points in window.by_session.items():
            assert parts[session] == pytest.approx(points, abs=1.0), seed


def test_rounding_alone_is_never_use_from_elsewhere() -> None:
    for seed in range(100):
        window = make_window(random.Random(seed))

        found = build(window, TRUE)

        assert found.remote == 0, seed
        assert abs(found.rounding) < 1, seed


def test_parts_add_up_to_the_official_change_however_a_stretch_is_split() -> (
    None
):
    for seed in range(20):
        rng = random.Random(seed)
        window = make_window(rng, elsewhere=rng.choice([0.0, 15.0]))
        cuts = sorted(rng.sample(range(1, WINDOW_MS), 3))
        bounds = [0, *cuts, WINDOW_MS]

        whole = build(window, LEARNED)
        pieces = [
            build(window, LEARNED, bounds[i], bounds[i + 1]) for i in range(4)
        ]

        assert whole.change == pytest.approx(window.official, abs=1e-9)
        for found in (whole, *pieces):
            total = found.local + found.remote + found.rounding
            assert total == pytest.approx(found.change, abs=1e-9)
            for parts in found.parts.values():
                points = sum(part.points or 0.0 for part in parts)
                assert points == pytest.approx(found.local, abs=1e-9)
        for name in ("change", "local", "remote", "rounding"):
            total = sum(getattr(piece, name) for piece in pieces)
            assert total == pytest.approx(getattr(whole, name), abs=1e-9)
        assert pieces[1].official_from == pytest.approx(
            pieces[0].official_until
        )


def test_the_order_of_replies_does_not_matter() -> None:
    rng = random.Random(3)
    window = make_window(rng, elsewhere=9.0)
    replies = list(window.usage.replies)
    rng.shuffle(replies)
    shuffled = window._replace(
        usage=window.usage._replace(replies=tuple(replies))
    )

    assert build(shuffled, LEARNED) == build(window, LEARNED)


def test_a_longer_stretch_never_has_fewer_points() -> None:
    window = make_window(random.Random(4), elsewhere=9.0)

    found = [
        build(window, LEARNED, 0, end_ms)
        for end_ms in range(HOUR_MS, WINDOW_MS + 1, HOUR_MS // 4)
    ]

    assert all(
        one.local <= other.local + 1e-9 and one.remote <= other.remote + 1e-9
        for one, other in pairwise(found)
    )


def test_a_stretch_across_a_reset_is_the_sum_of_its_windows() -> None:
    rng = random.Random(5)
    first = make_window(rng, elsewhere=10.0)
    second = make_window(rng, start_ms=WINDOW_MS)

    found = receipt_parts.build_receipt(
        [first.usage, second.usage], 0, 2 * WINDOW_MS, LEARNED
    )

    assert found.change == pytest.approx(first.official + second.official)
    assert found.remote == pytest.approx(10, abs=1.0)
    assert found.local == pytest.approx(
        sum(first.by_session.values()) + sum(second.by_session.values()),
        abs=2.0,
    )


def make_reply(at_ms: int, dollars: float, **changes: Any) -> receipt.Reply:
    """Make a reply that takes one true point per dollar."""
    made = receipt.Reply(
        at_ms,
        "s",
        "/p",
        "claude-x",
        is_subagent=False,
        is_background=False,
        tokens=TokenCounts(10, 20, 30, 0, 40_000),
        cost=round(dollars * 1e9),
        amounts={("x", "output"): dollars},
    )
    return made._replace(**changes)


ONE_POINT = receipt_weights.Weights(1.0)


def build_simple(
    reported: list[tuple[int, float]],
    *replies: receipt.Reply,
    weights: receipt_weights.Weights | None = ONE_POINT,
) -> receipt_parts.Receipt:
    readings = receipt_readings.build_readings(0, reported)
    usage = receipt_parts.WindowReplies(readings, replies)
    return receipt_parts.build_receipt([usage], 0, WINDOW_MS, weights)


def test_after_the_limit_replies_take_no_points() -> None:
    """Extra usage is paid; the limit stays at 100 %."""
    found = build_simple(
        [(HOUR_MS, 80.0), (2 * HOUR_MS, 100.0), (3 * HOUR_MS, 100.0)],
        make_reply(1_000, 80, session="early"),
        make_reply(HOUR_MS + 1_000, 30, session="late"),
        make_reply(2 * HOUR_MS + 1_000, 50, session="paid"),
    )

    points = {p.key: p.points for p in found.parts[Dimension.SESSION]}
    assert points == pytest.approx(
        {"early": 80, "late": 20, "paid": 0}, abs=0.5
    )
    assert found.change == 100
    assert found.remote == 0


def test_extra_usage_that_counts_beyond_the_limit_is_attributed() -> None:
    found = build_simple(
        [(HOUR_MS, 90.0), (2 * HOUR_MS, 130.0)],
        make_reply(1_000, 90),
        make_reply(HOUR_MS + 1_000, 40),
    )

    assert found.local == pytest.approx(130, abs=0.5)
    assert found.remote == 0


def test_replies_that_took_less_than_expected_are_scaled_down() -> None:
    found = build_simple(
        [(HOUR_MS, 10.0), (2 * HOUR_MS, 12.0)],
        make_reply(1_000, 10),
        make_reply(HOUR_MS + 1_000, 9),
    )

    assert found.local == pytest.approx(12, abs=0.5)
    assert found.remote == 0


def test_use_without_any_reply_is_from_elsewhere() -> None:
    found = build_simple([(HOUR_MS, 7.25)])

    assert found.remote == pytest.approx(7.25, abs=0.05)
    assert found.local == 0


def test_a_figure_that_falls_leaves_a_correction() -> None:
    found = build_simple(
        [(HOUR_MS, 30.0), (2 * HOUR_MS, 25.0)], make_reply(1_000, 30)
    )

    assert found.change == 25
    assert found.local + found.rounding == pytest.approx(25)
    assert 24 <= found.local <= 26


def test_a_reply_in_the_minute_of_a_reading_may_not_be_known_to_it() -> None:
    """The reading still says 10; the reply a second before it takes 8."""
    found = build_simple(
        [(HOUR_MS, 10.0), (2 * HOUR_MS, 18.0)],
        make_reply(1_000, 10),
        make_reply(HOUR_MS - 1_000, 8),
        make_reply(HOUR_MS + 5_000, 0.001),
    )

    assert found.remote == 0
    assert found.local == pytest.approx(18, abs=0.5)


def test_replies_after_the_last_reading_are_only_expected() -> None:
    found = build_simple(
        [(HOUR_MS, 10.0)], make_reply(1_000, 10), make_reply(HOUR_MS, 3)
    )

    assert found.change == 10
    assert found.unreported == 3
    assert found.reported_ms == HOUR_MS


@pytest.mark.parametrize("weights", [None, ONE_POINT])
def test_without_readings_shares_are_of_the_cost(
    weights: receipt_weights.Weights | None,
) -> None:
    found = build_simple(
        [],
        make_reply(1_000, 3, session="a"),
        make_reply(2_000, 1, session="b"),
        weights=weights,
    )

    assert found.change is None
    assert [
        (part.key, part.points, part.share)
        for part in found.parts[Dimension.SESSION]
    ] == [("a", None, 0.75), ("b", None, 0.25)]


def test_replies_without_a_price_have_no_share() -> None:
    found = build_simple([], make_reply(1_000, 0))

    assert [part.share for part in found.parts[Dimension.MODEL]] == [0]


def test_without_local_usage_nothing_is_learned() -> None:
    intervals = [receipt_weights.ReadingInterval(5.0, {})]

    assert receipt_weights.learn_weights(intervals) is None


def test_a_short_history_only_has_a_scale() -> None:
    """Two points a dollar; one of five intervals is from elsewhere."""
    intervals = [
        receipt_weights.ReadingInterval(points, {("x", "output"): 2.0})
        for points in (4.0, 4.0, 4.0, 4.0, 30.0)
    ]

    weights = receipt_weights.learn_weights(intervals)

    assert weights is not None
    assert not weights.is_learned
    assert weights.weigh({("y", "input"): 3.0}) == 6
    assert weights.compute_error({("y", "input"): 3.0}) > 0


def test_an_unused_feature_has_the_scale_and_a_wide_error() -> None:
    unknown = {("haiku", "output"): 2.0}

    assert LEARNED.weigh(unknown) == 2 * LEARNED.scale
    assert LEARNED.compute_error(unknown) == LEARNED.scale


@pytest.mark.parametrize(
    ("percents", "changes"),
    [
        ((2, 4, 9, 11), [4, 5, 2]),
        ((5, 3, 8), [5, 5]),
        ((96, 100, 100), [96]),
        ((0, 0), []),
    ],
)
def test_intervals_are_some_points_apart(
    percents: tuple[int, ...], changes: list[float]
) -> None:
    readings = receipt_readings.build_readings(
        0, [(n, float(p)) for n, p in enumerate(percents, start=1)]
    )

    found = receipt_intervals.list_intervals(readings, [])

    assert [interval.change for interval in found] == changes


def test_of_two_readings_at_once_the_first_counts() -> None:
    readings = receipt_readings.build_readings(
        5, [(5, 3.0), (6, 1.0), (6, 2.0)]
    )

    assert [reading.percent for reading in readings] == [0, 1]


def split(*percents: float) -> list[list[float]]:
    """Split readings of a minute each; return the percentages of the parts."""
    readings = receipt_readings.build_readings(
        0, [(MINUTE_MS * n, p) for n, p in enumerate(percents, start=1)]
    )
    return [
        [reading.percent for reading in part]
        for part in receipt_readings.split_at_resets(readings)
    ]


def test_a_limit_that_was_reset_early_starts_with_nothing() -> None:
    assert split(40, 60, 3, 9) == [[0, 40, 60], [0, 3, 9]]
    assert split(40, 60, 0) == [[0, 40, 60], [0, 0]]


def test_a_session_that_did_not_know_better_resets_nothing() -> None:
    assert split(40, 60, 3, 61) == [[0, 40, 60, 61]]


def test_small_corrections_are_no_reset() -> None:
    assert split(40, 36, 50) == [[0, 40, 36, 50]]
    assert split(4, 1, 5) == [[0, 4, 1, 5]]
