"""
Run Cocoa's event loop; import it on macOS only.

Only the main thread may use AppKit.
"""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import DesktopError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

try:
    import AppKit
    import Foundation
    from PyObjCTools import AppHelper
except ImportError as error:
    raise DesktopError(gettext_noop("pyobjc is not installed.")) from error

__all__ = [
    "AppHelper",
    "AppKit",
    "Foundation",
    "call_on_main_thread",
    "create_app",
    "create_image",
    "run_app",
    "stop_app",
]

# One selector; the name exceeds a line.
_CREATE_EVENT: Final = (
    "otherEventWithType_location_modifierFlags_timestamp_"
    "windowNumber_context_subtype_data1_data2_"
)
# pyobjc passes Cocoa's arguments by position only.
_AT_START: Final = True


def create_app() -> Any:
    """Return the application, without Dock icon and menu bar."""
    app = AppKit.NSApplication.sharedApplication()
    app.setActivationPolicy_(AppKit.NSApplicationActivationPolicyAccessory)
    return app


def run_app(app: Any) -> None:
    """Run the event loop until `stop_app`."""
    with _wake_on_signals():
        app.run()


def stop_app(app: Any) -> None:
    """Make `run_app` return; call it on any thread."""
    # Not at once on the main thread either: before `run` it has no effect.
    AppHelper.callAfter(_stop, app)


def call_on_main_thread(callback: Callable[[], Any]) -> None:
    """Call a function on the main thread: at once there, else later."""
    if Foundation.NSThread.isMainThread():
        callback()
    else:
        AppHelper.callAfter(callback)


def create_image(data: bytes, size: tuple[float, float]) -> Any:
    """
    Create an NSImage.

    Args:
        data: A picture in any format.
        size: Width and height in points.
    """
    content = Foundation.NSData.dataWithBytes_length_(data, len(data))
    image = AppKit.NSImage.alloc().initWithData_(content)
    image.setSize_(Foundation.NSMakeSize(*size))
    return image


def _stop(app: Any) -> None:
    app.stop_(None)
    # The loop notices it after the next event only.
    origin = Foundation.NSMakePoint(0, 0)
    kind = AppKit.NSEventTypeApplicationDefined
    create_event = getattr(AppKit.NSEvent, _CREATE_EVENT)
    event = create_event(kind, origin, 0, 0.0, 0, None, 0, 0, 0)
    app.postEvent_atStart_(event, _AT_START)


@contextmanager
def _wake_on_signals() -> Iterator[None]:
    """
    Run signal handlers soon.

    Python runs them when the main thread runs Python again, which it does not
    while Cocoa waits for events.
    """
    read_end, write_end = socket.socketpair()
    write_end.setblocking(False)  # noqa: FBT003 - its name is positional
    previous = signal.set_wakeup_fd(
        write_end.fileno(), warn_on_full_buffer=False
    )
    waker = threading.Thread(
        target=_wake_main_thread, args=(read_end,), name="tray-signals"
    )
    waker.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(previous)
        write_end.close()
        waker.join()
        read_end.close()


def _wake_main_thread(read_end: socket.socket) -> None:
    while read_end.recv(256):
        AppHelper.callAfter(_do_nothing)


def _do_nothing() -> None:
    """Run Python on the main thread, which then handles its signals."""
