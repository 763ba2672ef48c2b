from __future__ import annotations

import random

import pytest

from claude_tray.core.fit import (
    Activity,
    Estimate,
    build_estimate,
    build_fit,
    compute_left,
    list_turns,
)

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def act(
    minute: float, points: float, session: str = "a", project: str = "/p"
) -> Activity:
    """Return a reply that took thirty seconds."""
    start_ms = round(minute * MINUTE_MS)
    return Activity(start_ms, start_ms + 30_000, session, project, points)


def test_a_pause_of_two_minutes_ends_a_turn() -> None:
    turns = list_turns(
        [act(0, 1), act(2, 2), act(2.4, 5, "b"), act(4.5, 4), act(9, 8)]
    )

    assert [turn.points for turn in turns] == [3, 5, 4, 8]
    assert [turn.start_ms // MINUTE_MS for turn in turns] == [0, 2, 4, 9]


@pytest.mark.parametrize("seed", range(5))
def test_turns_of_known_size_are_found_again(seed: int) -> None:
    """Three sessions work at once, each with pauses of its own."""
    rng = random.Random(seed)
    true_sizes: list[float] = []
    activities: list[Activity] = []
    for session in "abc":
        minute = rng.uniform(0, 5)
        for _ in range(40):
            parts = [rng.expovariate(2) for _ in range(rng.randint(1, 9))]
            for part in parts:
                activities.append(act(minute, part, session))
                minute += rng.uniform(0.5, 2.4)
            true_sizes.append(sum(parts))
            minute += rng.uniform(2.5, 60)
    activities.sort(key=lambda item: item.end_ms)

    found = [turn.points for turn in list_turns(activities)]

    assert sorted(found) == pytest.approx(sorted(true_sizes))


def test_an_estimate_has_the_median_and_the_tenths() -> None:
    estimate = build_estimate([0, *range(11, 0, -1)])

    assert estimate == Estimate(11, 2, 6, 10)
    assert estimate.count_fits(25) == 4
    assert build_estimate([4, 8]) == pytest.approx(Estimate(2, 4.4, 6, 7.6))
    assert build_estimate([0.0]) is None


def test_usage_after_the_report_is_expected_to_be_missing_in_it() -> None:
    usage = [act(5, 7), act(20, 6), act(30, 5)]

    assert compute_left((10 * MINUTE_MS, 40.0), usage) == 49
    assert compute_left((10 * MINUTE_MS, 95.0), usage) == 0
    assert compute_left(None, usage) == 100


def test_turns_sessions_and_projects_are_summed_up() -> None:
    """Two windows; the second day begins with the second one."""
    usage = [
        act(0, 2, "a", "/shop"),
        act(10, 4, "b", "/notes"),
        act(600, 6, "a", "/shop"),
        act(601, 1, "a", "/shop"),
        act(620, 3, "a", "/shop"),
    ]

    fit = build_fit(usage, [0, 10 * HOUR_MS], 50, 10 * HOUR_MS)

    assert fit.turns_today == pytest.approx(Estimate(2, 3.4, 5, 6.6))
    assert fit.turns == pytest.approx(Estimate(4, 2.3, 3.5, 6.1))
    assert fit.sessions == pytest.approx(Estimate(2, 4.8, 8, 11.2))
    assert [path for path, _ in fit.projects] == ["/shop", "/notes"]
    assert fit.projects[0][1] == pytest.approx(Estimate(2, 2.8, 6, 9.2))


def test_without_usage_there_is_nothing_to_compare() -> None:
    fit = build_fit([], [], 100, 0)

    assert (fit.turns_today, fit.turns, fit.sessions, fit.projects) == (
        *(None, None, None),
        (),
    )
