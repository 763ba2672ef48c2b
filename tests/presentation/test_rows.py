from __future__ import annotations

import pytest

from claude_tray.core.cost import Totals
from claude_tray.core.cost_breakdown import ZERO_COST_BREAKDOWN
from claude_tray.core.usage import TokenCounts
from claude_tray.i18n.formats import DASH
from claude_tray.presentation.rows import (
    build_daily_costs,
    build_model_ranking,
    build_project_ranking,
    build_ranking,
    build_tile,
    build_token_costs,
)
from tests.support.popup_states import make_popup_state, make_totals

STATE = make_popup_state("pace")


def test_tiles_show_cost_and_tokens() -> None:
    tile = build_tile("Today", make_totals(12.40, 28_140_000), STATE.context)

    assert tile == ("Today", "$12.40", "28.1M tokens")


def test_rows_are_sized_by_cost() -> None:
    rows = build_project_ranking(STATE.data.breakdown.projects, STATE.context)

    assert [row.name for row in rows][:2] == ["claude-tray", "api-gateway"]
    assert rows[0].fraction == 1
    assert rows[1].fraction == pytest.approx(2.44 / 5.12)


def test_models_have_readable_names() -> None:
    rows = build_model_ranking(STATE.data.breakdown.models, STATE.context)

    assert [row.name for row in rows] == [
        "Opus 4.6",
        "Sonnet 4.6",
        "Haiku 4.5",
    ]


def test_without_any_price_rows_are_sized_by_tokens() -> None:
    entries = [
        ("a", Totals(1, TokenCounts(input=10), unpriced=1)),
        ("b", Totals(1, TokenCounts(input=5), unpriced=1)),
    ]

    rows = build_ranking(entries, STATE.context)

    assert [(row.fraction, row.cost) for row in rows] == [
        (1, DASH),
        (0.5, DASH),
    ]


BREAKDOWN = STATE.data.breakdown.cost_breakdown


def test_kinds_of_token_share_the_cost() -> None:
    rows = build_token_costs(BREAKDOWN, STATE.context)

    assert rows[0][:3] == ("Cache read", "19.7M", "$2.96")
    assert rows[0].share == "31%"
    assert sum(row.fraction for row in rows) == pytest.approx(1)


def test_costs_are_dashes_if_a_price_is_missing() -> None:
    incomplete = BREAKDOWN._replace(is_complete=False)

    rows = build_token_costs(incomplete, STATE.context)

    assert {row.cost for row in rows} == {DASH}


def test_without_usage_all_fractions_are_zero() -> None:
    rows = build_token_costs(ZERO_COST_BREAKDOWN, STATE.context)

    assert {row.fraction for row in rows} == {0}


def test_days_are_marked_on_mondays() -> None:
    state = make_popup_state("pace")

    days = build_daily_costs(
        state.data.daily_totals,
        state.data.snapshot.last_30_days,
        state.context,
    )

    assert days[:2] == ("$215.46 in 30 days", "$7.18 per day")
    assert len(days.bars) == 30
    assert days.bars[0].mark == "Oct 26"
    assert days.bars[1].mark == ""
    assert days.bars[-1].name == "Tue Nov 24"
    assert max(bar.fraction for bar in days.bars) == 1
    assert days.bars[5].is_weekend
