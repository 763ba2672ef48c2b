from __future__ import annotations

from claude_tray.presentation.rows import TokenCostRow
from claude_tray.web.bars import limit_bar, stacked_bar, thin_bar
from claude_tray.web.charts import TokenCostShare


def test_a_bar_has_a_tick_only_if_the_elapsed_time_is_known() -> None:
    assert 'class="tick" x="42.0"' in limit_bar(0.5, "ok", 0.42)
    assert "tick" not in limit_bar(0.5)


def test_bars_are_clipped() -> None:
    assert 'width="100.0"' in limit_bar(1.3, "critical", 1.5)
    assert 'x="99.2"' in limit_bar(1.3, "critical", 1.5)
    assert 'width="0.0"' in limit_bar(-1)
    assert 'width="25.0"' in thin_bar(0.25)


def test_shares_are_drawn_next_to_each_other() -> None:
    parts = [
        TokenCostShare("read", TokenCostRow("a", "1", "1", 0.25, "25%")),
        TokenCostShare("input", TokenCostRow("b", "3", "3", 0.75, "75%")),
    ]

    drawn = stacked_bar(parts)

    assert 'class="read" x="0.00" width="24.70"' in drawn
    assert 'class="input" x="25.00" width="74.70"' in drawn
