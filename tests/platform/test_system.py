from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform == "win32":
    pytest.skip("POSIX systems", allow_module_level=True)

from claude_tray.core.desktop_style import LINUX_STYLE, MACOS_STYLE
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "style", "tray"),
    [
        ("linux", LINUX_STYLE, "linux"),
        ("freebsd14", LINUX_STYLE, "linux"),
        ("darwin", MACOS_STYLE, "macos"),
    ],
)
def test_the_system_is_selected_by_platform(
    monkeypatch: pytest.MonkeyPatch, name: str, style: object, tray: str
) -> None:
    monkeypatch.setattr(sys, "platform", name)

    system = current_system()

    assert system.style == style
    assert system.tray_backend == tray


@pytest.mark.parametrize("name", ["linux", "darwin"])
def test_each_system_starts_programs_at_login_and_notifies(
    monkeypatch: pytest.MonkeyPatch, name: str, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", name)
    system = current_system()

    autostart = system.build_autostart({}, tmp_path)
    autostart.enable(("/usr/bin/claude-tray",))

    assert autostart.status(("/usr/bin/claude-tray",)).state == "on"
    assert system.list_notification_senders(
        lambda: None, lambda _body, _title: None
    )
    assert len(system.get_app_folders("claude-tray", tmp_path)) == 3
