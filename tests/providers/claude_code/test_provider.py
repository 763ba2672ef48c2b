from __future__ import annotations

from pathlib import Path

import pytest

from claude_tray.providers.registry import CLAUDE_CODE


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
def test_accounts_are_named_after_their_folder(path: str, name: str) -> None:
    assert CLAUDE_CODE.get_account_name(Path(path)) == name


def test_the_default_folder_is_in_the_home() -> None:
    home = Path("/home/ada")

    assert CLAUDE_CODE.find_folders(home) == (home / ".claude",)
