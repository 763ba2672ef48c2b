"""
Runs this program's macOS icon on another system, and prints what it did.

An AppKit that is made up stands below pystray's real code for macOS; it keeps
every call and the thread it came from. Prints one JSON object.
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


def is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


class Thing:
    """Anything of AppKit's: every message is kept and answered by a thing."""

    def __init__(self, name: str = "") -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing(name)

    def __call__(self, *values: Any) -> Any:
        CALLS.append((self._name, values, is_main()))
        return ANSWERS.get(self._name, lambda *_: Thing())(*values)


class NSObject:
    """What classes of ours descend from."""

    @classmethod
    def alloc(cls) -> Any:
        return cls()

    def init(self) -> Any:
        return self


def _run_app() -> None:
    while (work := _main_queue.get()) is not None:
        work()


ANSWERS: dict[str, Any] = {
    "thickness": lambda: 22.0,
    "isMainThread": is_main,
    "run": _run_app,
    "stop_": lambda _: _main_queue.put(None),
    "NSData": lambda data: data,
}


class Things(ModuleType):
    """A framework with everything."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing(name)


for name in ("AppKit", "Foundation", "objc", "PyObjCTools"):
    sys.modules[name] = Things(name)
made_up: Any = sys.modules
made_up["Foundation"].NSObject = NSObject
made_up["objc"].namedSelector = lambda _: lambda method: method
signals: Any = ModuleType("PyObjCTools.MachSignals")
signals.signal = lambda *_: None
signals.getsignal = lambda _: None
helper: Any = ModuleType("PyObjCTools.AppHelper")
helper.callAfter = _main_queue.put
made_up["PyObjCTools.MachSignals"] = signals
made_up["PyObjCTools.AppHelper"] = helper
made_up["PyObjCTools"].MachSignals = signals
made_up["PyObjCTools"].AppHelper = helper

from claude_tray.drawing.icon_look import Icon as Look  # noqa: E402
from claude_tray.tray.backends.macos import Icon  # noqa: E402
from claude_tray.tray.entry import MenuEntry  # noqa: E402
from claude_tray.tray.shell import Shell  # noqa: E402
from claude_tray.tray.view import TrayView  # noqa: E402


def values_of(name: str) -> list[Any]:
    return [values for told, values, _ in CALLS if told == name]


def let_main_work() -> None:
    done = threading.Event()
    _main_queue.put(done.set)
    done.wait(10)


def main() -> None:
    is_beside = [False]
    icon: Any = Icon("claude-tray", lambda: is_beside[0])
    shell = Shell(icon, lambda _: None)
    menu = (MenuEntry("Show Stats", is_default=True), None, MenuEntry("Quit"))
    plain = TrayView(Look(167, 0.38, panel="mono"), "2h", menu)
    before = len(CALLS)

    def set_up(_: Any) -> None:
        icon.visible = True
        shell.show(plain)
        let_main_work()
        is_beside[0] = True
        shell.show(plain._replace(icon=Look(166, 0.38, panel="dark")))
        let_main_work()
        icon.stop()

    icon.run(setup=set_up)
    told = CALLS[before:]
    off = {n for n, _, main in told if not main and n != "isMainThread"}
    drawn = values_of("initWithData_")
    json.dump(
        {
            "off the main thread": sorted(off),
            "pixels": int.from_bytes(drawn[-1][0][16:20], "big"),
            "points": values_of("setSize_")[-1],
            "templates": [v[0] for v in values_of("setTemplate_")][-2:],
            "beside": [v[0] for v in values_of("setTitle_")][-2:],
            "no Dock icon": values_of("setActivationPolicy_"),
            "tooltip": values_of("setToolTip_")[-1][0],
            "menus": len(values_of("setMenu_")) > 0,
        },
        sys.stdout,
    )


main()
