# ruff: noqa: PTH123, SLF001 - it stands in for a system
"""
Run the Windows icon on another system and print its calls.

Fakes of user32, shell32 and kernel32 replace the real ones below pystray's code
for Windows and record every call. Prints one JSON object.
"""

from __future__ import annotations

import ctypes
import json
import queue
import sys
import time
from functools import partial
from itertools import count
from typing import Any

CALLS: list[tuple[str, tuple[Any, ...]]] = []
ICONS: list[tuple[bytes, int]] = []
_messages: queue.SimpleQueue[tuple[int, int, int, int] | None]
_messages = queue.SimpleQueue()
_windows, _menus = count(1000), count(1)


class FakeFunction:
    """A function of a DLL that records its calls."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.argtypes: Any = ()
        self.restype: Any = None
        self.errcheck: Any = None

    def __call__(self, *values: Any) -> Any:
        CALLS.append((self.name, values))
        result = HANDLERS.get(self.name, lambda *_: 1)(*values)
        if self.errcheck:
            return self.errcheck(result, self, values)
        return result


class FakeLibrary:
    """A DLL that has every function."""

    def __getattr__(self, name: str) -> FakeFunction:
        function = FakeFunction(name)
        setattr(self, name, function)
        return function


class FakeLoader:
    """Loads any DLL."""

    def __init__(self, *_: object) -> None:
        pass

    def __getattr__(self, name: str) -> FakeLibrary:
        library = FakeLibrary()
        setattr(self, name, library)
        return library


def _load_image(_: object, path: str, kind: int, x: int, *__: int) -> int:
    del kind
    with open(path, "rb") as file:
        ICONS.append((file.read(), x))
    return 77


def _get_message(pointer: Any, *_: object) -> int:
    message = _messages.get()
    if message is None:
        return 0
    target = pointer._obj
    target.hWnd, target.message, target.wParam, target.lParam = message
    return 1


def _dispatch_message(pointer: Any) -> int:
    message = pointer._obj
    code = _win32._dispatcher
    return int(
        code(message.hWnd, message.message, message.wParam, message.lParam)
    )


def _post_message(window: int, message: int, w: int, low: int) -> int:
    _messages.put((window, message, w, low))
    return 1


def _get_cursor_pos(pointer: Any) -> int:
    pointer._obj.x, pointer._obj.y = 640, 1040
    return 1


def _get_icon_rectangle(identifier: Any, pointer: Any) -> int:
    rectangle = pointer._obj
    rectangle.left, rectangle.top = 630, 1030
    rectangle.right, rectangle.bottom = 654, 1062
    # Without a window of the icon: E_INVALIDARG.
    return 0 if identifier._obj.window else -0x7FF8FFA9


HANDLERS: dict[str, Any] = {
    "CreateWindowExW": lambda *_: next(_windows),
    "CreatePopupMenu": lambda: next(_menus),
    "GetMessageW": _get_message,
    "DispatchMessageW": _dispatch_message,
    "PostMessageW": _post_message,
    "PostQuitMessage": lambda _: _messages.put(None),
    "RegisterWindowMessageW": lambda _: 0xC123,
    "LoadImageW": _load_image,
    "DefWindowProcW": lambda _h, message, _w, _l: int(message == 0x11),
    "GetDpiForWindow": lambda _: 144,
    "GetSystemMetricsForDpi": lambda _, dpi: 16 * dpi // 96,
    "GetCursorPos": _get_cursor_pos,
    "Shell_NotifyIconGetRect": _get_icon_rectangle,
}

windows: Any = vars(ctypes)
windows["HRESULT"] = ctypes.c_long
windows["WINFUNCTYPE"] = ctypes.CFUNCTYPE
windows["WinDLL"] = object
windows["LibraryLoader"] = FakeLoader
windows["WinError"] = lambda *_: OSError("made up")

from claude_tray.ui.icon.model import IconModel as Look  # noqa: E402
from claude_tray.ui.tray.backends.pystray import import_backend  # noqa: E402
from claude_tray.ui.tray.backends.windows import WindowsIcon  # noqa: E402
from claude_tray.ui.tray.icon_adapter import IconAdapter  # noqa: E402
from claude_tray.ui.tray.menu_model import MenuEntry  # noqa: E402
from claude_tray.ui.tray.view_model import TrayView  # noqa: E402

_win32: Any = import_backend("_win32")
_WAIT_SECONDS = 10.0


def list_calls_since(number: int) -> list[str]:
    return [name for name, _ in CALLS[number:]]


def list_menu_texts() -> list[str]:
    """List the texts of the last menu."""
    labels = [v[3]._obj.dwTypeData for n, v in CALLS if n == "InsertMenuItemW"]
    return [text for text in labels if text]


def wait_until(condition: Any) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


def main() -> None:
    actions: list[Any] = []
    icon: Any = WindowsIcon("claude-tray")
    adapter = IconAdapter(icon, actions.append)
    view = TrayView(
        Look(167, 0.38, panel="dark"),
        "x" * 126 + "\N{GRINNING FACE}" * 3,
        (MenuEntry("R & D · $5", is_default=True), MenuEntry("Quit")),
    )
    results: dict[str, Any] = {}

    def start(_: Any) -> None:
        icon.visible = True
        adapter.show(view)
        window = icon._hwnd
        icon_data = [v[1] for n, v in CALLS if n == "Shell_NotifyIconW"]
        results["tip units"] = [len(n.szTip) for n in icon_data if n.szTip][-1]
        results["icon sizes"] = sorted({size for _, size in ICONS})
        results["labels"] = list_menu_texts()[-2:]
        dispatch = partial(_win32._dispatcher, window)
        results["may log off"] = dispatch(0x11, 0, 0)
        # Another thread changes the menu while it is open.
        tracked: list[list[str]] = []

        def track_menu(*_: object) -> int:
            before = len(CALLS)
            adapter.show(view._replace(menu=(MenuEntry("New"),)))
            tracked.append(list_calls_since(before))
            return 0

        HANDLERS["TrackPopupMenuEx"] = track_menu
        before = len(CALLS)
        dispatch(0x400 + 11, 0, 0x205)
        results["while open"] = tracked[0]
        results["when closed"] = "DestroyMenu" in list_calls_since(before)
        results["without a default a left click opens the menu"] = (
            dispatch(0x400 + 11, 0, 0x202) == 0 and len(tracked) == 2
        )
        adapter.show(view)
        dispatch(0x400 + 11, 0, 0x202)
        results["clicked at"] = [list(action.anchor) for action in actions]
        before = len(CALLS)
        dispatch(0x02E0, 0, 0)
        results["another screen"] = "LoadImageW" in list_calls_since(before)
        before = len(CALLS)
        dispatch(0xC123, 0, 0)
        results["explorer restarted"] = (
            "Shell_NotifyIconW" in list_calls_since(before)
        )
        clicks: list[str] = []
        adapter.notify("y" * 300, "z" * 80, lambda: clicks.append("balloon"))
        dispatch(0x400 + 11, 0, 0x405)
        dispatch(0x400 + 11, 0, 0x200)
        results["clicked balloons"] = clicks
        last = [v[1] for n, v in CALLS if n == "Shell_NotifyIconW"][-1]
        results["info units"] = [len(last.szInfo), len(last.szInfoTitle)]
        dispatch(0x10, 0, 0)

    icon.run(setup=start)
    results["ended by WM_CLOSE"] = True
    results["same picture"] = ICONS[0][0][:4].hex()
    json.dump(results, sys.stdout)


main()
