from __future__ import annotations

import subprocess
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
        lambda _key: None, lambda _body, _title, _on_click: None
    )
    assert len(system.get_app_folders("claude-tray", tmp_path)) == 3


_SCRIPT = """
import sys
started = []
sys.addaudithook(lambda name, _: started.append(name))
from claude_tray.platform.system import skip_processor_query
skip_processor_query()
import platform
assert platform.uname()[0] == platform.system()
assert platform.uname().machine == platform.machine()
print([name for name in started if "Popen" in name or "spawn" in name])
"""


def test_the_name_of_the_system_starts_no_program() -> None:
    result = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == "[]"
