from __future__ import annotations

import pytest

from claude_tray.ui.settings.form_model import InfoRow, SwitchRow
from claude_tray.ui.settings.pages import PAGE_NAMES, build_pages
from claude_tray.ui.settings.render import compute_row_height, draw_settings
from claude_tray.ui.settings.state import SettingsState
from claude_tray.ui.toolkit.surface import DrawSurface, Frame, ViewState

PAGES = build_pages(SettingsState())


def draw(page: str, message: str = "", *, is_rtl: bool = False) -> Frame:
    view_state = ViewState(tab=page, message=message)
    return draw_settings(PAGES, "Settings", view_state, is_rtl=is_rtl)


def test_all_pages_have_the_same_size() -> None:
    assert len({draw(page).picture.size for page in PAGE_NAMES}) == 1


@pytest.mark.parametrize("page", PAGE_NAMES)
@pytest.mark.parametrize("is_rtl", [False, True])
def test_all_regions_are_inside_the_picture(
    page: str,
    is_rtl: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    frame = draw(page, is_rtl=is_rtl)
    width, height = frame.picture.size

    for region in frame.regions:
        box = region.bounds
        assert 0 <= box.x < box.right <= width
        assert 0 <= box.y < box.bottom <= height


def test_every_page_is_in_the_sidebar() -> None:
    names = [region.name for region in draw("general").regions]

    assert names[: len(PAGE_NAMES)] == [f"tab:{page}" for page in PAGE_NAMES]


def test_a_message_is_drawn_over_the_page() -> None:
    assert draw("icon", "Saved").picture != draw("icon").picture


def test_wrapped_text_makes_a_row_higher() -> None:
    surface = DrawSurface((1, 1), ViewState(), is_rtl=False)
    short = SwitchRow("a", "Short", is_on=True)
    long = short._replace(label="A much longer label " * 5)
    hinted = short._replace(hint="A hint")

    heights = [
        compute_row_height(surface, row, 300) for row in (short, hinted, long)
    ]

    assert heights == sorted(heights)
    assert heights[0] == 40


def test_a_long_value_is_wrapped() -> None:
    surface = DrawSurface((1, 1), ViewState(), is_rtl=False)
    row = InfoRow("Folder", "/a/very/long/path " * 6)

    assert compute_row_height(surface, row, 300) > 40
