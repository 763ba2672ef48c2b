from __future__ import annotations

import pytest

from claude_tray.core.cost_breakdown import ZERO_COST_BREAKDOWN
from claude_tray.i18n.formats import DASH
from claude_tray.presentation.rows import build_token_costs
from tests.support.popup_states import COST_BREAKDOWN, make_popup_state

CONTEXT = make_popup_state("pace").context


def test_kinds_of_token_share_the_cost() -> None:
    rows = build_token_costs(COST_BREAKDOWN, CONTEXT)

    assert rows[0][:3] == ("Cache read", "19.7M", "$2.96")
    assert rows[0].share == "31%"
    assert sum(row.fraction for row in rows) == pytest.approx(1)


def test_costs_are_dashes_if_a_price_is_missing() -> None:
    incomplete = COST_BREAKDOWN._replace(is_complete=False)

    rows = build_token_costs(incomplete, CONTEXT)

    assert {row.cost for row in rows} == {DASH}


def test_costs_of_an_unreadable_store_are_dashes() -> None:
    rows = build_token_costs(ZERO_COST_BREAKDOWN, CONTEXT, is_known=False)

    assert {row.tokens for row in rows} == {DASH}


def test_without_usage_all_fractions_are_zero() -> None:
    rows = build_token_costs(ZERO_COST_BREAKDOWN, CONTEXT)

    assert {row.fraction for row in rows} == {0}
