from __future__ import annotations

from typing import Any

from claude_tray.tray.backends.library import Menu, MenuItem
from claude_tray.tray.backends.menu_tree import (
    keep_numbers,
    number_anew,
    tree_of,
)


def _item(text: str, **more: Any) -> Any:
    return MenuItem(text, lambda: None, **more)


def _menu(*items: Any) -> Any:
    return Menu(*items)


MENU = (_item("my_notes"), Menu.SEPARATOR, _item("Quit"))


def test_an_underscore_is_shown_as_one() -> None:
    root = tree_of(_menu(*MENU))

    assert root.children[0].properties["label"] == ("s", "my__notes")
    assert root.children[1].properties["type"] == ("s", "separator")


def test_no_menu_is_an_empty_one() -> None:
    assert tree_of(None).children == []


def test_marks_and_what_cannot_be_chosen_are_told() -> None:
    check, radio, plain = tree_of(
        _menu(
            _item("a", checked=lambda _: True),
            _item("b", checked=lambda _: False, radio=True),
            _item("c", enabled=False),
        ),
    ).children

    assert check.properties["toggle-type"] == ("s", "checkmark")
    assert check.properties["toggle-state"] == ("i", 1)
    assert radio.properties["toggle-type"] == ("s", "radio")
    assert radio.properties["toggle-state"] == ("i", 0)
    assert plain.properties["enabled"] == ("b", False)


def test_a_submenu_has_its_entries_below_it() -> None:
    root = tree_of(_menu(MenuItem("more", _menu(*MENU)), MENU[2]))

    more = root.children[0]

    assert more.properties["children-display"] == ("s", "submenu")
    assert len(more.children) == 3
    assert len(list(root.walk())) == 6


def test_a_tree_of_the_same_shape_keeps_its_numbers() -> None:
    old, new = tree_of(_menu(*MENU)), tree_of(_menu(_item("2h"), *MENU[1:]))
    number_anew(old, 10)
    assert old.shape() == new.shape()

    changed, removed = keep_numbers(old, new)

    assert changed == [(11, {"label": ("s", "2h")})]
    assert removed == []
    assert [node.number for node in new.walk()] == [0, 11, 12, 13]


def test_a_mark_that_appears_is_another_shape() -> None:
    plain = tree_of(_menu(_item("a")))
    marked = tree_of(_menu(_item("a", checked=lambda _: True)))

    assert plain.shape() != marked.shape()


def test_an_entry_that_loses_a_property_says_so() -> None:
    old, new = tree_of(_menu(*MENU)), tree_of(_menu(*MENU))
    old.children[0].properties["enabled"] = ("b", False)

    assert keep_numbers(old, new)[1] == [(0, ["enabled"])]


def test_another_shape_gets_numbers_that_never_were() -> None:
    old, new = tree_of(_menu(*MENU)), tree_of(_menu(*MENU, _item("more")))
    last = number_anew(old, 0)

    assert old.shape() != new.shape()
    assert number_anew(new, last) == 7
    assert [node.number for node in new.walk()] == [0, 4, 5, 6, 7]


def test_only_what_was_asked_for_is_told() -> None:
    root = tree_of(_menu(*MENU))

    number, told, children = root.layout(1, ["type"])

    assert (number, told, len(children)) == (0, {}, 3)
    assert root.layout(0, [])[2] == []
