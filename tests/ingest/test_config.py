from __future__ import annotations

from pathlib import Path

import pytest

from claude_tray.ingest.config import derive_account_name


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
    assert derive_account_name(Path(path)) == name
