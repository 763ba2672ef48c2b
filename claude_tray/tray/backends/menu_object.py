"""The menu's object on the bus: com.canonical.dbusmenu."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from claude_tray.desktop.bus import Reply
from claude_tray.tray.backends.menu_tree import (
    Node,
    keep_numbers,
    number_anew,
    tree_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MENU: Final = "com.canonical.dbusmenu"
MENU_PATH: Final = "/MenuBar"

PROPERTIES: Final[dict[str, tuple[str, Any]]] = {
    "Version": ("u", 3),
    "TextDirection": ("s", "ltr"),
    "Status": ("s", "normal"),
    "IconThemePath": ("as", []),
}


class MenuObject:
    """
    Answers panels about the menu.

    Args:
        choose: Told of pystray's item that was clicked, on the bus's thread.
    """

    def __init__(self, choose: Callable[[Any], None]) -> None:
        self._choose = choose
        self._root = tree_of(None)
        self._nodes: dict[int, Node] = {0: self._root}
        self._old_nodes: dict[int, Node] = {}
        self._revision = 0
        self._last_number = 0
        self._lock = threading.Lock()
        self.calls: dict[tuple[str, str], Callable[..., Reply]] = {
            (MENU, "GetLayout"): self._get_layout,
            (MENU, "GetGroupProperties"): self._get_group,
            (MENU, "GetProperty"): self._get_property,
            (MENU, "Event"): self._event,
            (MENU, "EventGroup"): self._event_group,
            (MENU, "AboutToShow"): lambda _: Reply("b", (False,)),
            (MENU, "AboutToShowGroup"): lambda _: Reply("aiai", ([], [])),
        }

    def show(self, menu: Any) -> tuple[str, Reply] | None:  # noqa: ANN401 - pystray has no types
        """
        Take a menu; return the signal that tells panels, None for no change.

        One of the same shape changes while it is open.
        """
        with self._lock:
            old, new = self._root, tree_of(menu)
            self._root = new
            if old.shape() == new.shape():
                changes = keep_numbers(old, new)
                self._nodes = {node.number: node for node in new.walk()}
                if not any(changes):
                    return None
                reply = Reply("a(ia{sv})a(ias)", changes)
                return "ItemsPropertiesUpdated", reply
            self._last_number = number_anew(new, self._last_number)
            self._old_nodes = self._nodes
            self._nodes = {node.number: node for node in new.walk()}
            self._revision += 1
            return "LayoutUpdated", Reply("ui", (self._revision, 0))

    def _get_layout(
        self,
        parent: int,
        depth: int,
        names: Sequence[str],
    ) -> Reply:
        with self._lock:
            layout = self._nodes[parent].layout(depth, names)
            return Reply("u(ia{sv}av)", (self._revision, layout))

    def _get_group(
        self, numbers: Sequence[int], names: Sequence[str]
    ) -> Reply:
        with self._lock:
            told = [
                (number, self._nodes[number].told(names))
                for number in numbers or self._nodes
                if number in self._nodes
            ]
        return Reply("a(ia{sv})", (told,))

    def _get_property(self, number: int, name: str) -> Reply:
        with self._lock:
            return Reply("v", (self._nodes[number].properties[name],))

    def _event(self, number: int, event: str, *more: object) -> Reply:
        del more
        with self._lock:
            # A panel may still show the menu before the last.
            node = self._nodes.get(number) or self._old_nodes.get(number)
        if node and node.item and event == "clicked":
            self._choose(node.item)
        return Reply("", ())

    def _event_group(self, events: Sequence[tuple[Any, ...]]) -> Reply:
        for event in events:
            self._event(*event)
        return Reply("ai", ([],))
