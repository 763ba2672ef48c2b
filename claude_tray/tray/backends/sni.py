"""
A pystray backend for Linux: StatusNotifierItem and its menu over D-Bus.

What every panel of today takes; the specification is freedesktop's, what the
panels really do was found out by trying (docs/desktops.md). Beyond pystray: an
icon may be a function of the size, and `hosted` tells whether a panel has it.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Any, Final

from claude_tray.desktop.bus import DBUS, PROPERTIES, Bus, Call, Reply
from claude_tray.desktop.freedesktop import close_call, notify_call
from claude_tray.drawing.pixmap import pixmaps_of
from claude_tray.tray.backends.later import Later
from claude_tray.tray.backends.library import BaseIcon
from claude_tray.tray.backends.menu_object import MENU, MENU_PATH, MenuObject
from claude_tray.tray.backends.menu_object import PROPERTIES as OF_THE_MENU
from claude_tray.tray.backends.sni_properties import Pixmap, properties_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_log = logging.getLogger(__name__)

ITEM: Final = "org.kde.StatusNotifierItem"
WATCHER: Final = "org.kde.StatusNotifierWatcher"
ITEM_PATH: Final = "/StatusNotifierItem"
_WATCHER_PATH: Final = "/StatusNotifierWatcher"
_BUS_PATH: Final = "/org/freedesktop/DBus"
# A watcher may own its name before it exports its object; outside Plasma kded
# may own it for minutes without one.
_SETTLED_SECONDS: Final = 3.0
_RETRY_SECONDS: Final = (0.5, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Icon(BaseIcon):
    """
    The icon and its menu, as panels see them.

    Callbacks run on a thread of their own, so that none freezes a panel.

    Attributes:
        is_hosted: A panel has the icon.
        changed: Called, on any thread, when that has changed.
        anchor: Where the icon was clicked last; None if it was not told.
    """

    def __init__(self, name: str, icon: Any = None, *more: Any) -> None:  # noqa: ANN401 - pystray's
        """
        Connect to the session bus.

        Raises:
            NoTrayError: There is none.
        """
        super().__init__(name, icon, *more)
        self.is_hosted = False
        self.changed: Callable[[], None] = lambda: None
        self.anchor: tuple[int, int] | None = None
        self._pixmaps: Sequence[Pixmap] = ()
        self._is_shown = False
        self._is_hiding = False
        self._is_ended = False
        self._thread: threading.Thread | None = None
        self._notification = 0
        self._later = Later()
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[Callable[[Any], Any] | None]
        self._work = queue.SimpleQueue()
        self._menu_object = MenuObject(self._work.put)
        self._calls = self._served()
        self._bus = Bus(self._on_call, self._on_signal)

    def _run(self) -> None:
        worker = threading.Thread(target=self._work_off, name="tray-actions")
        worker.start()
        try:
            self._watch()
            self._mark_ready()
            self._bus.run()
            while self._is_connected_anew():
                self._watch()
                if self._is_shown:
                    self._register(self._bus, 0)
                self._bus.run()
        finally:
            self._set_hosted(self._bus, is_hosted=False)
            self._work.put(None)
            self._later.end()
            worker.join()

    def _is_connected_anew(self) -> bool:
        """Connect again after hiding, unless the end was asked for."""
        # Panels drop an icon only with its connection.
        with self._lock:
            if self._is_ended or not self._is_hiding:
                return False
            self._is_hiding = False
            self._bus = Bus(self._on_call, self._on_signal)
            return True

    def _run_detached(self) -> None:
        self._thread = threading.Thread(target=self._run, name="tray-bus")
        self._thread.start()

    def join(self) -> None:
        """Wait until what ran detached has ended."""
        if self._thread is not None:
            self._thread.join()

    def _stop(self) -> None:
        with self._lock:
            self._is_ended = True
            self._bus.close()

    def _show(self) -> None:
        self._is_shown = True
        self._register(self._bus, 0)

    def _hide(self) -> None:
        self._is_shown = False
        self._is_hiding = True
        self._bus.close()
        self._set_hosted(self._bus, is_hosted=False)

    def _set_hosted(self, bus: Bus, *, is_hosted: bool) -> None:
        with self._lock:
            if is_hosted and bus.is_closed:
                # Hidden meanwhile: the panel has an icon that is gone.
                return
            is_news, self.is_hosted = is_hosted != self.is_hosted, is_hosted
        if is_news:
            self.changed()

    def _update_icon(self) -> None:
        self._pixmaps = pixmaps_of(self.icon)
        self._icon_valid = True
        self._bus.signal(ITEM_PATH, ITEM, "NewIcon")

    def _update_title(self) -> None:
        self._bus.signal(ITEM_PATH, ITEM, "NewTitle")
        self._bus.signal(ITEM_PATH, ITEM, "NewToolTip")

    def _update_menu(self) -> None:
        told = self._menu_object.show(self.menu)
        if told is not None:
            self._bus.signal(MENU_PATH, MENU, *told)

    def _notify(self, message: str, title: str | None = None) -> None:
        heading = title or self.title.partition("\n")[0]
        self._bus.call(
            notify_call(self.name, self._notification, heading, message),
            self._keep_notification,
        )

    def _remove_notification(self) -> None:
        self._bus.call(close_call(self._notification))

    def _keep_notification(self, error: str, values: tuple[Any, ...]) -> None:
        self._notification = 0 if error else values[0]

    def _watch(self) -> None:
        rule = (
            f"type='signal',sender='{DBUS}',member='NameOwnerChanged',"
            f"arg0='{WATCHER}'"
        )
        self._bus.call(Call(DBUS, _BUS_PATH, "AddMatch", "s", (rule,)))

    def _register(self, bus: Bus, attempt: int) -> None:
        def registered(error: str, values: tuple[Any, ...]) -> None:
            del values
            if bus.is_closed:
                return
            if not error:
                self._set_hosted(bus, is_hosted=True)
                # What changes while it takes the icon up, GNOME misses.
                self._later.do(_SETTLED_SECONDS, self._tell_again)
            elif "ServiceUnknown" not in error:
                last = len(_RETRY_SECONDS) - 1
                seconds = _RETRY_SECONDS[min(attempt, last)]
                self._later.do(seconds, self._register, bus, attempt + 1)

        # The path and not a name: one panel loses items with a name.
        words = ("RegisterStatusNotifierItem", "s", (ITEM_PATH,))
        bus.call(Call(WATCHER, _WATCHER_PATH, *words), registered)

    def _tell_again(self) -> None:
        self._bus.signal(ITEM_PATH, ITEM, "NewIcon")
        self._update_title()

    def _on_signal(self, member: str, values: tuple[Any, ...]) -> None:
        if member == "NameOwnerChanged" and values[0] == WATCHER:
            self._set_hosted(self._bus, is_hosted=False)
            if values[2] and self._is_shown:
                self._register(self._bus, 0)

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
            **self._menu_object.calls,
            (ITEM, "Activate"): self._activate,
            (ITEM, "SecondaryActivate"): self._activate,
            (PROPERTIES, "Get"): self._get,
            (PROPERTIES, "GetAll"): self._get_all,
            (f"{DBUS}.Peer", "Ping"): lambda: Reply("", ()),
        }

    def _activate(self, x: int, y: int) -> Reply:
        # Where a panel does not know, it says 0, 0.
        self.anchor = (x, y) if x or y else None
        self._work.put(lambda icon: icon())
        return Reply("", ())

    def _get(self, interface: str, name: str) -> Reply:
        return Reply("v", (self._properties(interface)[name],))

    def _get_all(self, interface: str) -> Reply:
        return Reply("a{sv}", (self._properties(interface),))

    def _properties(self, interface: str) -> dict[str, tuple[str, Any]]:
        if interface == MENU:
            return OF_THE_MENU
        return properties_of(self, self._pixmaps)

    def _work_off(self) -> None:
        while (work := self._work.get()) is not None:
            work(self)
