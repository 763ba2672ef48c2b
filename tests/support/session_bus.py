"""Run a private session bus and a notification server on it."""

from __future__ import annotations

import queue
import subprocess
import threading
from typing import TYPE_CHECKING, Any, Self

from claude_tray.platform.dbus import (
    DBUS,
    IncomingCall,
    MethodCall,
    MethodReply,
    SessionBus,
)
from claude_tray.platform.notifications.dbus import (
    NOTIFICATION_PATH,
    NOTIFICATION_SERVICE,
)

if TYPE_CHECKING:
    from types import TracebackType


_INTROSPECTION = """<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
<arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>"""


class PrivateSessionBus:
    """A private dbus-daemon."""

    def __enter__(self) -> str:
        self._daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdout is not None
        with self._daemon.stdout as stdout:
            return stdout.readline().decode().strip()

    def __exit__(self, *_: object) -> None:
        self._daemon.terminate()
        self._daemon.wait()


class FakeNotificationServer:
    """
    Accepts notifications as a desktop does, and clicks them.

    Uses the bus at DBUS_SESSION_BUS_ADDRESS.
    """

    def __init__(self) -> None:
        self.shown: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self.closed: list[int] = []
        self._last_id = 0
        self._bus = SessionBus(self._handle_call, lambda *_: None)
        self._thread = threading.Thread(target=self._bus.run, name="server")

    def __enter__(self) -> Self:
        self._thread.start()
        owned = threading.Event()
        path = "/org/freedesktop/DBus"
        self._bus.call(
            MethodCall(
                DBUS, path, "RequestName", "su", (NOTIFICATION_SERVICE, 0)
            ),
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

    def click(self, notification_id: int, action: str = "default") -> None:
        reply = MethodReply("us", (notification_id, action))
        self._bus.emit_signal(
            NOTIFICATION_PATH, NOTIFICATION_SERVICE, "ActionInvoked", reply
        )

    def _handle_call(self, call: IncomingCall) -> MethodReply:
        _, interface, member, values = call
        if member == "Notify":
            self._last_id += 1
            notification_id = values[1] or self._last_id
            self.shown.put((notification_id, *values))
            return MethodReply("u", (notification_id,))
        if member == "GetCapabilities":
            return MethodReply("as", (["actions", "body", "body-markup"],))
        if member == "GetServerInformation":
            return MethodReply("ssss", ("tests", "nobody", "1", "1.2"))
        if member == "CloseNotification":
            self.closed.append(values[0])
            return MethodReply("", ())
        if member == "Introspect":
            return MethodReply("s", (_INTROSPECTION,))
        text = f"no {interface}.{member}"
        raise LookupError(text)
