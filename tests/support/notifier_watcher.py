"""Play the panel's part on the bus: accept icons and collect their signals."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any, Self

from claude_tray.platform.dbus import (
    DBUS,
    IncomingCall,
    MethodCall,
    MethodReply,
    SessionBus,
)

if TYPE_CHECKING:
    from types import TracebackType


NAME = "org.kde.StatusNotifierWatcher"


class FakeStatusNotifierWatcher:
    """
    Accepts icons as a panel does.

    Args:
        rejections: Number of registrations to reject first, as while starting.
    """

    def __init__(self, rejections: int = 0) -> None:
        self.registered: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.signals: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._rejections = rejections
        self._bus = SessionBus(self._handle_call, self._on_signal)
        self._thread = threading.Thread(target=self._bus.run, name="watcher")

    def __enter__(self) -> Self:
        self._thread.start()
        path = "/org/freedesktop/DBus"
        for interface in (
            "org.kde.StatusNotifierItem",
            "com.canonical.dbusmenu",
        ):
            rule = f"type='signal',interface='{interface}'"
            self._bus.call(MethodCall(DBUS, path, "AddMatch", "s", (rule,)))
        owned = threading.Event()
        self._bus.call(
            MethodCall(DBUS, path, "RequestName", "su", (NAME, 0)),
            lambda *_: owned.set(),
        )
        assert owned.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bus.close()
        self._thread.join()

    def drain_signal_names(self) -> list[str]:
        """Return the names of the signals since the last call."""
        names = []
        while not self.signals.empty():
            names.append(self.signals.get()[0])
        return names

    def _handle_call(self, call: IncomingCall) -> MethodReply:
        _, interface, member, values = call
        if member != "RegisterStatusNotifierItem" or self._rejections:
            self._rejections = max(0, self._rejections - 1)
            text = f"no {interface}.{member}"
            raise LookupError(text)
        self.registered.put(values[0])
        return MethodReply("", ())

    def _on_signal(self, member: str, values: tuple[Any, ...]) -> None:
        if member not in ("NameAcquired", "NameOwnerChanged"):
            self.signals.put((member, values))
