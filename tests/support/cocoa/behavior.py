"""
Stand in for what Cocoa does by itself: its loop, the menu bar, windows.

Targets and delegates are weak references here, too, and `stop:` only has an
effect after the next event, so that code which forgets it fails.
"""

from __future__ import annotations

import queue
import threading
import time
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.support.cocoa.runtime import (
    WEAK_SETTERS,
    Cocoa,
    Point,
    Rect,
    make_rect,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TURN_SECONDS = 0.005


class CocoaDesktop:
    """
    A Mac with two screens, the second above and right of the first.

    Args:
        folder: Unpacked wheels.

    Attributes:
        pointer: Position of the mouse, from the lower left corner.
        button_frame: Frame of the status item's button.
        on_menu: Called with each menu that opens, while it is open.
        key_window: Window with the keyboard focus.
        pasteboard: The copied text.
    """

    def __init__(self, folder: Path) -> None:
        self.cocoa = Cocoa(folder)
        self.pointer = Point(0, 0)
        self.button_frame = make_rect(1200, 876, 40, 24)
        self.on_menu: Callable[[Any], None] = lambda _: None
        self.key_window: Any = None
        self.pasteboard = ""
        self.event: Any = None
        self._state: dict[tuple[int, str], Any] = {}
        self._queue: queue.SimpleQueue[Callable[[], Any]] = queue.SimpleQueue()
        self._timers: dict[int, tuple[Any, float, Callable[[Any], Any]]] = {}
        self._is_stopping = self._has_event = False
        self._item: Any = None
        classes = self.cocoa.classes
        self.button = classes["NSStatusBarButton"]()
        self._button_window = classes["NSWindow"]()
        self._screens = [
            self._make_screen(make_rect(0, 0, 1440, 900), 70, 24, 2.0),
            self._make_screen(make_rect(1440, 300, 1920, 1080), 0, 24, 1.0),
        ]
        self._add_behaviors()
        self.cocoa.install(
            lambda function, *values: self._queue.put(
                lambda: function(*values)
            )
        )

    def get(self, target: Any, name: str) -> Any:
        """Return the argument of the last call of a setter, None before."""
        return self._state.get((id(target), name))

    def run_on_main_thread(self, act: Callable[[], Any]) -> Any:
        """Run a function in the loop, from another thread; return its result."""
        results: list[Any] = []
        done = threading.Event()

        def run() -> None:
            try:
                results.append(act())
            finally:
                done.set()

        self._queue.put(run)
        assert done.wait(20)
        return results[0]

    def click(self, kind: str, flags: int = 0) -> None:
        """Click the status item's button; call it on the main thread."""
        value = self.cocoa.metadata.values[f"NSEventType{kind}MouseUp"]
        self.event = self.make_event(type=value, modifierFlags=flags)
        mask = self.cocoa.metadata.values[f"NSEventMask{kind}MouseUp"]
        if self.get(self._item, "setMenu:") is not None:
            self._open_menu(self.get(self._item, "setMenu:"))
        elif self.get(self.button, "sendActionOn:") & mask:
            self._send_action(self.button, self.button)

    def press_by_keyboard(self) -> None:
        """Press the button as VoiceOver does."""
        self.event = None
        self._send_action(self.button, self.button)

    def make_event(self, **values: Any) -> Any:
        """Make an event with results by the names of its methods."""
        event = self.cocoa.classes["NSEvent"]()
        for name, value in values.items():
            self._state[id(event), name] = value
        # Else another object may get its number.
        self._state[id(event), "event"] = event
        return event

    def list_entries(self, menu: Any) -> list[tuple[str, int]]:
        """Return labels and states of a menu."""
        return [
            (self.get(item, "title") or "-", self.get(item, "setState:") or 0)
            for item in self.get(menu, "items")
        ]

    def choose(self, menu: Any, label: str) -> None:
        """Choose an entry as the user does."""
        for item in self.get(menu, "items"):
            if self.get(item, "title") == label:
                self._queue.put(partial(self._send_action, item, item))
                return
        raise LookupError(label)

    def _send_action(self, control: Any, sender: Any) -> None:
        target = self.get(control, "setTarget:")()
        assert target is not None, "the target is gone"
        action = self.get(control, "setAction:")
        self.cocoa.perform(target, action, sender)

    def _open_menu(self, menu: Any) -> None:
        self.on_menu(menu)
        delegate = self.get(menu, "setDelegate:")()
        assert delegate is not None, "the delegate is gone"
        self.cocoa.perform(delegate, "menuDidClose:", menu)

    def _make_screen(
        self, frame: Rect, dock: float, bar: float, scale: float
    ) -> Any:
        screen = self.cocoa.classes["NSScreen"]()
        (x, y), (width, height) = frame
        visible = make_rect(x, y + dock, width, height - dock - bar)
        for name, value in (
            ("frame", frame),
            ("visibleFrame", visible),
            ("backingScaleFactor", scale),
        ):
            self._state[id(screen), name] = value
        return screen

    def _remember(self, owner: str, selector: str, *, weak: bool) -> None:
        def remember(target: Any, value: Any, *_: Any) -> None:
            stored = weakref.ref(value) if weak else value
            self._state[id(target), selector] = stored
            # Objects stay, so that no other gets their number.
            self._state[id(target), "object"] = target

        self.cocoa.behaviors[owner, selector] = remember

    def _add_behaviors(self) -> None:
        for method in self.cocoa.declarations.methods.values():
            owner, selector = method.owner, method.selector
            if selector.startswith("set") and method.arguments:
                weak = selector in WEAK_SETTERS
                self._remember(owner, selector, weak=weak)
            elif owner in ("NSScreen", "NSEvent") and not method.arguments:
                self.cocoa.behaviors[owner, selector] = self._recall(selector)
        self._remember("NSControl", "sendActionOn:", weak=False)
        self.cocoa.behaviors |= {
            ("NSApplication", "run"): self._run,
            ("NSApplication", "stop:"): self._stop,
            ("NSApplication", "postEvent:atStart:"): self._post,
            ("NSApplication", "currentEvent"): lambda _: self.event,
            ("NSApplication", "sharedApplication"): lambda c: c(),
            ("NSEvent", "mouseLocation"): lambda _: self.pointer,
            ("NSScreen", "screens"): lambda _: self._screens,
            ("NSScreen", "mainScreen"): lambda _: self._screens[1],
            ("NSThread", "isMainThread"): lambda _: (
                threading.current_thread() is threading.main_thread()
            ),
            (
                "NSTimer",
                "scheduledTimerWithTimeInterval:repeats:block:",
            ): self._start_timer,
            ("NSTimer", "invalidate"): self._stop_timer,
        }
        self._add_menu_behaviors()
        self._add_window_behaviors()

    def _recall(self, selector: str) -> Callable[[Any], Any]:
        return lambda target: self._state[id(target), selector]

    def _add_menu_behaviors(self) -> None:
        def take_item(_: Any, __: float) -> Any:
            self._item = self.cocoa.classes["NSStatusItem"]()
            return self._item

        def init_item(item: Any, title: str, action: str, _: str) -> Any:
            self._state[id(item), "title"] = title
            self._state[id(item), "setAction:"] = action
            return item

        def add_item(menu: Any, item: Any) -> None:
            key = (id(menu), "items")
            self._state[key] = [*self._state.get(key, []), item]
            self._state[id(menu), "object"] = menu

        def click(_: Any, __: Any) -> None:
            menu = self.get(self._item, "setMenu:")
            assert menu is not None, "the click would be reported for ever"
            self._open_menu(menu)

        self.cocoa.behaviors |= {
            ("NSStatusBar", "statusItemWithLength:"): take_item,
            ("NSStatusItem", "button"): lambda _: self.button,
            (
                "NSMenuItem",
                "initWithTitle:action:keyEquivalent:",
            ): init_item,
            ("NSMenuItem", "tag"): lambda item: self.get(item, "setTag:"),
            ("NSMenu", "addItem:"): add_item,
            ("NSControl", "performClick:"): click,
            ("NSView", "window"): lambda _: self._button_window,
        }

    def _add_window_behaviors(self) -> None:
        def focus(window: Any, _: Any) -> None:
            assert window.canBecomeKeyWindow()
            self.key_window = window

        def find_frame(window: Any) -> Rect:
            if window is self._button_window:
                return self.button_frame
            frame: Rect = self.get(window, "setFrame:display:")
            return frame

        def move(window: Any, corner: Point) -> None:
            size = find_frame(window).size
            self._state[id(window), "setFrame:display:"] = make_rect(
                corner.x, corner.y - size.height, *size
            )

        def copy(_: Any, text: str, kind: str) -> bool:
            assert kind == "NSPasteboardTypeString"
            self.pasteboard = text
            return True

        self.cocoa.behaviors |= {
            ("NSWindow", "makeKeyAndOrderFront:"): focus,
            ("NSWindow", "isKeyWindow"): lambda w: w is self.key_window,
            ("NSWindow", "frame"): find_frame,
            ("NSWindow", "setFrameTopLeftPoint:"): move,
            ("NSView", "convertPoint:fromView:"): lambda _, point, __: point,
            ("NSPasteboard", "setString:forType:"): copy,
        }

    def _run(self, _: Any) -> None:
        self._is_stopping = self._has_event = False
        while not (self._is_stopping and self._has_event):
            try:
                self._queue.get(timeout=_TURN_SECONDS)()
            except queue.Empty:
                self._fire_timers()

    def _fire_timers(self) -> None:
        now = time.monotonic()
        for number, (timer, due, block) in list(self._timers.items()):
            if now >= due and number in self._timers:
                self._timers[number] = (timer, now + _TURN_SECONDS, block)
                block(timer)

    def _start_timer(self, cls: Any, *values: Any) -> Any:
        timer = cls()
        self._timers[id(timer)] = (timer, 0.0, values[-1])
        return timer

    def _stop_timer(self, timer: Any) -> None:
        self._timers.pop(id(timer), None)

    def _stop(self, _: Any, __: Any) -> None:
        self._is_stopping = True

    def _post(self, *_: Any) -> None:
        self._has_event = True
