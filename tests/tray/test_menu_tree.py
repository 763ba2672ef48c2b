from __future__ import annotations

from claude_tray.tray.action import Action
from claude_tray.tray.menu_tree import keep_numbers, number_anew, tree_of
from claude_tray.tray.view import MenuEntry

MENU = (
    MenuEntry("my_notes", Action.REFRESH),
    None,
    MenuEntry("Quit", Action.QUIT),
)


def test_an_underscore_is_shown_as_one() -> None:
    root = tree_of(MENU)

    assert root.children[0].properties["label"] == ("s", "my__notes")
    assert root.children[1].properties["type"] == ("s", "separator")


def test_a_tree_of_the_same_shape_keeps_its_numbers() -> None:
    old, new = (
        tree_of(MENU),
        tree_of((MenuEntry("2h", Action.REFRESH), None, MENU[2])),
    )
    number_anew(old, 10)
    assert old.shape() == new.shape()

    changed, removed = keep_numbers(old, new)

    assert changed == [(11, {"label": ("s", "2h")})]
    assert removed == []
    assert [node.number for node in new.walk()] == [0, 11, 12, 13]


def test_an_entry_that_loses_a_property_says_so() -> None:
    old, new = tree_of(MENU), tree_of(MENU)
    old.children[0].properties["enabled"] = ("b", False)

    assert keep_numbers(old, new)[1] == [(0, ["enabled"])]


def test_another_shape_gets_numbers_that_never_were() -> None:
    old, new = (
        tree_of(MENU),
        tree_of((*MENU, MenuEntry("more", Action.REFRESH))),
    )
    last = number_anew(old, 0)

    assert old.shape() != new.shape()
    assert number_anew(new, last) == 7
    assert [node.number for node in new.walk()] == [0, 4, 5, 6, 7]


def test_only_what_was_asked_for_is_told() -> None:
    root = tree_of(MENU)

    number, told, children = root.layout(1, ["type"])

    assert (number, told, len(children)) == (0, {}, 3)
    assert root.layout(0, [])[2] == []
