from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from PIL import ImageChops

from claude_tray.core.periods import TimeRange
from claude_tray.core.time import to_epoch_ms
from claude_tray.presentation.usage_chart import ChartKind
from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.chart import (
    CHART_HEIGHT,
    draw_chart,
    find_hovered_label,
)
from claude_tray.ui.popup.render.chart_labels import arrange_labels
from claude_tray.ui.popup.render.labels import is_inside, overlaps
from claude_tray.ui.popup.render.plot import place_plot
from claude_tray.ui.toolkit.surface import DrawSurface, Frame, ViewState
from claude_tray.ui.toolkit.widgets import Drag, DragKind
from tests.support.popup_states import (
    START,
    PopupState,
    make_percent_state,
    make_popup_state,
)

if TYPE_CHECKING:
    from claude_tray.presentation.usage_chart import UsageChart

IDLE = ViewState()
BOUNDS = Rect(18, 10, 364, CHART_HEIGHT)
SIZE = (400, CHART_HEIGHT + 20)
START_MS = to_epoch_ms(START)
PERCENTS = (0, 50, 89, 97, 100, 140)


def build(state: PopupState) -> UsageChart:
    chart = build_view(*state).chart
    assert chart is not None
    return chart


def draw(
    state: PopupState,
    view_state: ViewState = IDLE,
    *,
    is_rtl: bool = False,
    selected: TimeRange | None = None,
) -> Frame:
    surface = DrawSurface(SIZE, view_state, is_rtl=is_rtl)
    controls = build_view(*state).controls.charts
    draw_chart(surface, build(state), BOUNDS, controls, selected)
    return surface.finish()


def differ(one: Frame, other: Frame) -> bool:
    difference = ImageChops.difference(one.picture, other.picture)
    return difference.getbbox() is not None


def test_the_chart_is_described_for_screen_readers() -> None:
    chart, *switch = draw(make_popup_state("pace")).regions

    assert chart.label == "Limit usage from 10:00 to 15:00: 38% so far."
    assert not chart.is_button
    assert chart.drag is DragKind.RANGE
    assert [(region.name, region.tooltip) for region in switch] == [
        ("chart:window", "Window (W)"),
        ("chart:week", "Week (W)"),
    ]


@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize("percent", PERCENTS)
@pytest.mark.parametrize("minutes", [1, 20, 150, 285, 299])
def test_labels_never_collide(
    kind: ChartKind, percent: float, minutes: int
) -> None:
    state = make_percent_state(percent, minutes).change_selection(chart=kind)
    chart = build(state)
    surface = DrawSurface(SIZE, IDLE, is_rtl=False)

    labels = arrange_labels(surface, chart, place_plot(BOUNDS))

    assert chart.line.now is not None
    assert labels[0].text == chart.line.now.label
    places = [label.place for label in labels]
    assert not any(overlaps(*pair) for pair in combinations(places, 2))
    assert all(is_inside(place, BOUNDS) for place in places)


@pytest.mark.parametrize("state", ["unknown", "accounts", "fast", "limit"])
def test_labels_of_other_charts_do_not_collide_either(state: str) -> None:
    surface = DrawSurface(SIZE, IDLE, is_rtl=False)
    chart = build(make_popup_state(state))

    labels = arrange_labels(surface, chart, place_plot(BOUNDS))

    places = [label.place for label in labels]
    assert len(places) > 1
    assert not any(overlaps(*pair) for pair in combinations(places, 2))


def test_the_pointer_shows_the_bar_below_it() -> None:
    state = make_popup_state("pace")
    # On a bar, between bars and in the future.
    bar, line, beyond = (
        draw(state, ViewState(hover="chart", pointer=(x, 100.0)))
        for x in (60.0, 150.0, 350.0)
    )

    assert differ(draw(state), bar)
    assert differ(draw(state), line)
    assert not differ(draw(state), beyond)


def test_the_line_says_its_time_and_share() -> None:
    window = build(make_popup_state("pace"))
    week = build(
        make_popup_state("pace").change_selection(chart=ChartKind.WEEK)
    )

    # Two hours of five.
    assert find_hovered_label(window, 0.4).endswith("\N{ALMOST EQUAL TO} 37%")
    assert find_hovered_label(window, 0.9) == ""
    assert find_hovered_label(window, -0.1) == ""
    assert find_hovered_label(week, 0.3) == ""
    assert find_hovered_label(build(make_popup_state("idle")), 0.1) == ""


def test_a_selected_range_is_marked() -> None:
    state = make_popup_state("pace")
    selected = TimeRange(START_MS, START_MS + 3_600_000)
    earlier = TimeRange(0, START_MS)

    assert differ(draw(state), draw(state, selected=selected))
    assert not differ(draw(state), draw(state, selected=earlier))


def test_a_range_is_marked_while_it_is_dragged() -> None:
    state = make_popup_state("pace")
    drags = [
        Drag("chart", DragKind.RANGE, (100.0, 90.0), (x, 90.0))
        for x in (101.0, 160.0)
    ]

    click, drag = (draw(state, ViewState(drag=drag)) for drag in drags)

    assert not differ(draw(state), click)
    assert differ(draw(state), drag)


def test_charts_of_right_to_left_languages_are_mirrored() -> None:
    state = make_popup_state("idle")

    left, right = (draw(state, is_rtl=is_rtl) for is_rtl in (False, True))

    assert [region.name for region in left.regions] == [
        region.name for region in right.regions
    ]
    assert differ(left, right)


def test_without_a_choice_there_is_no_switch() -> None:
    surface = DrawSurface(SIZE, IDLE, is_rtl=False)

    draw_chart(surface, build(make_popup_state("ultra")), BOUNDS)

    assert [region.name for region in surface.regions] == ["chart"]
