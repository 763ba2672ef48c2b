# ruff: noqa: PTH123, SLF001 - it stands in for a system
"""
Runs this program's Windows icon on another system, and prints what it did.

A user32, a shell32 and a kernel32 that are made up stand below pystray's real
code for Windows; they keep every call. Prints one JSON object.
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


class Function:
    """One function of a DLL."""

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


class Library:
    """A DLL with every function."""

    def __getattr__(self, name: str) -> Function:
        function = Function(name)
        setattr(self, name, function)
        return function


class Loader:
    """All DLLs."""

    def __init__(self, *_: object) -> None:
        pass

    def __getattr__(self, name: str) -> Library:
        library = Library()
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


def _dispatch(pointer: Any) -> int:
    told = pointer._obj
    code = _win32._dispatcher
    return int(code(told.hWnd, told.message, told.wParam, told.lParam))


def _post(window: int, message: int, w: int, low: int) -> int:
    _messages.put((window, message, w, low))
    return 1


def _get_pointer(pointer: Any) -> int:
    pointer._obj.x, pointer._obj.y = 640, 1040
    return 1


HANDLERS: dict[str, Any] = {
    "CreateWindowExW": lambda *_: next(_windows),
    "CreatePopupMenu": lambda: next(_menus),
    "GetMessageW": _get_message,
    "DispatchMessageW": _dispatch,
    "PostMessageW": _post,
    "PostQuitMessage": lambda _: _messages.put(None),
    "RegisterWindowMessageW": lambda _: 0xC123,
    "LoadImageW": _load_image,
    "DefWindowProcW": lambda _h, message, _w, _l: int(message == 0x11),
    "GetDpiForWindow": lambda _: 144,
    "GetSystemMetricsForDpi": lambda _, dpi: 16 * dpi // 96,
    "GetCursorPos": _get_pointer,
}

windows: Any = vars(ctypes)
windows["HRESULT"] = ctypes.c_long
windows["WINFUNCTYPE"] = ctypes.CFUNCTYPE
windows["WinDLL"] = object
windows["LibraryLoader"] = Loader
windows["WinError"] = lambda *_: OSError("made up")

from claude_tray.drawing.icon_look import Icon as Look  # noqa: E402
from claude_tray.tray.backends.library import backend  # noqa: E402
from claude_tray.tray.backends.windows import Icon  # noqa: E402
from claude_tray.tray.entry import MenuEntry  # noqa: E402
from claude_tray.tray.shell import Shell  # noqa: E402
from claude_tray.tray.view import TrayView  # noqa: E402

_win32: Any = backend("_win32")
_WAIT_SECONDS = 10.0


def since(number: int) -> list[str]:
    return [name for name, _ in CALLS[number:]]


def texts() -> list[str]:
    """What the entries of the last menu say."""
    told = [v[3]._obj.dwTypeData for n, v in CALLS if n == "InsertMenuItemW"]
    return [text for text in told if text]


def until(holds: Any) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)


def main() -> None:
    done: list[Any] = []
    icon: Any = Icon("claude-tray")
    shell = Shell(icon, done.append)
    view = TrayView(
        Look(167, 0.38, panel="dark"),
        "x" * 126 + "\N{GRINNING FACE}" * 3,
        (MenuEntry("R & D · $5", is_default=True), MenuEntry("Quit")),
    )
    seen: dict[str, Any] = {}

    def set_up(_: Any) -> None:
        icon.visible = True
        shell.show(view)
        window = icon._hwnd
        note = [v[1] for n, v in CALLS if n == "Shell_NotifyIconW"]
        seen["tip units"] = [len(n.szTip) for n in note if n.szTip][-1]
        seen["icon sizes"] = sorted({size for _, size in ICONS})
        seen["labels"] = texts()[-2:]
        dispatch = partial(_win32._dispatcher, window)
        seen["may log off"] = dispatch(0x11, 0, 0)
        # The menu is changed by another thread while it is open.
        tracked: list[list[str]] = []

        def track(*_: object) -> int:
            before = len(CALLS)
            shell.show(view._replace(menu=(MenuEntry("New"),)))
            tracked.append(since(before))
            return 0

        HANDLERS["TrackPopupMenuEx"] = track
        before = len(CALLS)
        dispatch(0x400 + 11, 0, 0x205)
        seen["while open"] = tracked[0]
        seen["when closed"] = "DestroyMenu" in since(before)
        seen["without a default a left click opens the menu"] = (
            dispatch(0x400 + 11, 0, 0x202) == 0 and len(tracked) == 2
        )
        shell.show(view)
        dispatch(0x400 + 11, 0, 0x202)
        seen["clicked at"] = [list(wish.anchor) for wish in done]
        before = len(CALLS)
        dispatch(0x02E0, 0, 0)
        seen["another screen"] = "LoadImageW" in since(before)
        before = len(CALLS)
        dispatch(0xC123, 0, 0)
        seen["explorer restarted"] = "Shell_NotifyIconW" in since(before)
        icon.notify("y" * 300, "z" * 80)
        last = [v[1] for n, v in CALLS if n == "Shell_NotifyIconW"][-1]
        seen["info units"] = [len(last.szInfo), len(last.szInfoTitle)]
        dispatch(0x10, 0, 0)

    icon.run(setup=set_up)
    seen["ended by WM_CLOSE"] = True
    seen["same picture"] = ICONS[0][0][:4].hex()
    json.dump(seen, sys.stdout)


main()
