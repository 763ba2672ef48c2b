from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform == "win32":
    pytest.skip("POSIX systems", allow_module_level=True)

from claude_tray.platform.system import System, current_system

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def macos(monkeypatch: pytest.MonkeyPatch) -> System:
    monkeypatch.setattr(sys, "platform", "darwin")
    return current_system()


def test_the_menu_bar_colors_icons(macos: System) -> None:
    assert macos.style.has_template_icons
    assert macos.is_panel_dark({"XDG_CURRENT_DESKTOP": "GNOME"}) is None


def test_programs_start_by_a_launch_agent(
    macos: System, tmp_path: Path
) -> None:
    autostart = macos.build_autostart({}, tmp_path)

    autostart.enable(("/usr/local/bin/claude-tray",))

    agents = tmp_path / "Library" / "LaunchAgents"
    assert [path.suffix for path in agents.iterdir()] == [".plist"]
    assert macos.is_autostart_status_slow


@pytest.mark.parametrize(
    ("listed", "codes"),
    [
        ('(\n    "fr-DE",\n    "en-DE"\n)', "fr-DE:en-DE"),
        ('(\n    de,\n    "zh-Hans-CN"\n)', "de:zh-Hans-CN"),
        ("", ""),
    ],
)
def test_preferred_languages_are_listed_in_their_order(
    listed: str, codes: str
) -> None:
    if sys.platform == "win32":
        pytest.skip("POSIX systems")
    from claude_tray.platform import macos  # noqa: PLC0415

    assert macos.join_languages(listed) == codes
