from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.desktop_style import WINDOWS_STYLE
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="Windows")


def test_windows_has_its_own_conventions(tmp_path: Path) -> None:
    system = current_system()

    assert system.style == WINDOWS_STYLE
    assert system.has_24h_clock() in (True, False, None)
    assert isinstance(system.get_language(), str)
    assert isinstance(system.is_desktop_dark(), bool)
    assert system.format_device_number(1) == ""
    assert len(system.get_app_folders("claude-tray", tmp_path)) == 3


def test_the_command_socket_is_a_loopback_port(tmp_path: Path) -> None:
    listener, endpoint = current_system().bind_command_socket(tmp_path)
    listener.close()

    assert endpoint.isdigit()
    with pytest.raises(OSError, match="path"):
        current_system().connect_local_socket("path", timeout=1)
