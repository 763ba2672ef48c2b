from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("jeepney", reason="D-Bus")

from claude_tray.platform.dbus import MethodReply
from claude_tray.ui.tray.backends.dbusmenu import (
    MENU_INTERFACE,
    DbusMenu,
    assign_numbers,
    build_tree,
    transfer_numbers,
)
from claude_tray.ui.tray.backends.pystray import Menu, MenuItem


def _make_menu(*labels: str) -> Any:
    return Menu(*(MenuItem(label, lambda: None) for label in labels))


def _make_menu_object() -> tuple[DbusMenu, list[str]]:
    chosen: list[str] = []
    return DbusMenu(lambda item: chosen.append(item.text)), chosen


def _call_method(menu: DbusMenu, member: str, *values: Any) -> Any:
    return menu.handlers[MENU_INTERFACE, member](*values).values


def test_first_menu_updates_the_layout_and_an_equal_one_does_not() -> None:
    menu, _ = _make_menu_object()

    assert menu.update(_make_menu("a", "b")) == (
        "LayoutUpdated",
        MethodReply("ui", (1, 0)),
    )
    assert menu.update(_make_menu("a", "b")) is None


def test_signal_has_only_the_changed_label() -> None:
    menu, _ = _make_menu_object()
    menu.update(_make_menu("a", "b"))

    updates = menu.update(_make_menu("a", "c"))

    changed = [(2, {"label": ("s", "c")})]
    assert updates == (
        "ItemsPropertiesUpdated",
        MethodReply("a(ia{sv})a(ias)", (changed, [])),
    )
    assert _call_method(menu, "GetProperty", 2, "label") == (("s", "c"),)


def test_click_on_the_previous_menu_still_works() -> None:
    menu, chosen = _make_menu_object()
    menu.update(_make_menu("a", "b"))
    menu.update(_make_menu("a", "b", "c"))

    for number, event in ((2, "clicked"), (5, "clicked"), (5, "hovered")):
        _call_method(menu, "Event", number, event, ("s", ""), 0)
    _call_method(
        menu, "EventGroup", [(3, "clicked", ("s", ""), 0), (99, "clicked")]
    )

    assert chosen == ["b", "c", "a"]


def test_panels_read_the_layout_and_groups() -> None:
    menu, _ = _make_menu_object()
    menu.update(_make_menu("a", "b"))

    revision, (root, _, children) = _call_method(menu, "GetLayout", 0, -1, [])

    assert (revision, root, len(children)) == (1, 0, 2)
    (group,) = _call_method(menu, "GetGroupProperties", [2, 77], ["label"])
    assert group == [(2, {"label": ("s", "b")})]
    (group,) = _call_method(menu, "GetGroupProperties", [], [])
    assert [number for number, _ in group] == [0, 1, 2]
    assert _call_method(menu, "AboutToShow", 0) == (False,)
    assert _call_method(menu, "AboutToShowGroup", [0]) == ([], [])


def _make_item(text: str, **options: Any) -> Any:
    return MenuItem(text, lambda: None, **options)


def _make_menu_tree(*items: Any) -> Any:
    return Menu(*items)


SAMPLE_MENU = (_make_item("my_notes"), Menu.SEPARATOR, _make_item("Quit"))


def test_underscores_are_escaped() -> None:
    root = build_tree(_make_menu_tree(*SAMPLE_MENU))

    assert root.children[0].properties["label"] == ("s", "my__notes")
    assert root.children[1].properties["type"] == ("s", "separator")


def test_no_menu_is_an_empty_tree() -> None:
    assert build_tree(None).children == []


def test_check_states_and_disabled_entries_are_described() -> None:
    check, radio, plain = build_tree(
        _make_menu_tree(
            _make_item("a", checked=lambda _: True),
            _make_item("b", checked=lambda _: False, radio=True),
            _make_item("c", enabled=False),
        ),
    ).children

    assert check.properties["toggle-type"] == ("s", "checkmark")
    assert check.properties["toggle-state"] == ("i", 1)
    assert radio.properties["toggle-type"] == ("s", "radio")
    assert radio.properties["toggle-state"] == ("i", 0)
    assert plain.properties["enabled"] == ("b", False)


def test_submenu_entries_are_children() -> None:
    root = build_tree(
        _make_menu_tree(
            MenuItem("more", _make_menu_tree(*SAMPLE_MENU)), SAMPLE_MENU[2]
        )
    )

    more = root.children[0]

    assert more.properties["children-display"] == ("s", "submenu")
    assert len(more.children) == 3
    assert len(list(root.walk())) == 6


def test_tree_of_equal_structure_keeps_its_numbers() -> None:
    old, new = (
        build_tree(_make_menu_tree(*SAMPLE_MENU)),
        build_tree(_make_menu_tree(_make_item("2h"), *SAMPLE_MENU[1:])),
    )
    assign_numbers(old, 10)
    assert old.compute_structure() == new.compute_structure()

    changed, removed = transfer_numbers(old, new)

    assert changed == [(11, {"label": ("s", "2h")})]
    assert removed == []
    assert [node.number for node in new.walk()] == [0, 11, 12, 13]


def test_new_check_mark_changes_the_structure() -> None:
    plain = build_tree(_make_menu_tree(_make_item("a")))
    marked = build_tree(
        _make_menu_tree(_make_item("a", checked=lambda _: True))
    )

    assert plain.compute_structure() != marked.compute_structure()


def test_removed_properties_are_reported() -> None:
    old, new = (
        build_tree(_make_menu_tree(*SAMPLE_MENU)),
        build_tree(_make_menu_tree(*SAMPLE_MENU)),
    )
    old.children[0].properties["enabled"] = ("b", False)

    assert transfer_numbers(old, new)[1] == [(0, ["enabled"])]


def test_other_structure_gets_new_numbers() -> None:
    old, new = (
        build_tree(_make_menu_tree(*SAMPLE_MENU)),
        build_tree(_make_menu_tree(*SAMPLE_MENU, _make_item("more"))),
    )
    last = assign_numbers(old, 0)

    assert old.compute_structure() != new.compute_structure()
    assert assign_numbers(new, last) == 7
    assert [node.number for node in new.walk()] == [0, 4, 5, 6, 7]


def test_layout_has_only_the_requested_properties_and_depth() -> None:
    root = build_tree(_make_menu_tree(*SAMPLE_MENU))

    number, properties, children = root.build_layout(1, ["type"])

    assert (number, properties, len(children)) == (0, {}, 3)
    assert root.build_layout(0, [])[2] == []
