from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.html_chart import render_svg
from tests.support.popup_states import STATES, make_popup_state


def render(state: str, *, is_rtl: bool = False) -> ET.Element:
    chart = build_view(*make_popup_state(state)).chart
    assert chart is not None
    svg = render_svg(chart, is_rtl=is_rtl)
    return ET.fromstring(svg)  # noqa: S314 - our own output


def list_texts(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter("text")]


@pytest.mark.parametrize(
    "state", [state for state in STATES if state not in ("all", "ultra")]
)
def test_every_state_is_valid_xml_with_a_label(state: str) -> None:
    assert render(state).get("aria-label")


def test_the_chart_names_usage_projection_and_limit() -> None:
    texts = list_texts(render("fast"))

    assert {"71%", "13:01", "limit"} <= set(texts)


def test_a_limit_before_the_reset_is_marked() -> None:
    classes = {line.get("class") for line in render("fast").iter("line")}

    assert {"limit-line near", "ahead near"} <= classes


def test_typical_usage_is_a_line() -> None:
    assert "typical 256K" in list_texts(render("unknown"))


def test_without_usage_the_chart_has_a_text() -> None:
    assert "Nothing used yet" in list_texts(render("idle"))


def test_right_to_left_charts_are_mirrored() -> None:
    left, right = (
        render("pace", is_rtl=is_rtl).find("circle")
        for is_rtl in (False, True)
    )

    assert left is not None
    assert right is not None
    positions = [float(dot.get("cx", "0")) for dot in (left, right)]
    assert sum(positions) == pytest.approx(640, abs=0.2)
