"""A pystray menu as com.canonical.dbusmenu describes it to a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.tray.backends.library import Menu

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Properties = dict[str, tuple[str, Any]]
Changed = list[tuple[int, Properties]]
Removed = list[tuple[int, list[str]]]

# What a panel cannot change in an open menu.
_KINDS = ("type", "toggle-type", "children-display")


class Node:
    """
    One entry, as it was described last; the root has number 0.

    Args:
        item: pystray's; None is the root.
        properties: What panels are told of it.
    """

    __slots__ = ("children", "item", "number", "properties")

    def __init__(self, item: Any, properties: Properties) -> None:  # noqa: ANN401 - pystray has no types
        self.item = item
        self.properties = properties
        self.number = 0
        self.children: list[Node] = []

    def walk(self) -> Iterator[Node]:
        """Give out the node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def shape(self) -> tuple[object, ...]:
        """Return what cannot change while the menu is open."""
        kinds = tuple(self.properties.get(kind) for kind in _KINDS)
        return kinds, tuple(child.shape() for child in self.children)

    def layout(self, depth: int, names: Sequence[str]) -> tuple[Any, ...]:
        """Return the node as GetLayout tells it."""
        below = self.children if depth else []
        children = [("(ia{sv}av)", c.layout(depth - 1, names)) for c in below]
        return self.number, self.told(names), children

    def told(self, names: Sequence[str]) -> Properties:
        """Return the properties of these names; of none: all."""
        if not names:
            return self.properties
        return {k: v for k, v in self.properties.items() if k in names}


def tree_of(menu: Any) -> Node:  # noqa: ANN401 - pystray has no types
    """Return the tree of a pystray menu; None is an empty one."""
    root = Node(None, {"children-display": ("s", "submenu")})
    root.children = [_node(item) for item in menu or ()]
    return root


def number_anew(root: Node, after: int) -> int:
    """
    Give every entry a number above one and return the last.

    A number never comes back for another entry: panels keep old ones.
    """
    for node in root.walk():
        if node is not root:
            after += 1
            node.number = after
    return after


def keep_numbers(old: Node, new: Node) -> tuple[Changed, Removed]:
    """Give a tree of the same shape the old numbers; return what differs."""
    changed: Changed = []
    removed: Removed = []
    for before, after in zip(old.walk(), new.walk(), strict=True):
        after.number = before.number
        if other := _differing(before.properties, after.properties):
            changed.append((after.number, other))
        gone = [k for k in before.properties if k not in after.properties]
        if gone:
            removed.append((after.number, gone))
    return changed, removed


def _differing(
    before: Mapping[str, tuple[str, Any]],
    after: Mapping[str, tuple[str, Any]],
) -> Properties:
    return {k: v for k, v in after.items() if before.get(k) != v}


def _node(item: Any) -> Node:  # noqa: ANN401 - pystray has no types
    if item is Menu.SEPARATOR:
        return Node(item, {"type": ("s", "separator")})
    # A single underscore marks the letter that chooses the entry.
    properties: Properties = {"label": ("s", item.text.replace("_", "__"))}
    if not item.enabled:
        properties["enabled"] = ("b", False)
    if item.checked is not None:
        kind = "radio" if item.radio else "checkmark"
        properties["toggle-type"] = ("s", kind)
        properties["toggle-state"] = ("i", int(item.checked))
    node = Node(item, properties)
    if item.submenu is not None:
        properties["children-display"] = ("s", "submenu")
        node.children = [_node(child) for child in item.submenu]
    return node
