from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import NoTrayError
from claude_tray.ui.tray.factory import create_tray

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus and X11")
def test_without_a_bus_and_a_display_there_is_no_tray(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"unix:path={tmp_path / 'no-bus'}"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("DISPLAY", raising=False)

    with pytest.raises(NoTrayError):
        create_tray(lambda _: None, 0.1, lambda: False)
