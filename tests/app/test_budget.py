"""Choose the account of the session that asks."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.budget import check_session_folder, load_budget
from claude_tray.app.context import AppContext, load_context
from claude_tray.app.refresh import refresh_store
from claude_tray.errors import UsageError
from claude_tray.ingest.config import cached_accounts, list_accounts
from claude_tray.store.connection import open_reader
from tests.support.builders import ClaudeFolder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two accounts: in ~/.claude and in a folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / "own"))
    for name in ("CLAUDE_PATH", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in (".claude", ".claude-work"):
        folder = ClaudeFolder(tmp_path / name)
        path = folder.path / ".claude.json"
        path.write_text(f'{{"oauthAccount": {{"accountUuid": "{name}"}}}}')
    settings = tmp_path / "own" / "config" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('claude_paths = ["~/.claude", "~/.claude-work"]\n')
    return tmp_path


def load_own_context() -> AppContext:
    return load_context(Namespace(claude_path=""))


def find_account(context: AppContext) -> str:
    refresh_store(context)
    with closing(open_reader(context.paths.database)) as reader:
        config = cached_accounts(reader, context.engine_config())
        accounts = list_accounts(config)
        now = datetime.now(UTC)
        report = load_budget(reader, context, accounts, None, now)
    return report.account.path if report.account else ""


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("", ".claude"),
        ("{home}/.claude-work", ".claude-work"),
        ("~/.claude-work/projects", ".claude-work"),
        ("{home}/link", ".claude-work"),
    ],
)
def test_the_account_is_that_of_claude_codes_own_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch, value: str, name: str
) -> None:
    (home / "link").symlink_to(home / ".claude-work")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", value.format(home=home))
    context = load_own_context()

    check_session_folder(context)

    assert find_account(context) == str(home / name)


def test_another_folder_is_refused_unless_folders_are_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / ".claude-third"))
    named = load_context(Namespace(claude_path=str(home / ".claude")))

    check_session_folder(named)
    with pytest.raises(UsageError, match="is not one of those"):
        check_session_folder(load_own_context())
