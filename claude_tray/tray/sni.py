"""
A tray icon for Linux: StatusNotifierItem and its menu over D-Bus.

What every panel of today takes; the specification is freedesktop's, what the
panels really do was found out by trying (docs/desktops.md).
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from typing import TYPE_CHECKING, Any, Final

from claude_tray.tray.action import Action, Anchor, Wish
from claude_tray.tray.bus import DBUS, PROPERTIES, Bus, Call, Reply
from claude_tray.tray.menu_object import MENU, MENU_PATH, MenuObject
from claude_tray.tray.menu_object import PROPERTIES as MENU_PROPERTIES
from claude_tray.tray.tooltip import host_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from claude_tray.tray.view import MenuEntry

_log = logging.getLogger(__name__)

ITEM: Final = "org.kde.StatusNotifierItem"
WATCHER: Final = "org.kde.StatusNotifierWatcher"
ITEM_PATH: Final = "/StatusNotifierItem"
_WATCHER_PATH: Final = "/StatusNotifierWatcher"
_BUS_PATH: Final = "/org/freedesktop/DBus"
# A watcher may own its name before it exports its object.
_RETRY_SECONDS: Final = (0.5, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)

# Width, height, and four bytes for each pixel: alpha, red, green, blue.
Pixmap = tuple[int, int, bytes]


class Item:
    """
    The icon and its menu, as panels see them.

    Args:
        name: What panels tell it from others by.
        do: Called in a thread of its own with what was chosen.
    """

    def __init__(
        self,
        name: str,
        do: Callable[[Wish], None],
    ) -> None:
        self._name = name
        self._do = do
        self._pixmaps: Sequence[Pixmap] = ()
        self._tooltip = name
        self._menu = MenuObject(self._choose)
        self._lock = threading.Lock()
        self._wishes: queue.SimpleQueue[Wish | None] = queue.SimpleQueue()
        self._timer: threading.Timer | None = None
        self.is_closed = False
        self.is_hosted = threading.Event()
        self._calls = self._served()
        self._bus = Bus(self._on_call, self._on_signal)

    def run(self) -> None:
        """Serve panels until `close`; blocks."""
        rule = (
            f"type='signal',sender='{DBUS}',member='NameOwnerChanged',"
            f"arg0='{WATCHER}'"
        )
        self._bus.call(Call(DBUS, _BUS_PATH, "AddMatch", "s", (rule,)))
        self._register(0)
        worker = threading.Thread(target=self._work_off, name="tray-actions")
        worker.start()
        try:
            self._bus.run()
        finally:
            self._wishes.put(None)
            with self._lock:
                if self._timer:
                    self._timer.cancel()
            worker.join()

    def close(self) -> None:
        """Take the icon away; `run` returns."""
        self.is_closed = True
        self.is_hosted.set()
        self._bus.close()

    def show_icon(self, pixmaps: Sequence[Pixmap]) -> None:
        self._pixmaps = pixmaps
        self._bus.signal(ITEM_PATH, ITEM, "NewIcon")

    def show_tooltip(self, text: str) -> None:
        self._tooltip = text
        self._bus.signal(ITEM_PATH, ITEM, "NewTitle")
        self._bus.signal(ITEM_PATH, ITEM, "NewToolTip")

    def show_menu(self, entries: Sequence[MenuEntry | None]) -> None:
        """Show a menu; one of the same shape changes while it is open."""
        told = self._menu.show(entries)
        if told is not None:
            self._bus.signal(MENU_PATH, MENU, *told)

    def _register(self, attempt: int) -> None:
        def registered(error: str, values: tuple[Any, ...]) -> None:
            del values
            if not error:
                self.is_hosted.set()
            elif (
                attempt < len(_RETRY_SECONDS) and "ServiceUnknown" not in error
            ):
                self._register_later(attempt)

        # The path and not a name: one panel loses items with a name.
        self._bus.call(
            Call(
                WATCHER,
                _WATCHER_PATH,
                "RegisterStatusNotifierItem",
                "s",
                (ITEM_PATH,),
            ),
            registered,
        )

    def _register_later(self, attempt: int) -> None:
        with self._lock:
            if self.is_closed:
                return
            self._timer = threading.Timer(
                _RETRY_SECONDS[attempt],
                self._register,
                (attempt + 1,),
            )
            self._timer.daemon = True
            self._timer.start()

    def _on_signal(self, member: str, values: tuple[Any, ...]) -> None:
        if member == "NameOwnerChanged" and values[0] == WATCHER:
            self.is_hosted.clear()
            if values[2]:
                self._register(0)

    def _on_call(
        self,
        interface: str,
        member: str,
        values: tuple[Any, ...],
    ) -> Reply:
        for (known, name), answer in self._calls.items():
            if name == member and interface in (known, ""):
                return answer(*values)
        text = f"no {interface}.{member}"
        raise LookupError(text)

    def _served(self) -> dict[tuple[str, str], Callable[..., Reply]]:
        return {
            **self._menu.calls,
            (ITEM, "Activate"): self._activate,
            (ITEM, "SecondaryActivate"): self._activate,
            (PROPERTIES, "Get"): self._get,
            (PROPERTIES, "GetAll"): self._get_all,
            (f"{DBUS}.Peer", "Ping"): lambda: Reply("", ()),
        }

    def _choose(self, entry: MenuEntry) -> None:
        self._wishes.put(Wish(entry.action))

    def _activate(self, x: int, y: int) -> Reply:
        # Where a panel does not know, it says 0, 0.
        anchor = Anchor(x, y) if x or y else None
        self._wishes.put(Wish(Action.OPEN_POPUP, anchor))
        return Reply("", ())

    def _get(self, interface: str, name: str) -> Reply:
        return Reply("v", (self._properties(interface)[name],))

    def _get_all(self, interface: str) -> Reply:
        return Reply("a{sv}", (self._properties(interface),))

    def _properties(self, interface: str) -> dict[str, tuple[str, Any]]:
        if interface == MENU:
            return MENU_PROPERTIES
        desktop = os.environ.get("XDG_CURRENT_DESKTOP", "")
        tooltip = host_tooltip(self._tooltip, desktop)
        return {
            "Category": ("s", "ApplicationStatus"),
            "Id": ("s", self._name),
            "Title": ("s", self._tooltip.partition("\n")[0]),
            "Status": ("s", "Active"),
            "WindowId": ("i", 0),
            "IconName": ("s", ""),
            "IconPixmap": ("a(iiay)", list(self._pixmaps)),
            "OverlayIconName": ("s", ""),
            "AttentionIconName": ("s", ""),
            "ToolTip": ("(sa(iiay)ss)", ("", [], *tooltip)),
            "Menu": ("o", MENU_PATH),
            "ItemIsMenu": ("b", False),
        }

    def _work_off(self) -> None:
        while (wish := self._wishes.get()) is not None:
            self._do(wish)
