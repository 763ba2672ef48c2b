from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claude_tray.ui.toolkit.factory import run_window
from claude_tray.ui.toolkit.window_host import WindowContent, WindowHost

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from claude_tray.ui.toolkit.messages import ShowCommand, UserAction


def _create_nothing(
    _: ShowCommand, __: Callable[[UserAction], None]
) -> WindowContent:
    raise AssertionError


def test_without_a_display_no_backend_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    clock = (lambda: datetime.now(UTC), time.monotonic)
    host = WindowHost(_create_nothing, io.StringIO(), clock)

    assert run_window(host) is False
