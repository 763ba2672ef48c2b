"""Add the program to the Start menu of Windows, by a shortcut."""

from __future__ import annotations

import ctypes
import struct
import sys
import uuid
from ctypes import wintypes
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from claude_tray.platform.app_id import COMMAND, TITLE
from claude_tray.platform.desktop_entry import COMMENT, find_icon_file
from claude_tray.platform.known_folders import get_app_folders
from claude_tray.platform.replace_file import replace_file

# For mypy: COM exists only on Windows.
assert sys.platform == "win32"

if TYPE_CHECKING:
    from collections.abc import Mapping

# https://learn.microsoft.com/windows/win32/api/shobjidl_core/
_SHELL_LINK: Final = "{00021401-0000-0000-C000-000000000046}"
_ISHELL_LINK_W: Final = "{000214F9-0000-0000-C000-000000000046}"
_IPERSIST_FILE: Final = "{0000010B-0000-0000-C000-000000000046}"
# Places in the tables of functions, in the order of the header files.
_QUERY_INTERFACE, _RELEASE = 0, 2
_SET_DESCRIPTION, _SET_ARGUMENTS, _SET_ICON, _SET_PATH = 7, 11, 17, 20
_SAVE = 6
_IN_PROCESS: Final = 1
_ICON_PIXELS: Final = 64


class StartMenu:
    """
    The entry of the user's Start menu.

    Args:
        environ: Environment variables.
        home: The user's home folder.
    """

    def __init__(self, environ: Mapping[str, str], home: Path) -> None:
        roaming = Path(environ.get("APPDATA", home / "AppData" / "Roaming"))
        programs = roaming / "Microsoft" / "Windows" / "Start Menu"
        self._shortcut = programs / "Programs" / f"{TITLE}.lnk"
        _, data, _ = get_app_folders(COMMAND)
        self._icon = data / f"{COMMAND}.ico"

    def install(
        self, command: tuple[str, ...], comments: Mapping[str, str]
    ) -> list[Path]:
        del comments
        self._write_icon()
        self._shortcut.parent.mkdir(parents=True, exist_ok=True)
        partial = self._shortcut.with_suffix(".new.lnk")
        try:
            _write_shortcut(partial, command, self._icon)
            replace_file(partial, self._shortcut)
        finally:
            partial.unlink(missing_ok=True)
        return [self._shortcut]

    def remove(self) -> list[Path]:
        """
        Delete the shortcut and its icon; return the shortcut if there was one.

        Raises:
            OSError: A file cannot be deleted.
        """
        existing = self.list_files()
        self._shortcut.unlink(missing_ok=True)
        self._icon.unlink(missing_ok=True)
        return existing

    def list_files(self) -> list[Path]:
        """Return the shortcut if there is one."""
        return [self._shortcut] if self._shortcut.is_file() else []

    def _write_icon(self) -> None:
        source = find_icon_file()
        if source is not None:
            self._icon.parent.mkdir(parents=True, exist_ok=True)
            self._icon.write_bytes(wrap_png(source.read_bytes()))


def wrap_png(data: bytes) -> bytes:
    """Make an .ico of a PNG of 64 pixels."""
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack(
        "<BBBBHHII", _ICON_PIXELS, _ICON_PIXELS, 0, 0, 1, 32, len(data), 22
    )
    return header + entry + data


def _write_shortcut(path: Path, command: tuple[str, ...], icon: Path) -> None:
    """
    Write a shortcut by the interface IShellLinkW.

    Raises:
        OSError: Windows refuses it.
    """
    import subprocess

    ole32 = ctypes.OleDLL("ole32")
    ole32.CoInitialize(None)
    link = ctypes.c_void_p()
    ole32.CoCreateInstance(
        _to_guid(_SHELL_LINK),
        None,
        _IN_PROCESS,
        _to_guid(_ISHELL_LINK_W),
        ctypes.pointer(link),
    )
    arguments = subprocess.list2cmdline(command[1:])
    text, number = ctypes.c_wchar_p, ctypes.c_int
    _call(link, _SET_PATH, text(command[0]))
    _call(link, _SET_ARGUMENTS, text(arguments))
    _call(link, _SET_DESCRIPTION, text(COMMENT))
    if icon.is_file():
        _call(link, _SET_ICON, text(str(icon)), number(0))
    file = ctypes.c_void_p()
    _call(
        link, _QUERY_INTERFACE, _to_guid(_IPERSIST_FILE), ctypes.pointer(file)
    )
    _call(file, _SAVE, text(str(path)), wintypes.BOOL(1))
    for interface in (file, link):
        _call(interface, _RELEASE, result=ctypes.c_ulong)
    ole32.CoUninitialize()


def _call(
    interface: ctypes.c_void_p,
    place: int,
    *arguments: Any,
    result: Any = ctypes.HRESULT,
) -> None:
    """
    Call a function of a COM interface.

    Raises:
        OSError: It fails.
    """
    table = ctypes.cast(
        interface, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))
    ).contents
    # The other arguments carry their types.
    make = ctypes.WINFUNCTYPE(result, ctypes.c_void_p, *map(type, arguments))
    function = make(table[place] or 0)
    function(interface, *arguments)


def _to_guid(text: str) -> ctypes.c_char_p:
    return ctypes.c_char_p(uuid.UUID(text).bytes_le)
