from __future__ import annotations

from claude_tray.presentation.daily_bars import build_daily_costs
from tests.support.popup_states import make_popup_state


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
