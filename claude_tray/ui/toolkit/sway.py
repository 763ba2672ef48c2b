"""
Ask sway to place a window.

sway centers floating windows and ignores the positions that X11 programs
request. Its socket accepts commands; see sway-ipc(7).
"""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any, Final

from claude_tray.ui.toolkit.placement import ScreenArea

# By name: type checkers know that Windows has none.
_AF_UNIX: Final = getattr(socket, "AF_UNIX", socket.AF_INET)
_MAGIC: Final = b"i3-ipc"
_HEADER: Final = struct.Struct("=6sII")
_RUN_COMMAND: Final = 0
_GET_WORKSPACES: Final = 1
_TIMEOUT_SECONDS: Final = 0.5
_MAX_BYTES: Final = 1 << 20


def is_sway() -> bool:
    """Return whether this session is one of sway."""
    return bool(os.environ.get("SWAYSOCK"))


def move_window(window_id: int, origin: tuple[int, int]) -> bool:
    """
    Move a window; return False while sway does not have it yet.

    Args:
        window_id: X11 identifier.
        origin: Upper left corner in pixels of the screen.
    """
    x, y = origin
    command = f"[id={window_id}] move absolute position {x} px {y} px"
    replies = _request(_RUN_COMMAND, command)
    return isinstance(replies, list) and all(
        isinstance(reply, dict) and reply.get("success") is True
        for reply in replies
    )


def find_free_area(x: float, y: float) -> ScreenArea | None:
    """Return the part of a position's screen that panels leave free."""
    workspaces = _request(_GET_WORKSPACES, "")
    if not isinstance(workspaces, list):
        return None
    areas = [_parse_area(each) for each in workspaces if _is_visible(each)]
    known = [area for area in areas if area is not None]
    # The panel with the icon is next to the area, not in it.
    return min(known, key=lambda a: a.measure_distance(x, y), default=None)


def _is_visible(workspace: Any) -> bool:
    return isinstance(workspace, dict) and workspace.get("visible") is True


def _parse_area(workspace: dict[str, Any]) -> ScreenArea | None:
    try:
        rect = workspace["rect"]
        names = ("x", "y", "width", "height")
        return ScreenArea(*(int(rect[name]) for name in names))
    except (KeyError, TypeError, ValueError):
        return None


def _request(kind: int, payload: str) -> Any:
    """Send a message; return the reply, None without an answer."""
    data = payload.encode()
    message = _HEADER.pack(_MAGIC, len(data), kind) + data
    try:
        with socket.socket(_AF_UNIX) as connection:
            connection.settimeout(_TIMEOUT_SECONDS)
            connection.connect(os.environ.get("SWAYSOCK", ""))
            connection.sendall(message)
            header = _HEADER.unpack(_receive(connection, _HEADER.size))
            length = min(header[1], _MAX_BYTES)
            return json.loads(_receive(connection, length))
    except (OSError, ValueError, struct.error):
        return None


def _receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            break
        data += part
    return data
