from __future__ import annotations

from datetime import UTC, datetime, timedelta

from claude_tray.core.limits import LimitKind
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.walls import PlanWalls, Wall
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.walls import WallRow, build_walls_view

AT = datetime(2026, 11, 12, 14, 2, tzinfo=UTC)
CONTEXT = ViewContext(AT + timedelta(days=2), zone=UTC)


def test_a_wall_names_the_first_two_projects_and_counts_the_others() -> None:
    start_ms = to_epoch_ms(AT)
    end_ms = start_ms + 58 * 60_000
    paths = ["/home/ada/shop", "/home/ada/notes", "/home/ada/api"]
    wall = Wall(
        LimitKind.MODEL,
        "Opus",
        end_ms,
        has_reset=True,
        blocked=((start_ms, end_ms),),
        projects=tuple((path, 1) for path in paths),
    )

    view = build_walls_view(
        [wall], [PlanWalls("Pro", 9), PlanWalls("Max", 1)], 60, paths, CONTEXT
    )

    assert view.sentence == (
        "1 limit was reached in 60 days; blocked for 58m."
    )
    assert view.plans.endswith("by plan: Pro 9, Max 1.")
    assert view.plan_counts == (("Pro", "9", 1.0), ("Max", "1", 1 / 9))
    assert view.rows == (
        WallRow(
            "2026-11-12 14:02", "Opus", "shop, notes, and 1 more", "58m", 1.0
        ),
    )


def test_no_wall_is_a_sentence() -> None:
    view = build_walls_view([], [], 1, [], CONTEXT)

    assert view == ("No limit was reached in 1 day.", "", (), ())
