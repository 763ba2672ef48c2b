"""
pystray backend for Linux: StatusNotifierItem and its menu over D-Bus.

All current panels support it. The specification is by freedesktop.org; the
actual behavior of panels was found by testing (docs/desktops.md). In addition
to pystray, an icon may be a function of the size, and `is_hosted` shows
whether a panel has the icon.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Any, Final

from claude_tray.platform.dbus import (
    DBUS,
    PROPERTIES,
    IncomingCall,
    MethodCall,
    MethodReply,
    SessionBus,
)
from claude_tray.platform.notifications.dbus import (
    build_close_call,
    build_notify_call,
)
from claude_tray.ui.icon.encode import encode_pixmaps
from claude_tray.ui.tray.backends.dbusmenu import (
    MENU_INTERFACE,
    MENU_PATH,
    MENU_PROPERTIES,
    DbusMenu,
)
from claude_tray.ui.tray.backends.debounce import Debouncer
from claude_tray.ui.tray.backends.icon_files import (
    IconFiles,
    ThemedIcon,
    is_scaling_host,
)
from claude_tray.ui.tray.backends.pystray import BaseIcon
from claude_tray.ui.tray.backends.sni_properties import (
    Pixmap,
    build_item_properties,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_log = logging.getLogger(__name__)

ITEM_INTERFACE: Final = "org.kde.StatusNotifierItem"
WATCHER_NAME: Final = "org.kde.StatusNotifierWatcher"
ITEM_PATH: Final = "/StatusNotifierItem"
_WATCHER_PATH: Final = "/StatusNotifierWatcher"
_DBUS_PATH: Final = "/org/freedesktop/DBus"
# GNOME misses changes while it adds an icon.
_RESEND_SECONDS: Final = 3.0
# A watcher may own its name before it exports its object; outside of Plasma,
# kded may own it for minutes without an object.
_RETRY_SECONDS: Final = (0.5, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class StatusNotifierIcon(BaseIcon):
    """
    Icon and menu on the session bus.

    Callbacks run on a thread of their own, so that they never block a panel.

    Attributes:
        is_hosted: A panel has the icon.
        on_hosted_changed: Called on any thread when `is_hosted` has changed.
        anchor: Screen position of the last click; None if unknown.
    """

    def __init__(self, name: str, icon: Any = None, *more: Any) -> None:
        """
        Connect to the session bus.

        Raises:
            NoTrayError: There is no session bus.
        """
        super().__init__(name, icon, *more)
        self.is_hosted = False
        self.on_hosted_changed: Callable[[], None] = lambda: None
        self.anchor: tuple[int, int] | None = None
        self._pixmaps: Sequence[Pixmap] = ()
        self._icon_files = IconFiles()
        # Written when a panel requests it; None after a change of the icon.
        self._themed_icon: ThemedIcon | None = None
        # Panels by their bus name, and whether they scale pictures.
        self._hosts: dict[str, bool] = {}
        self._is_shown = False
        self._is_hiding = False
        self._is_stopped = False
        self._thread: threading.Thread | None = None
        self._notification_id = 0
        self._debouncer = Debouncer()
        self._lock = threading.Lock()
        self._icon_lock = threading.Lock()
        self._callbacks: queue.SimpleQueue[Callable[[Any], Any] | None]
        self._callbacks = queue.SimpleQueue()
        self._dbus_menu = DbusMenu(self._callbacks.put)
        self._handlers = self._build_handlers()
        self._bus = SessionBus(self._on_call, self._on_signal)

    def _run(self) -> None:
        worker = threading.Thread(
            target=self._run_callbacks, name="tray-actions"
        )
        worker.start()
        try:
            self._watch_owner()
            self._mark_ready()
            self._bus.run()
            while self._reconnect():
                self._watch_owner()
                if self._is_shown:
                    self._register(self._bus, 0)
                self._bus.run()
        finally:
            self._set_hosted(self._bus, is_hosted=False)
            self._callbacks.put(None)
            self._debouncer.close()
            worker.join()
            self._icon_files.close()

    def _reconnect(self) -> bool:
        """Connect again after hiding; return False once stopped."""
        # Panels remove an icon only when its connection ends.
        with self._lock:
            if self._is_stopped or not self._is_hiding:
                return False
            self._is_hiding = False
            self._bus = SessionBus(self._on_call, self._on_signal)
            return True

    def _run_detached(self) -> None:
        self._thread = threading.Thread(target=self._run, name="tray-bus")
        self._thread.start()

    def join(self) -> None:
        """Wait for the end of `run_detached`."""
        if self._thread is not None:
            self._thread.join()

    def _stop(self) -> None:
        with self._lock:
            self._is_stopped = True
            self._bus.close()

    def _show(self) -> None:
        self._is_shown = True
        self._register(self._bus, 0)

    def _hide(self) -> None:
        self._is_shown = False
        self._is_hiding = True
        self._bus.close()
        self._set_hosted(self._bus, is_hosted=False)

    def _set_hosted(self, bus: SessionBus, *, is_hosted: bool) -> None:
        with self._lock:
            if is_hosted and bus.is_closed:
                # The icon was hidden meanwhile, so the panel has dropped it.
                return
            has_changed, self.is_hosted = (
                is_hosted != self.is_hosted,
                is_hosted,
            )
        if has_changed:
            self.on_hosted_changed()

    def _update_icon(self) -> None:
        self._pixmaps = encode_pixmaps(self.icon)
        self._themed_icon = None
        self._icon_valid = True
        self._announce_icon()

    def _announce_icon(self) -> None:
        if any(self._hosts.values()):
            # First, as panels load the icon with the next signal.
            path = "NewIconThemePath"
            folder = MethodReply("s", (self._get_themed_icon().folder,))
            self._bus.emit_signal(ITEM_PATH, ITEM_INTERFACE, path, folder)
        self._bus.emit_signal(ITEM_PATH, ITEM_INTERFACE, "NewIcon")

    def _get_themed_icon(self) -> ThemedIcon:
        with self._icon_lock:
            if self._themed_icon is None:
                self._themed_icon = self._icon_files.write(self.icon)
            return self._themed_icon

    def _update_title(self) -> None:
        self._bus.emit_signal(ITEM_PATH, ITEM_INTERFACE, "NewTitle")
        self._bus.emit_signal(ITEM_PATH, ITEM_INTERFACE, "NewToolTip")

    def _update_menu(self) -> None:
        signal = self._dbus_menu.update(self.menu)
        if signal is not None:
            self._bus.emit_signal(MENU_PATH, MENU_INTERFACE, *signal)

    def _notify(self, message: str, title: str | None = None) -> None:
        heading = title or self.title.partition("\n")[0]
        self._bus.call(
            build_notify_call(
                self.name, self._notification_id, heading, message
            ),
            self._on_notification_sent,
        )

    def _remove_notification(self) -> None:
        self._bus.call(build_close_call(self._notification_id))

    def _on_notification_sent(
        self, error: str, values: tuple[Any, ...]
    ) -> None:
        self._notification_id = 0 if error else values[0]

    def _watch_owner(self) -> None:
        rule = (
            f"type='signal',sender='{DBUS}',member='NameOwnerChanged',"
            f"arg0='{WATCHER_NAME}'"
        )
        self._bus.call(MethodCall(DBUS, _DBUS_PATH, "AddMatch", "s", (rule,)))

    def _register(self, bus: SessionBus, attempt: int) -> None:
        def on_registered(error: str, values: tuple[Any, ...]) -> None:
            del values
            if bus.is_closed:
                return
            if not error:
                self._set_hosted(bus, is_hosted=True)
                self._debouncer.schedule(_RESEND_SECONDS, self._resend_icon)
            elif "ServiceUnknown" not in error:
                last = len(_RETRY_SECONDS) - 1
                seconds = _RETRY_SECONDS[min(attempt, last)]
                self._debouncer.schedule(
                    seconds, self._register, bus, attempt + 1
                )

        # By path instead of bus name: one panel loses items with a name.
        call_args = ("RegisterStatusNotifierItem", "s", (ITEM_PATH,))
        bus.call(
            MethodCall(WATCHER_NAME, _WATCHER_PATH, *call_args), on_registered
        )

    def _resend_icon(self) -> None:
        self._announce_icon()
        self._update_title()

    def _on_signal(self, member: str, values: tuple[Any, ...]) -> None:
        if member == "NameOwnerChanged" and values[0] == WATCHER_NAME:
            self._set_hosted(self._bus, is_hosted=False)
            if values[2] and self._is_shown:
                self._register(self._bus, 0)

    def _on_call(self, call: IncomingCall) -> MethodReply:
        if call.interface == PROPERTIES:
            return self._handle_properties(call)
        for (interface, name), handler in self._handlers.items():
            if name == call.member and call.interface in (interface, ""):
                return handler(*call.values)
        text = f"no {call.interface}.{call.member}"
        raise LookupError(text)

    def _build_handlers(
        self,
    ) -> dict[tuple[str, str], Callable[..., MethodReply]]:
        return {
            **self._dbus_menu.handlers,
            (ITEM_INTERFACE, "Activate"): self._handle_activate,
            (ITEM_INTERFACE, "SecondaryActivate"): self._handle_activate,
            (f"{DBUS}.Peer", "Ping"): lambda: MethodReply("", ()),
        }

    def _handle_activate(self, x: int, y: int) -> MethodReply:
        # Panels that do not know the position send 0, 0.
        self.anchor = (x, y) if x or y else None
        self._callbacks.put(lambda icon: icon())
        return MethodReply("", ())

    def _handle_properties(self, call: IncomingCall) -> MethodReply:
        interface = call.values[0]
        if interface == MENU_INTERFACE:
            properties = MENU_PROPERTIES
        else:
            icon = ThemedIcon()
            if self._scales_pictures(call.sender):
                icon = self._get_themed_icon()
            properties = build_item_properties(self, self._pixmaps, icon)
        if call.member == "Get":
            return MethodReply("v", (properties[call.values[1]],))
        if call.member == "GetAll":
            return MethodReply("a{sv}", (properties,))
        raise LookupError(call.member)

    def _scales_pictures(self, sender: str) -> bool:
        """Return whether a panel does; False until it is known."""
        if sender not in self._hosts:
            self._hosts[sender] = False

            def on_process(error: str, values: tuple[Any, ...]) -> None:
                if not error and is_scaling_host(values[0]):
                    self._hosts[sender] = True
                    self._announce_icon()

            member = "GetConnectionUnixProcessID"
            call = MethodCall(DBUS, _DBUS_PATH, member, "s", (sender,))
            self._bus.call(call, on_process)
        return self._hosts[sender]

    def _run_callbacks(self) -> None:
        while (callback := self._callbacks.get()) is not None:
            try:
                callback(self)
            except Exception:  # noqa: BLE001 - later clicks must work
                _log.exception("A click failed")
