from __future__ import annotations

from pathlib import Path

from claude_tray.domain.window import Rule
from claude_tray.engine.choices import Choices, Folder, accounts_of
from tests.support.builders import PRICES


def test_folders_of_one_account_are_one_account() -> None:
    folders = (
        Folder(Path("/a"), "", "home"),
        Folder(Path("/b"), "work", "work"),
        Folder(Path("/c"), "", "again"),
    )

    accounts = accounts_of(Choices(folders, PRICES, Rule.HOUR))

    assert [(a.key, a.name, a.path) for a in accounts] == [
        ("", "home", "/a"),
        ("work", "work", "/b"),
    ]
    assert accounts[0].rule is Rule.HOUR
