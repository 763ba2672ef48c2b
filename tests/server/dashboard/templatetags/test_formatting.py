from __future__ import annotations

from django.template import Context

from claude_tray.presentation.rows import TokenCostRow
from claude_tray.server.dashboard.charts import TokenCostShare
from claude_tray.server.dashboard.templatetags.formatting import (
    limit_bar,
    stacked_bar,
    thin_bar,
    timestamp,
    translate,
    translate_plural,
)
from tests.server.dashboard.builders import BERLIN, NOW


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


def test_a_timestamp_has_the_exact_time_as_its_tooltip() -> None:
    assert timestamp(Context({"page": BERLIN}), NOW, "when") == (
        '<time datetime="2026-11-24T12:13:00.000Z"'
        ' title="Nov 24, 13:13:00">13:13</time>'
    )
    assert timestamp(Context({"page": BERLIN}), None, "when") == "\N{EN DASH}"


def test_values_in_sentences_are_escaped_unless_they_are_safe() -> None:
    context = Context({"page": BERLIN})

    assert translate(context, "until {time}", time="<b>") == "until &lt;b&gt;"
    element = timestamp(context, NOW, "when")
    assert translate(context, "until {time}", time=element) == (
        f"until {element}"
    )


def test_plural_sentences_are_translated_and_escaped() -> None:
    context = Context({"page": BERLIN})

    one = translate_plural(context, "{n} day{x}", "{n} days{x}", 1, x="<")
    two = translate_plural(context, "{n} day{x}", "{n} days{x}", 2, x="<")

    assert (one, two) == ("1 day&lt;", "2 days&lt;")
