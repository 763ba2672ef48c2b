"""The icon: golden pictures, contrast, colours that blind eyes tell apart."""

from __future__ import annotations

import os
import time
from itertools import combinations, product
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from claude_tray.drawing.fonts import can_shape
from claude_tray.drawing.glyphs import NARROW, THIN, WIDE
from claude_tray.drawing.icon import draw
from claude_tray.drawing.icon_colours import ON, TILE, look_of
from claude_tray.drawing.icon_look import PANELS, STATES, STYLES, Icon
from claude_tray.drawing.pixmap import SIZES, pixmaps_of
from tests.support.colours import DEFECTS, contrast, distance, seen_with

GOLDEN = Path(__file__).parent / "golden"
GROUNDS = {"dark": "#202225", "light": "#eff0f1", "tile": "#6a4c93"}
SHEET_SIZES = (16, 22, 24, 32, 48)
_CELL = 56


def _icon(state: str, **more: object) -> Icon:
    """An icon as that state usually comes."""
    minutes: dict[str, int | None] = {
        "idle": None,
        "reading": None,
        "error": None,
        "critical": 38,
        "limit": 127,
        "warning": 72,
    }
    used = {"warning": 0.78, "critical": 0.93, "limit": 1.0}.get(state, 0.38)
    icon = Icon(
        minutes.get(state, 167),
        used,
        0.78 if state == "warning" else 0.21,
        state,
        phase=3,
        read=0.4,
    )
    return icon._replace(**more)  # type: ignore[arg-type] # by name


def _sheet(style: str) -> Image.Image:
    """Every state on every panel in five sizes."""
    rows = list(product(PANELS, SHEET_SIZES))
    extent = (len(STATES) * _CELL, len(rows) * _CELL)
    sheet = Image.new("RGB", extent, "#ffffff")
    for y, (panel, size) in enumerate(rows):
        ground = GROUNDS.get(panel, "#f4f4f4")
        for x, state in enumerate(STATES):
            at = (x * _CELL, y * _CELL)
            sheet.paste(ground, (*at, at[0] + _CELL, at[1] + _CELL))
            icon = draw(_icon(state, style=style, panel=panel), size)
            sheet.paste(icon, (at[0] + 4, at[1] + 4), icon)
    return sheet


@pytest.mark.skipif(
    not can_shape(),
    reason="lacks FriBiDi: letters are set without kerning",
)
@pytest.mark.parametrize("style", STYLES)
def test_every_style_and_state_looks_as_it_did(style: str) -> None:
    path = GOLDEN / f"{style}.png"
    sheet = _sheet(style)
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        sheet.save(path, optimize=True)

    change = ImageChops.difference(sheet, Image.open(path).convert("RGB"))

    # Other versions of Pillow and FreeType soften edges a little otherwise.
    assert max(ImageStat.Stat(change).mean) < 0.2


@pytest.mark.parametrize("size", [16, 17, 20, 22, 24, 28, 32, 48, 64, 128])
def test_every_size_is_drawn_within_its_bounds(size: int) -> None:
    for style, state, panel in product(STYLES, STATES, PANELS):
        icon = _icon(state, style=style, panel=panel, week=None)
        for number in ("time", "percent"):
            picture = draw(icon._replace(number=number), size)

            assert picture.size == (size, size)
            assert picture.getbbox() is not None


@pytest.mark.parametrize("style", STYLES)
def test_states_differ_without_colours_too(style: str) -> None:
    """As grey shapes on their panel, at the smallest size."""
    like = Icon(167, 0.5, 0.2, style=style, panel="dark", is_single=True)
    states = ["ok", "warning", "critical", "limit", "stale", "error"]
    told = {s: draw(like._replace(state=s), 16).tobytes() for s in states}

    for one, other in combinations(told, 2):
        assert told[one] != told[other], (one, other)


def test_a_bar_grows_with_what_is_used() -> None:
    def filled(used: float) -> int:
        icon = Icon(167, used, panel="dark")
        wanted = (*bytes.fromhex(ON["dark"].ok[1:]), 255)
        found = {c: n for n, c in draw(icon, 22).getcolors() or []}
        return found.get(wanted, 0)

    assert filled(0) == 0
    assert filled(0.5) * 2 == filled(1.0) == filled(1.7)


def test_without_a_limit_the_bar_is_the_time_that_is_gone() -> None:
    known = draw(Icon(150, 0.5), 22)

    assert draw(Icon(150), 22).tobytes() == known.tobytes()


def test_what_moves_has_eight_places() -> None:
    for style in ("meter", "ring", "pie"):
        pictures = {
            draw(Icon(167, 0.4, None, "syncing", style, phase=n), 22).tobytes()
            for n in range(8)
        }

        assert len(pictures) == 8


@pytest.mark.parametrize("panel", ["dark", "light", "tile"])
def test_text_and_colours_stand_out_from_their_panel(panel: str) -> None:
    ground = TILE if panel == "tile" else GROUNDS[panel]
    colours = ON["dark" if panel == "tile" else panel]

    assert contrast(colours.text, ground) >= 7
    for colour in (colours.ok, colours.warning, colours.critical):
        assert contrast(colour, ground) >= 3
    assert contrast(colours.on_fill, colours.critical) >= 4


def test_the_second_bar_is_coloured_as_the_week_comes_to_its_end() -> None:
    dark = ON["dark"]
    weeks = {
        share: look_of(_icon("ok", week=share, panel="dark")).week
        for share in (0.74, 0.75, 0.9)
    }

    assert weeks == {
        0.74: dark.text,
        0.75: dark.warning,
        0.9: dark.critical,
    }


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("panel", ["dark", "light"])
def test_colour_blind_eyes_tell_the_states_apart(
    defect: str,
    panel: str,
) -> None:
    colours = ON[panel]
    seen = [
        seen_with(defect, colour)
        for colour in (colours.ok, colours.warning, colours.critical)
    ]

    for one, other in combinations(seen, 2):
        assert distance(one, other) >= 24


def test_a_single_colour_has_no_other() -> None:
    for state in STATES:
        icon = _icon(state, panel="light", is_single=True, week=0.95)
        look = look_of(icon)

        assert {look.text, look.accent, look.week} == {ON["light"].text}


def test_a_template_is_black_and_clear() -> None:
    for style, state in product(STYLES, STATES):
        picture = draw(_icon(state, style=style, panel="mono"), 44)
        red, green, blue, alpha = picture.split()
        for channel in (red, green, blue):
            shown = ImageChops.multiply(channel, alpha)
            assert shown.getextrema() == (0, 0), (style, state)


@pytest.mark.parametrize("style", STYLES)
def test_small_icons_are_drawn_in_three_milliseconds(style: str) -> None:
    icons = [_icon("ok", style=style)._replace(minutes=m) for m in range(300)]
    draw(icons[0], 22)

    began = time.thread_time()
    for icon in icons:
        draw(icon, 22)

    assert (time.thread_time() - began) / len(icons) < 0.003


def test_every_letter_has_one_height_and_straight_rows() -> None:
    for alphabet, height in ((THIN, 7), (NARROW, 7), (WIDE, 9)):
        assert alphabet.keys() == NARROW.keys()
        for rows in (glyph.split() for glyph in alphabet.values()):
            assert len(rows) == height
            assert len({len(row) for row in rows}) == 1


def test_panels_get_all_sizes_as_argb() -> None:
    pixmaps = pixmaps_of(lambda size: draw(Icon(167), size))

    assert [width for width, _, _ in pixmaps] == list(SIZES)
    for width, height, data in pixmaps:
        assert len(data) == width * height * 4
    assert pixmaps[0][2][8 * 16 * 4] == 255
