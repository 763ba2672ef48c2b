from __future__ import annotations

import pytest

from claude_tray.core.cost_breakdown import ZERO_COST_BREAKDOWN
from claude_tray.i18n.formats import DASH
from claude_tray.presentation.breakdown import build_token_costs
from tests.support.popup_states import make_popup_state

STATE = make_popup_state("pace")
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
