from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from weakref import ref

import pytest

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.toolkit.controller import ViewController
from claude_tray.ui.toolkit.surface import DrawSurface, Frame, ViewState
from claude_tray.ui.toolkit.widgets import (
    Drag,
    DragKind,
    HitRegion,
    ScrollState,
    find_offset,
)

if TYPE_CHECKING:
    from collections.abc import Callable


GROUPINGS = ("projects", "models", "days")


MENU = ("sync-now", "copy", "quit")
BUTTONS = ("sync", "refresh", "dashboard", "settings", "more")


def draw_sample(view_state: ViewState, *, is_rtl: bool = False) -> Frame:
    """Draw choices, a chart that follows the pointer, buttons and a menu."""
    surface = DrawSurface((400, 300), view_state, is_rtl=is_rtl)
    for number, name in enumerate(GROUPINGS):
        action = f"by:{name}"
        bounds = Rect(20 + 120 * number, 22, 120, 23)
        if surface.add_region(action, bounds, name):
            surface.draw_box(bounds, surface.palette.hover)
        surface.draw_focus_ring(action, bounds, 6, surface.palette.card)
    surface.add_region(
        "chart", Rect(18, 60, 364, 120), "Chart", is_button=False
    )
    x = surface.find_pointer_x("chart")
    if x is not None:
        surface.draw_box(Rect(x, 60, 1, 120), surface.palette.text)
    for number, name in enumerate(BUTTONS):
        box = Rect(200 + 32 * number, 262, 30, 30)
        surface.draw_icon_button(name, "dots", box, name)
    if view_state.is_menu_open:
        surface.regions = [r for r in surface.regions if r.name == "more"]
        for number, name in enumerate(MENU):
            surface.add_region(
                name, Rect(200, 150 + 28 * number, 180, 28), name
            )
    return surface.finish()


class ControllerDriver:
    """Drive a controller of a sample window and record its actions."""

    def __init__(self, *, is_rtl: bool = False) -> None:
        self.actions: list[str] = []
        self.controller = ViewController(
            partial(draw_sample, is_rtl=is_rtl),
            self.actions.append,
            ViewState(scale=2),
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
        "by:projects",
        "by:models",
        "by:days",
        "sync",
        "refresh",
        "dashboard",
        "settings",
        "more",
        "by:projects",
    ]


def test_shift_tab_moves_back() -> None:
    assert ControllerDriver().press_keys("Shift+Tab").focus == "more"
    assert (
        ControllerDriver().press_keys("Tab", "Tab", "Shift+Tab").focus
        == "by:projects"
    )


def test_tab_order_is_mirrored_for_right_to_left_text() -> None:
    driver = ControllerDriver(is_rtl=True)

    assert driver.press_keys("Tab").focus == "by:projects"
    assert (
        driver.find_region("by:projects").bounds.x
        > driver.find_region("by:days").bounds.x
    )


def test_return_and_space_press_the_focused_button() -> None:
    driver = ControllerDriver()

    driver.press_keys("Return", "Tab", "Tab", "Space")
    driver.press_keys("Tab", "Tab", "Tab", "Return")

    assert driver.actions == ["by:models", "refresh"]


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


def test_a_key_that_the_content_handles_does_nothing_else() -> None:
    driver = ControllerDriver()
    keys: list[str] = []

    def handle(name: str) -> bool:
        keys.append(name)
        return name == "F5"

    driver.controller.on_key = handle
    driver.press_keys("F5", "Ctrl+D")

    assert keys == ["F5", "Ctrl+D"]
    assert driver.actions == ["dashboard"]


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


def test_a_click_outside_the_menu_only_closes_it() -> None:
    driver = ControllerDriver()
    at = driver.locate("chart")
    driver.click("more")

    driver.controller.press(*at)

    assert not driver.controller.view_state.is_menu_open
    assert driver.actions == []


def test_a_click_presses_the_button_below() -> None:
    driver = ControllerDriver()

    driver.click("by:days")
    driver.click("refresh")
    driver.controller.press(2, 2)
    driver.controller.press(*driver.locate("chart"))

    assert driver.actions == ["by:days", "refresh"]


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

    driver.controller.update_view_state(message="")
    assert driver.controller.get_changed_picture(first) is None

    driver.controller.invalidate()
    assert driver.controller.get_changed_picture(first) is not None


def test_a_released_picture_is_freed() -> None:
    driver = ControllerDriver()
    picture = ref(driver.controller.render().picture)

    driver.controller.release_picture()

    assert picture() is None
    assert driver.controller.render().picture is not None


def test_without_any_button_tab_does_nothing() -> None:
    control = ViewController(
        lambda view_state: draw_sample(view_state)._replace(regions=()),
        lambda _: None,
        ViewState(),
    )

    control.key("Tab")

    assert control.view_state.focus == ""


def draw_list(view_state: ViewState) -> Frame:
    """Draw a header, ten rows in a list of three, a chart and a button."""
    surface = DrawSurface((200, 80), view_state, is_rtl=False)
    surface.add_drag_region(Rect(0, 0, 200, 10))
    surface.add_region("pin", Rect(180, 0, 20, 10), "Pin", tooltip="Pin it")
    with surface.scroll_area("rows", Rect(0, 10, 200, 30), 100) as content:
        for number in range(10):
            row = Rect(content.x, content.y + number * 10, content.width, 10)
            tooltip = f"Row {number}"
            surface.add_region(f"row:{number}", row, "", tooltip=tooltip)
    kind = DragKind.RANGE
    surface.add_region("chart", Rect(0, 45, 100, 20), "", drag=kind)
    plain = Rect(100, 45, 50, 20)
    surface.add_region("days", plain, "", is_button=False, drag=kind)
    surface.add_region("more", Rect(150, 45, 50, 20), "")
    surface.add_height_handle()
    return surface.finish()


class ListDriver:
    """Drive a controller of `draw_list` with a clock that stands still."""

    def __init__(self, view_state: ViewState | None = None) -> None:
        self.seconds = 0.0
        self.actions: list[str] = []
        self.ranges: list[Drag] = []
        self.control = ViewController(
            draw_list,
            self.actions.append,
            view_state or ViewState(),
            clock=lambda: self.seconds,
        )
        self.control.on_range = self.ranges.append

    @property
    def offset(self) -> float:
        return find_offset(self.control.view_state.scroll, "rows")

    def wait(self, seconds: float) -> str:
        """Let time pass; return the region whose tooltip is shown."""
        self.seconds += seconds
        self.control.show_due_tooltip()
        return self.control.view_state.tooltip

    def drag(self, *positions: tuple[float, float]) -> None:
        self.control.press(*positions[0])
        for position in positions[1:]:
            self.control.move(*position)


def test_a_tooltip_appears_when_the_pointer_rests() -> None:
    driver = ListDriver()
    assert driver.control.seconds_to_tooltip is None

    driver.control.move(50, 15)

    assert driver.control.seconds_to_tooltip == pytest.approx(0.4)
    assert driver.wait(0.3) == ""
    # Moves on the same region do not begin anew.
    driver.control.move(60, 16)
    assert driver.wait(0.1) == "row:0"
    assert driver.control.seconds_to_tooltip is None


@pytest.mark.parametrize(
    "act",
    [
        lambda control: control.move(50, 25),
        lambda control: control.leave(),
        lambda control: control.press(50, 15),
        lambda control: control.key("x"),
        lambda control: control.scroll(50, 15, 1),
    ],
)
@pytest.mark.parametrize("is_shown", [False, True])
def test_a_tooltip_vanishes_with_the_next_input(
    act: Callable[[ViewController], None],
    is_shown: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    driver = ListDriver()
    driver.control.move(50, 15)
    driver.wait(0.4 if is_shown else 0.1)

    act(driver.control)

    assert driver.control.view_state.tooltip == ""
    assert driver.wait(0.35) == ""


@pytest.mark.parametrize(
    ("steps", "offset"), [((1,), 40), ((1, 1, 1), 70), ((1, -0.5), 20)]
)
def test_the_wheel_scrolls_what_is_below_the_pointer(
    steps: tuple[float, ...], offset: float
) -> None:
    driver = ListDriver()

    for step in steps:
        driver.control.scroll(50, 20, step)

    assert driver.offset == offset


def test_the_wheel_does_nothing_elsewhere() -> None:
    driver = ListDriver()

    driver.control.scroll(50, 60, 1)

    assert driver.control.view_state == ViewState()


def test_after_scrolling_other_content_is_below_the_pointer() -> None:
    driver = ListDriver()
    driver.control.move(50, 15)
    picture = driver.control.render().picture

    driver.control.scroll(50, 15, 0.5)

    assert driver.control.get_changed_picture(picture) is not None
    assert driver.control.view_state.hover == "row:2"


@pytest.mark.parametrize(
    ("keys", "offset"),
    [
        (("PageDown",), 27),
        (("PageDown", "PageUp"), 0),
        (("End",), 70),
        (("End", "Home"), 0),
        (("End", "PageUp"), 43),
    ],
)
def test_keys_scroll(keys: tuple[str, ...], offset: float) -> None:
    driver = ListDriver()

    for name in keys:
        driver.control.key(name)

    assert driver.offset == offset


def test_keys_do_not_scroll_without_a_list() -> None:
    driver = ControllerDriver()

    assert driver.press_keys("End") == ViewState(scale=2)


def test_only_the_visible_part_of_a_list_reacts() -> None:
    driver = ListDriver(ViewState(scroll=(ScrollState("rows", 20),)))

    hovered = []
    for y in (5, 15, 38, 55):
        driver.control.move(90, y)
        hovered.append(driver.control.view_state.hover)

    assert hovered == ["move", "row:2", "row:4", "chart"]


def test_the_focus_walks_a_list_in_order_and_scrolls_it() -> None:
    driver = ListDriver()
    walked = []
    for _ in range(13):
        driver.control.key("Tab")
        walked.append((driver.control.view_state.focus, driver.offset))

    offsets = [0, 0, 0, 10, 20, 30, 40, 50, 60, 70]
    rows = [(f"row:{n}", offset) for n, offset in enumerate(offsets)]
    assert walked == [("pin", 0), *rows, ("chart", 70), ("more", 70)]


def test_the_thumb_scrolls() -> None:
    driver = ListDriver()
    # 24 of 30 points high: 6 points of the track stand for 70.
    driver.drag((196, 20), (196, 23))
    assert driver.offset == 35
    driver.drag((196, 20), (196, 90))
    assert driver.offset == 70

    driver.control.release()
    driver.control.move(196, 0)

    assert driver.offset == 70


@pytest.mark.parametrize(
    ("is_on_top", "distance", "height"),
    [
        (False, 30, 40),
        (False, 500, 50),
        (False, -90, 0),
        (True, -30, 40),
        (True, 30, 0),
    ],
)
def test_the_handle_changes_the_height(
    is_on_top: bool,  # noqa: FBT001 - a parameter of the test
    distance: float,
    height: float,
) -> None:
    view_state = ViewState(extra_height=10, has_handle_on_top=is_on_top)
    driver = ListDriver(view_state)
    driver.control.max_extra_height = 60
    driver.control.free_height = 50
    y = 1 if is_on_top else 78

    driver.drag((20, y), (20, y + distance))

    assert driver.control.view_state.extra_height == height


def test_the_window_moves_itself_while_its_header_is_dragged() -> None:
    driver = ListDriver()
    kinds = []
    driver.control.move(20, 5)
    kinds.append(driver.control.hover_drag_kind)

    driver.drag((20, 5), (60, 50))
    kinds.append(driver.control.drag_kind)
    # What the pointer passes meanwhile does not react.
    driver.control.leave()
    assert driver.control.view_state.hover == "move"

    driver.control.release()
    kinds.append(driver.control.drag_kind)
    assert kinds == [DragKind.WINDOW, DragKind.WINDOW, DragKind.NONE]
    assert driver.actions == []


def test_a_range_is_selected_by_dragging() -> None:
    driver = ListDriver()

    driver.drag((10, 50), (40, 55), (60, 52))
    driver.control.release()

    expected = Drag("chart", DragKind.RANGE, (10, 50), (60, 52))
    assert driver.ranges == [expected]
    assert driver.actions == []


@pytest.mark.parametrize(("x", "action"), [(10, "chart"), (110, "days")])
def test_a_click_on_a_range_is_a_click(x: float, action: str) -> None:
    driver = ListDriver()

    driver.drag((x, 50), (x + 1, 51))
    driver.control.release()
    driver.control.release()

    assert driver.ranges == []
    assert driver.actions == [action]


def test_a_pinned_window_is_released_by_the_same_button() -> None:
    driver = ListDriver()
    states = []

    for _ in range(2):
        driver.control.press(190, 5)
        states.append(driver.control.view_state.is_pinned)

    assert states == [True, False]
    assert driver.actions == []
