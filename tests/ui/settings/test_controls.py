from __future__ import annotations

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.settings.controls import (
    draw_buttons,
    draw_choice,
    draw_icon_choice,
    draw_stepper,
    draw_switch,
    measure_choice,
    measure_stepper,
)
from claude_tray.ui.settings.form_model import (
    ButtonsRow,
    ChoiceRow,
    FormOption,
    IconChoiceRow,
    StepperRow,
    SwitchRow,
)
from claude_tray.ui.settings.pages import build_icon_page
from claude_tray.ui.settings.state import SettingsState
from claude_tray.ui.toolkit.surface import DrawSurface, ViewState
from claude_tray.ui.toolkit.widgets import Button

BOUNDS = Rect(10, 10, 400, 46)
CHOICE = ChoiceRow(
    "Theme",
    (
        FormOption("set:a", "Light", is_selected=True),
        FormOption("set:b", "Dark", is_selected=False),
    ),
)
STEPPER = StepperRow("Warn at", "75%", "set:70", "set:80")


def make_surface() -> DrawSurface:
    return DrawSurface((420, 120), ViewState(), is_rtl=False)


def list_regions(surface: DrawSurface) -> dict[str, Rect]:
    return {region.name: region.bounds for region in surface.regions}


def test_the_whole_row_of_a_switch_can_be_pressed() -> None:
    surface = make_surface()

    draw_switch(surface, SwitchRow("login", "Start", is_on=True), BOUNDS)

    assert list_regions(surface)["login"].width > BOUNDS.width


def test_a_switch_shows_its_value() -> None:
    pictures = []
    for is_on in (True, False):
        surface = make_surface()
        draw_switch(surface, SwitchRow("a", "A", is_on), BOUNDS)
        pictures.append(surface.finish().picture)

    assert pictures[0] != pictures[1]


def test_options_of_a_choice_are_next_to_each_other() -> None:
    surface = make_surface()

    draw_choice(surface, CHOICE, BOUNDS)

    light, dark = list_regions(surface).values()
    assert light.right == dark.x
    assert dark.right == BOUNDS.right - 2
    assert light.width + dark.width + 4 == measure_choice(surface, CHOICE)


def test_a_choice_is_labeled_with_its_setting() -> None:
    surface = make_surface()

    draw_choice(surface, CHOICE, BOUNDS)

    labels = [region.label for region in surface.regions]
    assert labels == ["Theme: Light", "Theme: Dark"]


def test_a_stepper_has_two_buttons_at_its_ends() -> None:
    surface = make_surface()

    draw_stepper(surface, STEPPER, BOUNDS)

    decrease, increase = list_regions(surface).values()
    width = increase.right - decrease.x
    assert width == measure_stepper(surface, STEPPER)


def test_a_stepper_at_its_end_has_one_button() -> None:
    surface = make_surface()

    draw_stepper(surface, STEPPER._replace(increase_action=""), BOUNDS)

    assert list(list_regions(surface)) == ["set:70"]


def test_buttons_do_not_overlap() -> None:
    surface = make_surface()
    buttons = (Button("a", "Sync now"), Button("b", "Test connection"))

    draw_buttons(surface, ButtonsRow(buttons), BOUNDS)

    first, second = list_regions(surface).values()
    assert first.right < second.x


def test_icons_share_the_width() -> None:
    surface = make_surface()
    (row,) = build_icon_page(SettingsState()).groups[0].rows
    assert isinstance(row, IconChoiceRow)

    draw_icon_choice(surface, row, BOUNDS._replace(height=100))

    boxes = list(list_regions(surface).values())
    assert len({box.width for box in boxes}) == 1
    assert boxes[-1].right == BOUNDS.right
