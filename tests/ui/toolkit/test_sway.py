from __future__ import annotations

import json
import socket
import struct
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("sway", allow_module_level=True)

from claude_tray.ui.toolkit.placement import ScreenArea
from claude_tray.ui.toolkit.sway import find_free_area, is_sway, move_window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# sway-ipc(7): the magic string, the length of the payload and its type.
HEADER = struct.Struct("=6sII")


class ScriptedSway:
    """A socket that gives one answer to one request."""

    def __init__(self, path: Path) -> None:
        self.requests: list[tuple[int, str]] = []
        self.reply = b""
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        try:
            connection, _ = self._server.accept()
        except OSError:
            # Closed without a request.
            return
        with connection:
            _, length, kind = HEADER.unpack(connection.recv(HEADER.size))
            payload = connection.recv(length).decode() if length else ""
            self.requests.append((kind, payload))
            connection.sendall(self.reply)

    def answer(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.reply = HEADER.pack(b"i3-ipc", len(data), 0) + data

    def close(self) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._server.close()


@pytest.fixture
def sway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ScriptedSway]:
    monkeypatch.setenv("SWAYSOCK", str(tmp_path / "sock"))
    scripted = ScriptedSway(tmp_path / "sock")
    yield scripted
    scripted.close()


@pytest.mark.parametrize(
    ("reply", "is_moved"),
    [
        ([{"success": True}], True),
        ([{"success": False, "error": "No matching node."}], False),
        ({"success": True}, False),
    ],
)
def test_a_window_is_moved_by_a_command(
    sway: ScriptedSway,
    reply: object,
    is_moved: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    sway.answer(reply)

    assert move_window(4194309, (8, 40)) is is_moved
    command = "[id=4194309] move absolute position 8 px 40 px"
    assert sway.requests == [(0, command)]


def _make_workspace(x: int, *, visible: bool = True) -> dict[str, object]:
    rect = {"x": x, "y": 32, "width": 800, "height": 568}
    return {"visible": visible, "rect": rect}


def test_the_free_area_is_the_visible_workspace_next_to_the_icon(
    sway: ScriptedSway,
) -> None:
    hidden = _make_workspace(900, visible=False)
    workspaces = [_make_workspace(0), _make_workspace(800), hidden]
    sway.answer([*workspaces, {"visible": True, "rect": {"x": 1}}, "?"])

    assert find_free_area(950, 16) == ScreenArea(800, 32, 800, 568)
    assert sway.requests == [(1, "")]


@pytest.mark.parametrize(
    "reply",
    [b"", b"short", HEADER.pack(b"i3-ipc", 9, 0) + b"{", b"\xff" * 40],
)
@pytest.mark.parametrize(
    "request_something",
    [lambda: find_free_area(1, 1) is None, lambda: not move_window(1, (1, 1))],
)
def test_an_incomplete_answer_is_none(
    sway: ScriptedSway, reply: bytes, request_something: Callable[[], bool]
) -> None:
    sway.reply = reply

    assert request_something()


def test_without_sway_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SWAYSOCK", str(tmp_path / "gone"))
    assert is_sway()
    assert find_free_area(1, 1) is None
    monkeypatch.delenv("SWAYSOCK")

    assert not is_sway()
