from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.setup.switches import SetupTarget

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of a new user, outside of any temporary folder."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
    return home


@pytest.fixture
def target(home: Path) -> SetupTarget:
    return SetupTarget(
        home / ".config" / "claude-tray" / "settings.toml",
        (home / ".claude",),
    )
