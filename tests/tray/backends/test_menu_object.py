from __future__ import annotations

from typing import Any

from claude_tray.desktop.bus import Reply
from claude_tray.tray.backends.library import Menu, MenuItem
from claude_tray.tray.backends.menu_object import MENU, MenuObject


def _menu(*labels: str) -> Any:
    return Menu(*(MenuItem(label, lambda: None) for label in labels))


def _object() -> tuple[MenuObject, list[str]]:
    chosen: list[str] = []
    return MenuObject(lambda item: chosen.append(item.text)), chosen


def _call(menu: MenuObject, member: str, *values: Any) -> Any:
    return menu.calls[MENU, member](*values).values


def test_a_first_menu_is_another_layout_and_the_same_again_is_nothing() -> (
    None
):
    menu, _ = _object()

    assert menu.show(_menu("a", "b")) == ("LayoutUpdated", Reply("ui", (1, 0)))
    assert menu.show(_menu("a", "b")) is None


def test_only_the_label_that_changed_is_told() -> None:
    menu, _ = _object()
    menu.show(_menu("a", "b"))

    told = menu.show(_menu("a", "c"))

    changed = [(2, {"label": ("s", "c")})]
    assert told == (
        "ItemsPropertiesUpdated",
        Reply("a(ia{sv})a(ias)", (changed, [])),
    )
    assert _call(menu, "GetProperty", 2, "label") == (("s", "c"),)


def test_a_click_on_the_menu_before_the_last_is_still_heard() -> None:
    menu, chosen = _object()
    menu.show(_menu("a", "b"))
    menu.show(_menu("a", "b", "c"))

    for number, event in ((2, "clicked"), (5, "clicked"), (5, "hovered")):
        _call(menu, "Event", number, event, ("s", ""), 0)
    _call(menu, "EventGroup", [(3, "clicked", ("s", ""), 0), (99, "clicked")])

    assert chosen == ["b", "c", "a"]


def test_panels_ask_for_the_layout_and_for_groups() -> None:
    menu, _ = _object()
    menu.show(_menu("a", "b"))

    revision, (root, _, children) = _call(menu, "GetLayout", 0, -1, [])

    assert (revision, root, len(children)) == (1, 0, 2)
    (group,) = _call(menu, "GetGroupProperties", [2, 77], ["label"])
    assert group == [(2, {"label": ("s", "b")})]
    (group,) = _call(menu, "GetGroupProperties", [], [])
    assert [number for number, _ in group] == [0, 1, 2]
    assert _call(menu, "AboutToShow", 0) == (False,)
    assert _call(menu, "AboutToShowGroup", [0]) == ([], [])
