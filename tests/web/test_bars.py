from __future__ import annotations

from claude_tray.presentation.rows import TokenCostRow
from claude_tray.web.bars import limit_bar, range_bar, stacked_bar, thin_bar
from claude_tray.web.charts import TokenCostShare


def test_a_bar_has_a_tick_only_if_the_elapsed_time_is_known() -> None:
    assert 'class="tick" x="42.0"' in limit_bar(0.5, "ok", 0.42)
    assert "tick" not in limit_bar(0.5)


def test_bars_are_clipped() -> None:
    assert 'width="100.0"' in limit_bar(1.3, "critical", 1.5)
    assert 'x="99.2"' in limit_bar(1.3, "critical", 1.5)
    assert 'width="0.0"' in limit_bar(-1)
    assert 'width="25.0"' in thin_bar(0.25)


def test_a_range_has_a_tick_at_its_middle() -> None:
    drawn = range_bar(0.2, 0.45, 0.7)

    assert '<rect x="20.0" width="50.0"' in drawn
    assert 'class="tick" x="45.0"' in drawn


def test_an_empty_range_is_visible_and_its_tick_within_the_bar() -> None:
    assert '<rect x="50.0" width="0.8"' in range_bar(0.5, 0.5, 0.5)
    assert 'class="tick" x="99.2"' in range_bar(0.5, 1, 1)


def test_shares_are_drawn_next_to_each_other() -> None:
    parts = [
        TokenCostShare("read", TokenCostRow("a", "1", "1", 0.25, "25%")),
        TokenCostShare("input", TokenCostRow("b", "3", "3", 0.75, "75%")),
    ]

    drawn = stacked_bar(parts)

    assert 'class="read" x="0.00" width="24.70"' in drawn
    assert 'class="input" x="25.00" width="74.70"' in drawn
