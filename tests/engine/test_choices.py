from __future__ import annotations

from pathlib import Path

import pytest

from claude_tray.engine.choices import name_of


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/ada/.claude", "default"),
        ("/home/ada/.claude-work", "work"),
        ("/home/ada/.config/claude", "claude"),
        ("/srv/claude-team", "team"),
        ("/srv/ben", "ben"),
        ("/", "default"),
    ],
)
def test_an_account_is_called_by_its_folder(path: str, name: str) -> None:
    assert name_of(Path(path)) == name
