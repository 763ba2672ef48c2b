from __future__ import annotations

from claude_tray.server.dashboard.charts import TokenCostShare
from claude_tray.server.dashboard.templatetags.formatting import (
    bar,
    moment,
    stack,
    thin_bar,
)
from tests.server.dashboard.builders import BERLIN, NOW


def test_a_bar_has_a_tick_only_where_a_time_is_known() -> None:
    assert 'class="tick" x="42.0"' in bar(50, "ok", 42)
    assert "tick" not in bar(50)


def test_bars_stay_within_themselves() -> None:
    assert 'width="100.0"' in bar(130, "critical", 150)
    assert 'x="99.2"' in bar(130, "critical", 150)
    assert 'width="0.0"' in bar(-1)
    assert 'width="25.0"' in thin_bar(0.25)


def test_parts_stand_side_by_side() -> None:
    parts = [
        TokenCostShare("a", "read", 1, 1, 0.25),
        TokenCostShare("b", "input", 3, 3, 0.75),
    ]

    drawn = stack(parts)

    assert 'class="read" x="0.00" width="24.70"' in drawn
    assert 'class="input" x="25.00" width="74.70"' in drawn


def test_a_moment_says_exactly_when_it_was() -> None:
    assert moment(NOW, "when", BERLIN) == (
        '<time datetime="2026-11-24T12:13:00.000Z"'
        ' title="Nov 24, 13:13:00">13:13</time>'
    )
    assert moment(None, "when", BERLIN) == "\N{EN DASH}"
