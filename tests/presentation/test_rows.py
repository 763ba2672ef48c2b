from __future__ import annotations

import pytest

from claude_tray.core.tokens import TokenCounts
from claude_tray.core.totals import Totals
from claude_tray.i18n.formats import DASH
from claude_tray.presentation.rows import (
    build_model_ranking,
    build_project_ranking,
    build_ranking,
    build_tile,
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
