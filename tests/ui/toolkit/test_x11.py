from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.ui.toolkit.window_host import WindowHost

if TYPE_CHECKING:
    from claude_tray.ui.toolkit.window_host import WindowContent


x11 = pytest.importorskip(
    "claude_tray.ui.toolkit.x11", reason="lacks python-xlib"
)


def _create_nothing(*_: object) -> WindowContent:
    raise AssertionError


def test_without_a_display_there_is_no_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    clock = (lambda: datetime.now(UTC), time.monotonic)
    host = WindowHost(_create_nothing, io.StringIO(), clock)

    with pytest.raises(DesktopError, match="No X11 display found"):
        x11.X11Window(host)
