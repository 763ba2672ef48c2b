"""Test golden pictures, contrast and color-blind safety of the icon."""

from __future__ import annotations

import os
import sys
from itertools import combinations, product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

from claude_tray.ui.graphics.system_fonts import can_shape
from claude_tray.ui.icon.colors import PANEL_COLORS, TILE_COLOR, choose_colors
from claude_tray.ui.icon.encode import PIXMAP_SIZES, encode_pixmaps
from claude_tray.ui.icon.model import (
    ICON_PANELS,
    ICON_STATES,
    ICON_STYLES,
    IconModel,
)
from claude_tray.ui.icon.render import draw_icon
from claude_tray.ui.icon.text import NARROW_GLYPHS, THIN_GLYPHS, WIDE_GLYPHS
from tests.support.color_vision import (
    DEFICIENCY_MATRICES,
    color_distance,
    contrast_ratio,
    simulate_deficiency,
)
from tests.support.pictures import (
    MAX_TILE_DIFFERENCE,
    erase,
    measure_difference,
)

if TYPE_CHECKING:
    from types import FrameType


GOLDEN = Path(__file__).parent / "golden"
BACKGROUNDS = {"dark": "#202225", "light": "#eff0f1", "tile": "#6a4c93"}
MAX_CALLS = 4_000
SHEET_SIZES = (16, 22, 24, 32, 48)
_CELL = 56
# A quarter of a cell; the smallest icon is in one of them.
_TILE_PX = _CELL // 2


def _make_icon(state: str, **changes: object) -> IconModel:
    """Return a typical icon in a state."""
    minutes: dict[str, int | None] = {
        "idle": None,
        "reading": None,
        "error": None,
        "critical": 38,
        "limit": 127,
        "warning": 72,
    }
    used = {"warning": 0.78, "critical": 0.93, "limit": 1.0}.get(state, 0.38)
    icon = IconModel(
        minutes.get(state, 167),
        used,
        0.78 if state == "warning" else 0.21,
        state,
        phase=3,
        read_fraction=0.4,
    )
    return icon._replace(**changes)  # type: ignore[arg-type] # by name


def _draw_sheet(style: str) -> Image.Image:
    """Draw every state on every panel in five sizes."""
    rows = list(product(ICON_PANELS, SHEET_SIZES))
    size_px = (len(ICON_STATES) * _CELL, len(rows) * _CELL)
    sheet = Image.new("RGB", size_px, "#ffffff")
    for y, (panel, size) in enumerate(rows):
        background = BACKGROUNDS.get(panel, "#f4f4f4")
        for x, state in enumerate(ICON_STATES):
            corner = (x * _CELL, y * _CELL)
            sheet.paste(
                background, (*corner, corner[0] + _CELL, corner[1] + _CELL)
            )
            icon = draw_icon(_make_icon(state, style=style, panel=panel), size)
            sheet.paste(icon, (corner[0] + 4, corner[1] + 4), icon)
    return sheet


@pytest.mark.skipif(
    not can_shape(),
    reason="Pillow without FriBiDi draws text without kerning",
)
@pytest.mark.parametrize("style", ICON_STYLES)
def test_styles_match_their_golden_pictures(style: str) -> None:
    path = GOLDEN / f"{style}.png"
    sheet = _draw_sheet(style)
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        sheet.save(path, optimize=True)

    stored = Image.open(path).convert("RGB")

    assert measure_difference(sheet, stored, _TILE_PX) <= MAX_TILE_DIFFERENCE


@pytest.mark.parametrize("style", ICON_STYLES)
def test_a_missing_icon_is_noticed(style: str) -> None:
    stored = Image.open(GOLDEN / f"{style}.png").convert("RGB")

    for y, x in product(range(0, stored.height, _CELL), range(0, 112, _CELL)):
        erased = erase(stored, (x, y, x + _CELL, y + _CELL), (x, y))

        difference = measure_difference(erased, stored, _TILE_PX)

        assert difference > MAX_TILE_DIFFERENCE, (x, y)


@pytest.mark.parametrize("size", [16, 17, 20, 22, 24, 28, 32, 48, 64, 128])
def test_icons_have_the_requested_size(size: int) -> None:
    for style, state, panel in product(ICON_STYLES, ICON_STATES, ICON_PANELS):
        icon = _make_icon(state, style=style, panel=panel, week_fraction=None)
        for number in ("time", "percent"):
            picture = draw_icon(icon._replace(text_kind=number), size)

            assert picture.size == (size, size)
            assert picture.getbbox() is not None


@pytest.mark.parametrize("style", ICON_STYLES)
def test_states_differ_without_colors(style: str) -> None:
    base_icon = IconModel(
        167, 0.5, 0.2, style=style, panel="dark", is_single_color=True
    )
    states = ["ok", "warning", "critical", "limit", "stale", "error"]
    drawings = {
        s: draw_icon(base_icon._replace(state=s), 16).tobytes() for s in states
    }

    for one, other in combinations(drawings, 2):
        assert drawings[one] != drawings[other], (one, other)


def test_bar_grows_with_usage() -> None:
    def filled(used: float) -> int:
        icon = IconModel(167, used, panel="dark")
        expected = (*bytes.fromhex(PANEL_COLORS["dark"].ok[1:]), 255)
        found = {c: n for n, c in draw_icon(icon, 22).getcolors() or []}
        return found.get(expected, 0)

    assert filled(0) == 0
    assert filled(0.5) * 2 == filled(1.0) == filled(1.7)


def test_without_a_percentage_the_bar_shows_the_elapsed_time() -> None:
    known = draw_icon(IconModel(150, 0.5), 22)

    assert draw_icon(IconModel(150), 22).tobytes() == known.tobytes()


def test_animation_has_eight_frames() -> None:
    for style in ("meter", "ring", "pie"):
        pictures = {
            draw_icon(
                IconModel(167, 0.4, None, "syncing", style, phase=n), 22
            ).tobytes()
            for n in range(8)
        }

        assert len(pictures) == 8


@pytest.mark.parametrize("panel", ["dark", "light", "tile"])
def test_text_and_colors_contrast_with_their_panel(panel: str) -> None:
    background = TILE_COLOR if panel == "tile" else BACKGROUNDS[panel]
    colors = PANEL_COLORS["dark" if panel == "tile" else panel]

    assert contrast_ratio(colors.text, background) >= 7
    for color in (colors.ok, colors.warning, colors.critical):
        assert contrast_ratio(color, background) >= 3
    assert contrast_ratio(colors.on_fill, colors.critical) >= 4


def test_second_bar_changes_color_as_the_week_is_used_up() -> None:
    dark = PANEL_COLORS["dark"]
    weeks = {
        share: choose_colors(
            _make_icon("ok", week_fraction=share, panel="dark")
        ).week
        for share in (0.74, 0.75, 0.9)
    }

    assert weeks == {
        0.74: dark.text,
        0.75: dark.warning,
        0.9: dark.critical,
    }


@pytest.mark.parametrize("deficiency", DEFICIENCY_MATRICES)
@pytest.mark.parametrize("panel", ["dark", "light"])
def test_states_differ_for_color_blind_users(
    deficiency: str,
    panel: str,
) -> None:
    colors = PANEL_COLORS[panel]
    simulated = [
        simulate_deficiency(deficiency, color)
        for color in (colors.ok, colors.warning, colors.critical)
    ]

    for one, other in combinations(simulated, 2):
        assert color_distance(one, other) >= 24


def test_single_color_icon_has_one_color() -> None:
    for state in ICON_STATES:
        icon = _make_icon(
            state, panel="light", is_single_color=True, week_fraction=0.95
        )
        parts = choose_colors(icon)

        assert {parts.text, parts.accent, parts.week} == {
            PANEL_COLORS["light"].text
        }


def test_template_is_black_and_transparent() -> None:
    for style, state in product(ICON_STYLES, ICON_STATES):
        picture = draw_icon(_make_icon(state, style=style, panel="mono"), 44)
        red, green, blue, alpha = picture.split()
        for channel in (red, green, blue):
            shown = ImageChops.multiply(channel, alpha)
            assert shown.getextrema() == (0, 0), (style, state)


@pytest.mark.parametrize("style", ICON_STYLES)
def test_a_small_icon_takes_few_calls(style: str) -> None:
    """A measure of its cost that is the same on any machine."""
    icon = _make_icon("ok", style=style)
    draw_icon(icon, 22)
    calls = 0

    def count_call(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count_call)
    draw_icon(icon._replace(minutes_left=100), 22)
    sys.setprofile(None)

    assert calls <= MAX_CALLS


def test_bitmap_fonts_are_complete_and_rectangular() -> None:
    for alphabet, height in (
        (THIN_GLYPHS, 7),
        (NARROW_GLYPHS, 7),
        (WIDE_GLYPHS, 9),
    ):
        assert alphabet.keys() == NARROW_GLYPHS.keys()
        for rows in (glyph.split() for glyph in alphabet.values()):
            assert len(rows) == height
            assert len({len(row) for row in rows}) == 1


def test_pixmaps_are_argb_in_all_sizes() -> None:
    pixmaps = encode_pixmaps(lambda size: draw_icon(IconModel(167), size))

    assert [width for width, _, _ in pixmaps] == list(PIXMAP_SIZES)
    for width, height, data in pixmaps:
        assert len(data) == width * height * 4
    assert pixmaps[0][2][8 * 16 * 4] == 255


@pytest.mark.parametrize("style", ICON_STYLES)
@pytest.mark.parametrize("panel", ICON_PANELS)
def test_a_badge_is_a_dot_in_the_lower_right_corner(
    style: str, panel: str
) -> None:
    plain = _make_icon("ok", style=style, panel=panel, week_fraction=None)

    for size in (16, 22, 44):
        difference = ImageChops.difference(
            draw_icon(plain, size).getchannel("A"),
            draw_icon(plain._replace(has_badge=True), size).getchannel("A"),
        )
        colors = ImageChops.difference(
            draw_icon(plain, size).convert("RGB"),
            draw_icon(plain._replace(has_badge=True), size).convert("RGB"),
        )
        boxes = [
            box for box in (difference.getbbox(), colors.getbbox()) if box
        ]
        assert boxes
        for left, top, _, _ in boxes:
            assert min(left, top) >= size * 5 // 9
