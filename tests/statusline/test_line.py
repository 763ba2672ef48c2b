from __future__ import annotations

from typing import Any

import pytest

from claude_tray.statusline.line import line_of

NOW_MS = 1_795_340_400_000
NOW = NOW_MS // 1000


def payload(**more: Any) -> dict[str, Any]:
    limits = {
        "five_hour": {"used_percentage": 38.9, "resets_at": NOW + 10_000},
        "seven_day": {"used_percentage": 21, "resets_at": NOW + 300_000},
    }
    cost = {"total_cost_usd": 9.419}
    return {"rate_limits": limits, "cost": cost} | more


def test_the_line_says_what_is_left_and_used() -> None:
    assert line_of(payload(), NOW_MS) == "2h 47m · 38% · week 21% · $9.42"


def test_the_figures_are_a_persons_choice() -> None:
    assert line_of(payload(), NOW_MS, ("cost", "used")) == "$9.42 · 38%"


def test_more_can_be_told_of_the_session() -> None:
    more = payload(
        model={"id": "claude-fictive-1", "display_name": "Fictive"},
        context_window={"used_percentage": 8.9},
        workspace={"project_dir": "/home/ana/dev/shop/"},
    )

    parts = ("model", "context", "project", "nonsense")
    assert line_of(more, NOW_MS, parts) == "Fictive · context 8% · shop"
    assert line_of({"cwd": r"C:\dev\shop"}, NOW_MS, parts) == "shop"
    assert line_of({}, NOW_MS, parts) == ""


def test_below_an_hour_only_minutes_are_told() -> None:
    soon = {"five_hour": {"used_percentage": 99.6, "resets_at": NOW + 1}}

    assert line_of(payload(rate_limits=soon), NOW_MS, ("left", "used")) == (
        "1m · 99%"
    )


def test_yesterdays_figures_are_left_out() -> None:
    over = {"five_hour": {"used_percentage": 96, "resets_at": NOW}}

    assert line_of(payload(rate_limits=over), NOW_MS) == "$9.42"


@pytest.mark.parametrize("strange", [None, 3, [], "x", {"five_hour": 3}])
def test_what_is_of_another_form_is_left_out(strange: Any) -> None:
    assert line_of({"rate_limits": strange, "cost": strange}, NOW_MS) == ""
