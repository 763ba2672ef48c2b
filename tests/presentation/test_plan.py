from __future__ import annotations

from datetime import time

import pytest

from claude_tray.core.planner import MonthPlan, PlannedStart, Replay
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.plan import build_plan_view

HOUR_MS = 3_600_000


def plan(usual_hours: float, *starts: tuple[int, float]) -> MonthPlan:
    return MonthPlan(
        Replay(3, round(usual_hours * HOUR_MS)),
        time(9, 5),
        tuple(
            PlannedStart(time(hour), Replay(1, round(waited * HOUR_MS)))
            for hour, waited in starts
        ),
    )


@pytest.mark.parametrize(
    ("month", "sentence"),
    [
        (
            plan(4, (7, 0.5), (8, 2)),
            (
                "Start at 07:00 instead of 09:05 and you would have waited"
                " 3h 30m less."
            ),
        ),
        (plan(4, (7, 4)), "No other first message would have saved waiting."),
        (plan(0, (7, 0)), "No 5-hour limit would have kept you waiting."),
        (
            plan(4, (7, 1))._replace(usual_start=None),
            "Start at 07:00 and you would have waited 3h 00m less.",
        ),
        (
            MonthPlan(None, None, ()),
            "Claude Code has reported no percentages of the 5-hour limit yet.",
        ),
    ],
)
def test_the_best_start_is_advised(month: MonthPlan, sentence: str) -> None:
    view = build_plan_view(month, 30, ENGLISH, lists_all=False)

    assert view.sentence == sentence


def test_starts_that_save_nothing_are_only_listed_if_asked_for() -> None:
    month = plan(2, (7, 0.5), (8, 2), (12, 3))

    useful = build_plan_view(month, 30, ENGLISH, lists_all=False)
    everything = build_plan_view(month, 30, ENGLISH, lists_all=True)

    assert [row.label for row in useful.rows] == ["as it was", "07:00"]
    assert everything.rows[-1] == (
        "12:00",
        "1",
        "3h 00m",
        "\N{MINUS SIGN}1h 00m",
        "\N{MINUS SIGN}2m",
        1.0,
    )


def test_one_start_that_does_not_help_is_said_so() -> None:
    view = build_plan_view(plan(1, (12, 1)), 30, ENGLISH, lists_all=True)

    assert view.sentence == "A start at 12:00 would not help."
