from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform.notifications.macos import (
    AppleScriptSender,
    build_notification_command,
)
from claude_tray.platform.notifications.notifier import DesktopNotification

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell scripts")
def test_texts_are_arguments_and_no_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output_file = tmp_path / "arguments"
    script = tmp_path / "osascript"
    script.write_text(f'#!/bin/sh\nprintf "%s|" "$@" >{output_file}\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    notification = DesktopNotification('-e "quoted"', "line\nbreak")

    AppleScriptSender().send(notification)

    assert output_file.read_text().endswith('|--|-e "quoted"|line\nbreak|')
    assert build_notification_command(notification)[0] == "osascript"
    AppleScriptSender().withdraw()
    AppleScriptSender().close()
    script.write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(DesktopError):
        AppleScriptSender().send(notification)
