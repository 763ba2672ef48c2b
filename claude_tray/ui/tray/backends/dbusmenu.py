"""Serve a pystray menu to panels as com.canonical.dbusmenu."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from claude_tray.platform.dbus import MethodReply
from claude_tray.ui.tray.backends.pystray import Menu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


MenuProperties = dict[str, tuple[str, Any]]
ChangedProperties = list[tuple[int, MenuProperties]]
RemovedProperties = list[tuple[int, list[str]]]

# Panels cannot change these properties while the menu is open.
_STRUCTURAL_PROPERTIES = ("type", "toggle-type", "children-display")


class MenuNode:
    """
    Menu entry as last described to panels; the root has number 0.

    Args:
        item: pystray's menu item; None for the root.
        properties: Properties served to panels, each with its signature.
    """

    __slots__ = ("children", "item", "number", "properties")

    def __init__(self, item: Any, properties: MenuProperties) -> None:
        self.item = item
        self.properties = properties
        self.number = 0
        self.children: list[MenuNode] = []

    def walk(self) -> Iterator[MenuNode]:
        """Yield the node and all nodes below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def compute_structure(self) -> tuple[object, ...]:
        """Return everything that panels cannot change in an open menu."""
        kinds = tuple(
            self.properties.get(kind) for kind in _STRUCTURAL_PROPERTIES
        )
        return kinds, tuple(
            child.compute_structure() for child in self.children
        )

    def build_layout(
        self, depth: int, names: Sequence[str]
    ) -> tuple[Any, ...]:
        """Return the node in the format of GetLayout; depth -1 for all levels."""
        visible_children = self.children if depth else []
        children = [
            ("(ia{sv}av)", c.build_layout(depth - 1, names))
            for c in visible_children
        ]
        return self.number, self.select_properties(names), children

    def select_properties(self, names: Sequence[str]) -> MenuProperties:
        """Return the named properties, or all if no name is given."""
        if not names:
            return self.properties
        return {k: v for k, v in self.properties.items() if k in names}


def build_tree(menu: Any) -> MenuNode:
    """Build the tree of a pystray menu; None is an empty menu."""
    root = MenuNode(None, {"children-display": ("s", "submenu")})
    root.children = [_build_node(item) for item in menu or ()]
    return root


def assign_numbers(root: MenuNode, last_number: int) -> int:
    """
    Number every entry above `last_number`; return the last number used.

    Numbers are never reused for another entry, because panels cache them.
    """
    for node in root.walk():
        if node is not root:
            last_number += 1
            node.number = last_number
    return last_number


def transfer_numbers(
    old: MenuNode, new: MenuNode
) -> tuple[ChangedProperties, RemovedProperties]:
    """Copy the numbers to a tree of the same structure; return the changes."""
    changed: ChangedProperties = []
    removed: RemovedProperties = []
    for before, after in zip(old.walk(), new.walk(), strict=True):
        after.number = before.number
        if changes := _find_changed_properties(
            before.properties, after.properties
        ):
            changed.append((after.number, changes))
        removed_names = [
            k for k in before.properties if k not in after.properties
        ]
        if removed_names:
            removed.append((after.number, removed_names))
    return changed, removed


def _find_changed_properties(
    before: Mapping[str, tuple[str, Any]],
    after: Mapping[str, tuple[str, Any]],
) -> MenuProperties:
    return {k: v for k, v in after.items() if before.get(k) != v}


def _build_node(item: Any) -> MenuNode:
    if item is Menu.SEPARATOR:
        return MenuNode(item, {"type": ("s", "separator")})
    # A single underscore would mark a mnemonic.
    properties: MenuProperties = {"label": ("s", item.text.replace("_", "__"))}
    if not item.enabled:
        properties["enabled"] = ("b", False)
    if item.checked is not None:
        kind = "radio" if item.radio else "checkmark"
        properties["toggle-type"] = ("s", kind)
        properties["toggle-state"] = ("i", int(item.checked))
    node = MenuNode(item, properties)
    if item.submenu is not None:
        properties["children-display"] = ("s", "submenu")
        node.children = [_build_node(child) for child in item.submenu]
    return node


MENU_INTERFACE: Final = "com.canonical.dbusmenu"
MENU_PATH: Final = "/MenuBar"

MENU_PROPERTIES: Final[dict[str, tuple[str, Any]]] = {
    "Version": ("u", 3),
    "TextDirection": ("s", "ltr"),
    "Status": ("s", "normal"),
    "IconThemePath": ("as", []),
}


class DbusMenu:
    """
    Implements the methods of the menu's D-Bus interface.

    Args:
        on_click: Called with the clicked pystray item, on the bus's thread.
    """

    def __init__(self, on_click: Callable[[Any], None]) -> None:
        self._on_click = on_click
        self._root = build_tree(None)
        self._nodes: dict[int, MenuNode] = {0: self._root}
        self._old_nodes: dict[int, MenuNode] = {}
        self._revision = 0
        self._last_number = 0
        self._lock = threading.Lock()
        self.handlers: dict[tuple[str, str], Callable[..., MethodReply]] = {
            (MENU_INTERFACE, "GetLayout"): self._get_layout,
            (MENU_INTERFACE, "GetGroupProperties"): self._get_group_properties,
            (MENU_INTERFACE, "GetProperty"): self._get_property,
            (MENU_INTERFACE, "Event"): self._handle_event,
            (MENU_INTERFACE, "EventGroup"): self._handle_event_group,
            (MENU_INTERFACE, "AboutToShow"): lambda _: MethodReply(
                "b", (False,)
            ),
            (MENU_INTERFACE, "AboutToShowGroup"): lambda _: MethodReply(
                "aiai", ([], [])
            ),
        }

    def update(self, menu: Any) -> tuple[str, MethodReply] | None:
        """
        Replace the menu; return the signal for panels, None without a change.

        If the structure is the same, panels update the menu while it is open.
        """
        with self._lock:
            old, new = self._root, build_tree(menu)
            self._root = new
            if old.compute_structure() == new.compute_structure():
                changes = transfer_numbers(old, new)
                self._nodes = {node.number: node for node in new.walk()}
                if not any(changes):
                    return None
                reply = MethodReply("a(ia{sv})a(ias)", changes)
                return "ItemsPropertiesUpdated", reply
            self._last_number = assign_numbers(new, self._last_number)
            self._old_nodes = self._nodes
            self._nodes = {node.number: node for node in new.walk()}
            self._revision += 1
            return "LayoutUpdated", MethodReply("ui", (self._revision, 0))

    def _get_layout(
        self,
        parent: int,
        depth: int,
        names: Sequence[str],
    ) -> MethodReply:
        with self._lock:
            layout = self._nodes[parent].build_layout(depth, names)
            return MethodReply("u(ia{sv}av)", (self._revision, layout))

    def _get_group_properties(
        self, numbers: Sequence[int], names: Sequence[str]
    ) -> MethodReply:
        with self._lock:
            properties = [
                (number, self._nodes[number].select_properties(names))
                for number in numbers or self._nodes
                if number in self._nodes
            ]
        return MethodReply("a(ia{sv})", (properties,))

    def _get_property(self, number: int, name: str) -> MethodReply:
        with self._lock:
            return MethodReply("v", (self._nodes[number].properties[name],))

    def _handle_event(
        self, number: int, event: str, *more: object
    ) -> MethodReply:
        del more
        with self._lock:
            # A panel may still show the previous menu.
            node = self._nodes.get(number) or self._old_nodes.get(number)
        if node and node.item and event == "clicked":
            self._on_click(node.item)
        return MethodReply("", ())

    def _handle_event_group(
        self, events: Sequence[tuple[Any, ...]]
    ) -> MethodReply:
        for event in events:
            self._handle_event(*event)
        return MethodReply("ai", ([],))
