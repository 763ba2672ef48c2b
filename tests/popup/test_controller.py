from __future__ import annotations

import pytest

from claude_tray.popup.compose import view_of
from claude_tray.popup.controller import Controller
from claude_tray.popup.drawn.picture import draw_popup
from claude_tray.popup.drawn.sheet import Look, Region
from tests.support.popups import a_moment

TABS = ("projects", "models", "days")


class Hand:
    """Holds a popup in a state and notes what it was told to do."""

    def __init__(self, state: str = "pace", *, is_rtl: bool = False) -> None:
        view = view_of(a_moment(state))._replace(is_rtl=is_rtl)
        self.done: list[str] = []
        self.control = Controller(
            lambda look: draw_popup(view, look),
            self.done.append,
            Look(scale=2),
            TABS,
            is_rtl=is_rtl,
        )

    def keys(self, *names: str) -> Look:
        for name in names:
            self.control.key(name)
        return self.control.look

    def region(self, name: str) -> Region:
        return next(r for r in self.control.regions if r.name == name)

    def at(self, name: str) -> tuple[float, float]:
        """The middle of a region, in pixels."""
        box = self.region(name).at
        scale = self.control.look.scale
        return box.middle * scale, (box.y + box.height / 2) * scale

    def click(self, name: str) -> None:
        self.control.press(*self.at(name))


def test_tab_walks_through_all_buttons_in_reading_order() -> None:
    hand = Hand()

    walked = [hand.keys("Tab").focus for _ in range(9)]

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


def test_shift_and_tab_walks_back() -> None:
    assert Hand().keys("Shift+Tab").focus == "more"
    assert Hand().keys("Tab", "Tab", "Shift+Tab").focus == "tab:projects"


def test_where_lines_start_at_the_right_so_does_the_walk() -> None:
    hand = Hand(is_rtl=True)

    assert hand.keys("Tab").focus == "tab:projects"
    assert hand.region("tab:projects").at.x > hand.region("tab:days").at.x
    assert hand.keys("Left").tab == "models"


def test_arrows_turn_the_tabs() -> None:
    hand = Hand()

    assert [hand.keys("Right").tab for _ in range(3)] == [
        "models",
        "days",
        "projects",
    ]
    assert hand.keys("Left").tab == "days"
    assert hand.keys("Tab", "Right").focus == "tab:projects"


def test_return_and_space_press_what_has_the_focus() -> None:
    hand = Hand()

    hand.keys("Return", "Tab", "Tab", "Space")
    assert hand.control.look.tab == "models"

    hand.keys("Tab", "Tab", "Tab", "Return")
    assert hand.done == ["refresh"]


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
def test_shortcuts_do_what_the_menu_does(key: str, action: str) -> None:
    hand = Hand()

    hand.keys(key)

    assert hand.done == [action]


def test_keys_that_mean_nothing_do_nothing() -> None:
    hand = Hand()

    assert hand.keys("", "x", "F9") == Look(scale=2)
    assert hand.done == []


def test_escape_closes_the_menu_first_and_then_the_popup() -> None:
    hand = Hand()
    hand.click("more")

    hand.keys("Escape")
    assert hand.control.is_open
    assert not hand.control.look.is_menu_open

    hand.keys("Escape")
    assert not hand.control.is_open


def test_a_menu_that_the_keyboard_opened_is_walked_by_it() -> None:
    hand = Hand()

    look = hand.keys("Shift+Tab", "Return")
    assert look.is_menu_open
    assert look.focus == "sync-now"

    hand.keys("Up", "Return")
    assert hand.done == ["quit"]
    assert not hand.control.look.is_menu_open


def test_arrows_turn_no_tabs_below_an_open_menu() -> None:
    hand = Hand()
    hand.click("more")

    assert hand.keys("Right").tab == "projects"


def test_a_click_beside_the_menu_closes_it_and_does_nothing_else() -> None:
    hand = Hand()
    at = hand.at("chart")
    hand.click("more")

    hand.control.press(*at)

    assert not hand.control.look.is_menu_open
    assert hand.done == []


def test_a_click_does_what_is_below_it() -> None:
    hand = Hand()

    hand.click("tab:days")
    hand.click("refresh")
    hand.control.press(2, 2)
    hand.control.press(*hand.at("chart"))

    assert hand.control.look.tab == "days"
    assert hand.done == ["refresh"]


def test_the_pointer_is_told_whether_it_is_on_a_button() -> None:
    hand = Hand()

    assert hand.control.move(*hand.at("settings"))
    assert hand.control.look.hover == "settings"
    assert not hand.control.move(*hand.at("chart"))
    assert hand.control.look.pointer is not None
    hand.control.leave()
    assert hand.control.look.hover == ""
    assert hand.control.look.pointer is None


def test_the_chart_answers_the_pointer() -> None:
    hand = Hand()
    before = hand.control.drawing().picture.tobytes()

    hand.control.move(200, 300)

    assert hand.control.look.hover == "chart"
    assert hand.control.drawing().picture.tobytes() != before


def test_a_picture_is_only_drawn_anew_when_something_changed() -> None:
    hand = Hand()
    first = hand.control.drawing().picture

    hand.control.change(tab="projects")
    assert hand.control.news(first) is None

    hand.control.redraw()
    assert hand.control.news(first) is not None


def test_without_any_button_tab_does_nothing() -> None:
    view = view_of(a_moment("pace"))
    control = Controller(
        lambda look: draw_popup(view, look)._replace(regions=()),
        lambda _: None,
        Look(),
        TABS,
    )

    control.key("Tab")

    assert control.look.focus == ""
