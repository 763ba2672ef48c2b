from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.limits import round_percent as core_round_percent
from claude_tray.core.status import WARNING_PERCENT
from claude_tray.providers.claude_code.statusline.render import (
    DEFAULT_PARTS,
    NOTABLE_PERCENT,
    format_line,
    round_percent,
)
from claude_tray.providers.claude_code.statusline.shown_limits import (
    ShownLimit,
    parse_payload_limits,
)

NOW_MS = 1_795_340_400_000
NOW = NOW_MS // 1000


def make_payload(**fields: Any) -> dict[str, Any]:
    limits = {
        "five_hour": {"used_percentage": 38.9, "resets_at": NOW + 10_000},
        "seven_day": {"used_percentage": 21, "resets_at": NOW + 300_000},
    }
    cost = {"total_cost_usd": 9.419}
    return {"rate_limits": limits, "cost": cost} | fields


def render(
    payload: dict[str, Any], parts: tuple[str, ...] = DEFAULT_PARTS
) -> str:
    limits = parse_payload_limits(payload, NOW_MS)
    return format_line(payload, NOW_MS, parts, limits)


def test_the_line_shows_time_left_and_usage() -> None:
    assert render(make_payload()) == "2h 47m · 39% · week 21% · $9.42"


def test_parts_can_be_chosen() -> None:
    assert render(make_payload(), ("cost", "used")) == "$9.42 · 39%"


def test_further_session_values_can_be_shown() -> None:
    more = make_payload(
        model={"id": "claude-fictive-1", "display_name": "Fictive"},
        context_window={"used_percentage": 8.9},
        workspace={"project_dir": "/home/ana/dev/shop/"},
    )

    parts = ("model", "context", "project", "nonsense")
    assert render(more, parts) == "Fictive · context 9% · shop"
    assert render({"cwd": r"C:\dev\shop"}, parts) == "shop"
    assert render({}, parts) == ""


def test_below_an_hour_only_minutes_are_shown() -> None:
    soon = {"five_hour": {"used_percentage": 99.6, "resets_at": NOW + 1}}

    assert render(make_payload(rate_limits=soon), ("left", "used")) == (
        "1m · 100%"
    )


def test_expired_values_are_omitted() -> None:
    over = {"five_hour": {"used_percentage": 96, "resets_at": NOW}}

    assert render(make_payload(rate_limits=over)) == "$9.42"


@pytest.mark.parametrize("strange", [None, 3, [], "x", {"five_hour": 3}])
def test_values_of_another_form_are_ignored(strange: Any) -> None:
    assert render({"rate_limits": strange, "cost": strange}) == ""


def test_without_a_5_hour_limit_the_week_counts_down() -> None:
    week = {
        "seven_day": {
            "used_percentage": 41.2,
            "resets_at": NOW + 3 * 86_400 + 4 * 3_600,
        }
    }

    line = render(make_payload(rate_limits=week))

    assert line == "3d 4h · week 41% · $9.42"


def test_another_limit_is_shown_when_it_is_almost_used_up() -> None:
    later = NOW_MS + 100_000_000
    limits = {
        "five_hour": ShownLimit(5, later, 0),
        "seven_day": ShownLimit(42, later, 0),
        "Opus": ShownLimit(96.5, later, 0, "Opus"),
        "Fable": ShownLimit(80, later, 0),
        "Sonnet": ShownLimit(74, later, 0, "Sonnet"),
        "expired": ShownLimit(99, NOW_MS, 0, "Old"),
    }

    line = format_line({}, NOW_MS, ("used", "week"), limits)

    assert line == "5% · week 42% · Opus 97% · Fable 80%"


def test_control_characters_of_names_are_not_printed() -> None:
    payload = make_payload(
        model={"display_name": "\x1b]0;x\x07Op\nus\u202e"},
        workspace={"project_dir": "/a/b\r\ud800c"},
    )

    assert render(payload, ("model", "project")) == "]0;xOpus · b?c"


@given(st.floats(0, 10_000))
def test_percentages_are_rounded_as_everywhere(percent: float) -> None:
    assert round_percent(percent) == core_round_percent(percent)


def test_the_time_left_is_that_of_the_main_figure() -> None:
    def format_left(**percents: int) -> str:
        payload: dict[str, object] = {
            "rate_limits": {
                name: {
                    "used_percentage": percent,
                    "resets_at": hours * 3600,
                }
                for hours, (name, percent) in enumerate(percents.items(), 2)
            }
        }
        limits = parse_payload_limits(payload, 0)
        return format_line(payload, 0, ("left",), limits)

    assert format_left(five_hour=38, seven_day=42) == "2h 0m"
    assert format_left(five_hour=38, seven_day=100) == "3h 0m"
    assert format_left(seven_day=42, seven_day_opus=90) == "2h 0m"
    assert format_left(night_shift=42, spend_limit=77) == "3h 0m"
    assert format_left() == ""


def test_the_threshold_is_that_of_the_other_surfaces() -> None:
    assert NOTABLE_PERCENT == WARNING_PERCENT
