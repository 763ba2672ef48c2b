from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.launch_command import (
    build_login_command,
    current_process,
)
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="Windows")


def test_the_entry_starts_this_installation(tmp_path: Path) -> None:
    environ = {**os.environ, "APPDATA": str(tmp_path)}
    entry = current_system().build_menu_entry(environ, tmp_path)
    assert entry is not None
    assert entry.list_files() == []

    command = build_login_command(current_process(environ))
    (path,) = entry.install(command, {})

    assert entry.list_files() == [path]
    assert path.is_relative_to(tmp_path)
    written = path.read_bytes()
    # A header of this size and class; texts are in one or two bytes.
    assert written[:8] == b"\x4c\0\0\0\x01\x14\x02\0"
    assert command[0].encode() in written.replace(b"\0", b"")
    assert " ".join(command[1:]).encode() in written.replace(b"\0", b"")
    assert entry.remove() == [path]
    assert entry.list_files() == []
