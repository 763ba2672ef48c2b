"""The menu as com.canonical.dbusmenu describes it to a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from claude_tray.tray.view import MenuEntry

Properties = dict[str, tuple[str, Any]]
Changed = list[tuple[int, Properties]]
Removed = list[tuple[int, list[str]]]


class Node:
    """One entry, as it was described last; the root has number 0."""

    __slots__ = ("children", "entry", "number", "properties")

    def __init__(
        self, entry: MenuEntry | None, properties: Properties
    ) -> None:
        self.entry = entry
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
        return (
            self.properties.get("type"),
            *(child.shape() for child in self.children),
        )

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


def tree_of(entries: Iterable[MenuEntry | None]) -> Node:
    """Return the tree of a menu; None stands for a separator."""
    root = Node(None, {"children-display": ("s", "submenu")})
    root.children = [_node(entry) for entry in entries]
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


def _node(entry: MenuEntry | None) -> Node:
    if entry is None:
        return Node(None, {"type": ("s", "separator")})
    # A single underscore marks the letter that chooses the entry.
    return Node(entry, {"label": ("s", entry.label.replace("_", "__"))})
