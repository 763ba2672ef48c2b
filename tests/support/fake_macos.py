"""
Run the macOS icon on another system and print its calls.

A fake AppKit replaces the real one below pystray's code for macOS. It records
every call and its thread. Prints one JSON object.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from types import ModuleType
from typing import Any

CALLS: list[tuple[str, tuple[Any, ...], bool]] = []
_main_queue: queue.SimpleQueue[Any] = queue.SimpleQueue()


def is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


class FakeObject:
    """Any AppKit object: records each call and returns another object."""

    def __init__(self, name: str = "") -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return FakeObject(name)

    def __call__(self, *values: Any) -> Any:
        CALLS.append((self._name, values, is_main_thread()))
        return RETURN_VALUES.get(self._name, lambda *_: FakeObject())(*values)


class NSObject:
    """Base of our own classes."""

    @classmethod
    def alloc(cls) -> Any:
        return cls()

    def init(self) -> Any:
        return self


def _run_app() -> None:
    while (callback := _main_queue.get()) is not None:
        callback()


RETURN_VALUES: dict[str, Any] = {
    "thickness": lambda: 22.0,
    "isMainThread": is_main_thread,
    "run": _run_app,
    "stop_": lambda _: _main_queue.put(None),
    "NSData": lambda data: data,
}


class FakeFramework(ModuleType):
    """A framework that has every name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return FakeObject(name)


for name in ("AppKit", "Foundation", "objc", "PyObjCTools"):
    sys.modules[name] = FakeFramework(name)
fake_modules: Any = sys.modules
fake_modules["Foundation"].NSObject = NSObject
fake_modules["objc"].namedSelector = lambda _: lambda method: method
signals: Any = ModuleType("PyObjCTools.MachSignals")
signals.signal = lambda *_: None
signals.getsignal = lambda _: None
helper: Any = ModuleType("PyObjCTools.AppHelper")
helper.callAfter = _main_queue.put
fake_modules["PyObjCTools.MachSignals"] = signals
fake_modules["PyObjCTools.AppHelper"] = helper
fake_modules["PyObjCTools"].MachSignals = signals
fake_modules["PyObjCTools"].AppHelper = helper

from claude_tray.ui.icon.model import IconModel as Look  # noqa: E402
from claude_tray.ui.tray.backends.macos import MacosIcon  # noqa: E402
from claude_tray.ui.tray.icon_adapter import IconAdapter  # noqa: E402
from claude_tray.ui.tray.menu_model import MenuEntry  # noqa: E402
from claude_tray.ui.tray.view_model import TrayView  # noqa: E402


def list_call_args(name: str) -> list[Any]:
    return [values for method, values, _ in CALLS if method == name]


def wait_for_main_queue() -> None:
    done = threading.Event()
    _main_queue.put(done.set)
    done.wait(10)


def main() -> None:
    has_text_beside = [False]
    icon: Any = MacosIcon("claude-tray", lambda: has_text_beside[0])
    adapter = IconAdapter(icon, lambda _: None)
    menu = (MenuEntry("Show Stats", is_default=True), None, MenuEntry("Quit"))
    view = TrayView(Look(167, 0.38, panel="mono"), "2h", menu)
    before = len(CALLS)

    def start(_: Any) -> None:
        icon.visible = True
        adapter.show(view)
        wait_for_main_queue()
        has_text_beside[0] = True
        adapter.show(view._replace(icon=Look(166, 0.38, panel="dark")))
        wait_for_main_queue()
        icon.stop()

    icon.run(setup=start)
    calls = CALLS[before:]
    off_main_thread = {
        n for n, _, main in calls if not main and n != "isMainThread"
    }
    image_data = list_call_args("initWithData_")
    json.dump(
        {
            "off the main thread": sorted(off_main_thread),
            "pixels": int.from_bytes(image_data[-1][0][16:20], "big"),
            "points": list_call_args("setSize_")[-1],
            "templates": [v[0] for v in list_call_args("setTemplate_")][-2:],
            "beside": [v[0] for v in list_call_args("setTitle_")][-2:],
            "no Dock icon": list_call_args("setActivationPolicy_"),
            "tooltip": list_call_args("setToolTip_")[-1][0],
            "menus": len(list_call_args("setMenu_")) > 0,
        },
        sys.stdout,
    )


main()
