from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("a freedesktop.org desktop", allow_module_level=True)

from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("desktops", "is_dark"),
    [("GNOME", True), ("ubuntu:GNOME", True), ("KDE", None), ("", None)],
)
def test_only_the_panel_of_gnome_is_known_to_be_dark(
    desktops: str,
    is_dark: bool | None,  # noqa: FBT001 - a case
) -> None:
    environ = {"XDG_CURRENT_DESKTOP": desktops}

    assert current_system().is_panel_dark(environ) is is_dark


def test_the_language_is_left_to_the_environment() -> None:
    assert current_system().get_language() == ""


def test_relative_xdg_folders_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/etc/other")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)

    folders = current_system().get_app_folders("app", tmp_path)

    assert [str(folder) for folder in folders] == [
        "/etc/other/app",
        f"{tmp_path}/.local/share/app",
        f"{tmp_path}/.local/state/app",
    ]
