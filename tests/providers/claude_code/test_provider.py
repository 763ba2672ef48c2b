from __future__ import annotations

import json
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


def test_cowork_belongs_to_the_account_of_claude_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    account = {"oauthAccount": {"accountUuid": "a-1"}}
    (tmp_path / ".claude.json").write_text(json.dumps(account))
    data = tmp_path / ".config" / "Claude"
    (data / "local-agent-mode-sessions").mkdir(parents=True)

    info = CLAUDE_CODE.load_account(data)

    assert info is not None
    assert info.account == "a-1"
    assert CLAUDE_CODE.get_account_name(data) == "default"
    assert CLAUDE_CODE.load_retention_days(data) is None
