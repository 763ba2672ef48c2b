from __future__ import annotations

import pytest

from claude_tray.presentation.usage_chart import ChartKind
from claude_tray.ui.popup.keys import find_action
from claude_tray.ui.popup.selection import PopupSelection

PLAIN = PopupSelection()
SEARCHING = PopupSelection(search="ab")


def find(
    name: str,
    selection: PopupSelection = PLAIN,
    focus: str = "",
    *,
    is_menu_open: bool = False,
    is_rtl: bool = False,
) -> str | None:
    return find_action(
        name,
        selection,
        focus=focus,
        is_menu_open=is_menu_open,
        is_rtl=is_rtl,
    )


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("1", "period:window"),
        ("6", "period:all"),
        ("P", "by:project"),
        ("D", "by:day"),
        ("/", "search:"),
        ("?", "help"),
        ("Right", "step:1"),
        ("Left", "step:-1"),
        ("W", "chart:week"),
        ("7", None),
        ("Escape", None),
        ("Ctrl+C", None),
    ],
)
def test_keys_of_the_popup(name: str, action: str | None) -> None:
    assert find(name) == action


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("P", "search:abp"),
        ("7", "search:ab7"),
        ("BackSpace", "search:a"),
        ("Space", "search:ab "),
        ("Return", "row:0"),
        ("Escape", "back"),
        ("F5", None),
    ],
)
def test_a_search_takes_letters(name: str, action: str | None) -> None:
    assert find(name, SEARCHING) == action


def test_with_a_focused_row_the_search_leaves_it_enter_and_space() -> None:
    assert find("Return", SEARCHING, "row:3") is None
    assert find("Space", SEARCHING, "row:3") is None


def test_a_search_does_not_grow_without_end() -> None:
    long = PopupSelection(search="x" * 60)

    assert find("Y", long) is None
    assert find("BackSpace", long) == f"search:{'x' * 59}"


def test_a_focused_row_is_copied() -> None:
    assert find("Ctrl+C", focus="row:3") == "copy-row:3"
    assert find("Ctrl+C", focus="more") is None


def test_an_open_menu_has_the_keys() -> None:
    assert find("1", is_menu_open=True) is None


def test_arrows_follow_the_direction_of_the_language() -> None:
    assert find("Right", is_rtl=True) == "step:-1"


def test_the_week_leads_back_to_the_window() -> None:
    assert find("W", PopupSelection(chart=ChartKind.WEEK)) == "chart:window"
