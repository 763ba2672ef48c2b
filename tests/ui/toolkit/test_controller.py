from __future__ import annotations

import pytest

from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.controller import ViewController
from claude_tray.ui.toolkit.surface import HitRegion, ViewState
from tests.support.popup_states import make_popup_state

TABS = ("projects", "models", "days")


class ControllerDriver:
    """Drive a controller of the popup in a state and record its actions."""

    def __init__(self, state: str = "pace", *, is_rtl: bool = False) -> None:
        view = build_view(*make_popup_state(state))._replace(is_rtl=is_rtl)
        self.actions: list[str] = []
        self.controller = ViewController(
            lambda view_state: draw_popup(view, view_state),
            self.actions.append,
            ViewState(scale=2),
            TABS,
            is_rtl=is_rtl,
        )

    def press_keys(self, *names: str) -> ViewState:
        for name in names:
            self.controller.key(name)
        return self.controller.view_state

    def find_region(self, name: str) -> HitRegion:
        return next(r for r in self.controller.regions if r.name == name)

    def locate(self, name: str) -> tuple[float, float]:
        """Return the center of a region in pixels."""
        box = self.find_region(name).bounds
        scale = self.controller.view_state.scale
        return box.center_x * scale, (box.y + box.height / 2) * scale

    def click(self, name: str) -> None:
        self.controller.press(*self.locate(name))


def test_tab_moves_through_all_buttons_in_reading_order() -> None:
    driver = ControllerDriver()

    walked = [driver.press_keys("Tab").focus for _ in range(9)]

    assert walked == [
        "tab:projects",
        "tab:models",
        "tab:days",
        "sync",
        "refresh",
        "dashboard",
        "settings",
        "more",
        "tab:projects",
    ]


def test_shift_tab_moves_back() -> None:
    assert ControllerDriver().press_keys("Shift+Tab").focus == "more"
    assert (
        ControllerDriver().press_keys("Tab", "Tab", "Shift+Tab").focus
        == "tab:projects"
    )


def test_tab_order_is_mirrored_for_right_to_left_text() -> None:
    driver = ControllerDriver(is_rtl=True)

    assert driver.press_keys("Tab").focus == "tab:projects"
    assert (
        driver.find_region("tab:projects").bounds.x
        > driver.find_region("tab:days").bounds.x
    )
    assert driver.press_keys("Left").tab == "models"


def test_arrow_keys_switch_tabs() -> None:
    driver = ControllerDriver()

    assert [driver.press_keys("Right").tab for _ in range(3)] == [
        "models",
        "days",
        "projects",
    ]
    assert driver.press_keys("Left").tab == "days"
    assert driver.press_keys("Tab", "Right").focus == "tab:projects"


def test_return_and_space_press_the_focused_button() -> None:
    driver = ControllerDriver()

    driver.press_keys("Return", "Tab", "Tab", "Space")
    assert driver.controller.view_state.tab == "models"

    driver.press_keys("Tab", "Tab", "Tab", "Return")
    assert driver.actions == ["refresh"]


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("F5", "refresh"),
        ("Ctrl+R", "refresh"),
        ("Ctrl+D", "dashboard"),
        ("Ctrl+,", "settings"),
        ("Ctrl+C", "copy"),
        ("Ctrl+S", "picture"),
        ("Ctrl+P", "page"),
        ("Ctrl+Q", "quit"),
    ],
)
def test_shortcuts_run_menu_actions(key: str, action: str) -> None:
    driver = ControllerDriver()

    driver.press_keys(key)

    assert driver.actions == [action]


def test_unknown_keys_do_nothing() -> None:
    driver = ControllerDriver()

    assert driver.press_keys("", "x", "F9") == ViewState(scale=2)
    assert driver.actions == []


def test_escape_closes_the_menu_then_the_popup() -> None:
    driver = ControllerDriver()
    driver.click("more")

    driver.press_keys("Escape")
    assert driver.controller.is_open
    assert not driver.controller.view_state.is_menu_open

    driver.press_keys("Escape")
    assert not driver.controller.is_open


def test_a_menu_opened_by_keyboard_gets_the_focus() -> None:
    driver = ControllerDriver()

    view_state = driver.press_keys("Shift+Tab", "Return")
    assert view_state.is_menu_open
    assert view_state.focus == "sync-now"

    driver.press_keys("Up", "Return")
    assert driver.actions == ["quit"]
    assert not driver.controller.view_state.is_menu_open


def test_arrow_keys_switch_no_tabs_while_the_menu_is_open() -> None:
    driver = ControllerDriver()
    driver.click("more")

    assert driver.press_keys("Right").tab == "projects"


def test_a_click_outside_the_menu_only_closes_it() -> None:
    driver = ControllerDriver()
    at = driver.locate("chart")
    driver.click("more")

    driver.controller.press(*at)

    assert not driver.controller.view_state.is_menu_open
    assert driver.actions == []


def test_a_click_presses_the_button_below() -> None:
    driver = ControllerDriver()

    driver.click("tab:days")
    driver.click("refresh")
    driver.controller.press(2, 2)
    driver.controller.press(*driver.locate("chart"))

    assert driver.controller.view_state.tab == "days"
    assert driver.actions == ["refresh"]


def test_moving_returns_whether_a_button_is_below() -> None:
    driver = ControllerDriver()

    assert driver.controller.move(*driver.locate("settings"))
    assert driver.controller.view_state.hover == "settings"
    assert not driver.controller.move(*driver.locate("chart"))
    assert driver.controller.view_state.pointer is not None
    driver.controller.leave()
    assert driver.controller.view_state.hover == ""
    assert driver.controller.view_state.pointer is None


def test_the_chart_follows_the_pointer() -> None:
    driver = ControllerDriver()
    before = driver.controller.render().picture.tobytes()

    driver.controller.move(200, 300)

    assert driver.controller.view_state.hover == "chart"
    assert driver.controller.render().picture.tobytes() != before


def test_a_picture_is_redrawn_only_after_a_change() -> None:
    driver = ControllerDriver()
    first = driver.controller.render().picture

    driver.controller.update_view_state(tab="projects")
    assert driver.controller.get_changed_picture(first) is None

    driver.controller.invalidate()
    assert driver.controller.get_changed_picture(first) is not None


def test_without_any_button_tab_does_nothing() -> None:
    view = build_view(*make_popup_state("pace"))
    control = ViewController(
        lambda view_state: draw_popup(view, view_state)._replace(regions=()),
        lambda _: None,
        ViewState(),
        TABS,
    )

    control.key("Tab")

    assert control.view_state.focus == ""
