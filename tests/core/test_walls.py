"""Made-up histories with known truth: when limits blocked, and for how long."""

from __future__ import annotations

from typing import Any

import pytest

from claude_tray.core.fit import Activity
from claude_tray.core.limit_hits import LimitHit
from claude_tray.core.limits import LimitKind
from claude_tray.core.time import Millis
from claude_tray.core.walls import (
    PlanWalls,
    Wall,
    build_walls,
    compare_plans,
    compute_blocked_ms,
)

MINUTE_MS = 60_000
LATER = 100_000 * MINUTE_MS


def hit(
    minute: int,
    reset: int | None = None,
    kind: LimitKind = LimitKind.FIVE_HOUR,
    scope: str = "",
) -> LimitHit:
    resets_ms = None if reset is None else Millis(reset * MINUTE_MS)
    return LimitHit(kind, Millis(minute * MINUTE_MS), resets_ms, scope)


def act(minute: int, project: str = "/p", **changes: Any) -> Activity:
    at_ms = minute * MINUTE_MS
    return Activity(at_ms, at_ms, "s", project, 1.0, 10)._replace(**changes)


def list_minutes(walls: list[Wall]) -> list[list[tuple[int, int]]]:
    return [
        [(a // MINUTE_MS, b // MINUTE_MS) for a, b in wall.blocked]
        for wall in walls
    ]


@pytest.mark.parametrize(
    ("hits", "replies", "now", "blocked"),
    [
        # Until the reset; attempts before it are the same wall.
        ([hit(100, 160)], [], 999, [[(100, 160)]]),
        ([hit(100, 160), hit(130, 160)], [], 999, [[(100, 160)]]),
        ([hit(130), hit(100, 160)], [], 999, [[(100, 160)]]),
        ([hit(100), hit(130, 160)], [], 130, [[(100, 130)]]),
        # The next window has a wall of its own.
        (
            [hit(100, 160), hit(300, 460)],
            [],
            999,
            [[(100, 160)], [(300, 460)]],
        ),
        # It blocks still.
        ([hit(100, 160)], [], 120, [[(100, 120)]]),
        # Work went on, but not by what had been on the way; then it blocked.
        ([hit(100, 160)], [101, 130, 140], 999, [[(100, 130)]]),
        (
            [hit(100, 160), hit(150, 160)],
            [130],
            999,
            [[(100, 130), (150, 160)]],
        ),
        # Without a reset, the window's length.
        ([hit(100)], [], 999, [[(100, 400)]]),
    ],
)
def test_a_limit_blocks_until_its_reset_or_a_response(
    hits: list[LimitHit],
    replies: list[int],
    now: int,
    blocked: list[list[tuple[int, int]]],
) -> None:
    walls = build_walls(hits, list(map(act, replies)), now * MINUTE_MS)

    assert list_minutes(walls) == blocked
    assert compute_blocked_ms(walls) == MINUTE_MS * sum(
        end - start for wall in blocked for start, end in wall
    )


def test_other_models_go_on_while_one_is_blocked() -> None:
    opus = hit(100, 160, LimitKind.MODEL, "Opus")
    replies = [
        act(110, model="claude-sonnet-4-5"),
        act(120, model="claude-opus-4-5"),
    ]

    assert list_minutes(build_walls([opus], replies, LATER)) == [[(100, 120)]]


def test_time_in_which_two_limits_block_counts_once() -> None:
    walls = build_walls(
        [hit(100, 160), hit(120, 500, LimitKind.SEVEN_DAY)], [], LATER
    )

    assert [wall.blocked_ms // MINUTE_MS for wall in walls] == [60, 380]
    assert compute_blocked_ms(walls) == 400 * MINUTE_MS
    assert [wall.has_reset for wall in walls] == [True, True]


def test_what_ran_in_the_hour_before_is_named() -> None:
    replies = [
        act(39, "/old"),
        act(50, "/b"),
        act(60, "/a"),
        act(70, "/c", cost=25),
        act(200, "/next"),
    ]

    (wall,) = build_walls([hit(100, 160)], replies, LATER)

    assert wall.projects == (("/c", 25), ("/a", 10), ("/b", 10))
    assert wall.start_ms == 100 * MINUTE_MS


@pytest.mark.parametrize(
    ("plan", "counts"),
    [
        ("Max", {"Pro": 4, "Max": 1, "Ultra": 0}),
        ("Max 5x", {"Pro": 4, "Max": 1, "Ultra": 0}),
        ("Pro", {"Pro": 1, "Max": 0, "Ultra": 0}),
        ("Ultra", {}),
        ("Max 20x", {}),
        ("Team", {}),
        ("", {}),
    ],
)
def test_plans_are_compared_by_what_windows_took(
    plan: str, counts: dict[str, int]
) -> None:
    """Five times as much fits into a window of Max as into one of Pro."""
    walls = build_walls(
        [hit(100, 160), hit(9_000, 9_500, LimitKind.SEVEN_DAY)], [], LATER
    )

    compared = compare_plans(plan, walls, [100, 60, 20, 35, 19, 0])

    assert compared == [PlanWalls(*item) for item in counts.items()]
