from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.usage import SessionId
from claude_tray.core.windows import WindowRule
from claude_tray.ingest.config import (
    EngineConfig,
    cached_accounts,
    list_accounts,
    resolve_accounts,
)
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.aggregates import compute_account_totals
from claude_tray.store.connection import Writer, open_reader, open_writer
from claude_tray.store.session_owners import save_owners
from tests.support.builders import PRICES, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


class FakeClaudeFolders:
    """Claude folders with a signed-in account."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def build_config(self, *names: str) -> EngineConfig:
        folders = [
            AccountFolder(self.root / name, name=name) for name in names
        ]
        return EngineConfig(tuple(folders), PRICES)

    def sign_in(self, name: str, account: str) -> None:
        file = {"oauthAccount": {"accountUuid": account}}
        path = self.root / name / ".claude.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(file) if account else "{}")

    def truncate_config(self, name: str) -> None:
        (self.root / name / ".claude.json").write_text('{"oauthAcc')


@pytest.fixture
def claude_folders(tmp_path: Path) -> FakeClaudeFolders:
    return FakeClaudeFolders(tmp_path)


def _list_account_keys(config: EngineConfig) -> list[str]:
    return [folder.account for folder in config.folders]


def test_folders_of_one_account_are_one_entry() -> None:
    folders = (
        AccountFolder(Path("/a"), "", "home"),
        AccountFolder(Path("/b"), "work", "work"),
        AccountFolder(Path("/c"), "", "again"),
    )

    accounts = list_accounts(EngineConfig(folders, PRICES, WindowRule.HOUR))

    assert [(a.key, a.name, a.path) for a in accounts] == [
        ("", "home", "/a"),
        ("work", "work", "/b"),
    ]
    assert accounts[0].rule is WindowRule.HOUR


def test_equal_account_names_are_followed_by_their_folder() -> None:
    folders = (
        AccountFolder(Path("/a/claude"), "a", "claude"),
        AccountFolder(Path("/b/claude"), "b", "claude"),
    )

    names = [a.name for a in list_accounts(EngineConfig(folders, PRICES))]

    assert names == ["claude (/a/claude)", "claude (/b/claude)"]


def test_a_folder_belongs_to_its_account(
    writer: Writer, claude_folders: FakeClaudeFolders
) -> None:
    claude_folders.sign_in("one", "a-1")
    claude_folders.sign_in("two", "b-2")
    claude_folders.sign_in("three", "a-1")

    config = resolve_accounts(
        writer, claude_folders.build_config("one", "two", "three", "none")
    )

    assert _list_account_keys(config) == ["a-1", "b-2", "a-1", ""]


def test_an_incomplete_file_keeps_the_known_account(
    writer: Writer,
    claude_folders: FakeClaudeFolders,
    tmp_path: Path,
) -> None:
    claude_folders.sign_in("one", "a-1")
    resolve_accounts(writer, claude_folders.build_config("one"))
    claude_folders.truncate_config("one")

    assert _list_account_keys(
        resolve_accounts(writer, claude_folders.build_config("one"))
    ) == ["a-1"]
    with closing(open_reader(tmp_path / "usage.db")) as reader:
        assert _list_account_keys(
            cached_accounts(reader, claude_folders.build_config("one"))
        ) == ["a-1"]


def test_the_first_account_gets_the_unowned_usage(
    writer: Writer,
    claude_folders: FakeClaudeFolders,
) -> None:
    claude_folders.sign_in("one", "")
    resolve_accounts(writer, claude_folders.build_config("one"))
    save_records(writer, make_record("09:00"))
    claude_folders.sign_in("one", "a-1")

    resolve_accounts(writer, claude_folders.build_config("one"))

    assert compute_account_totals(writer, 0, ms("10:00"), "a-1").messages == 1


def test_another_account_gets_no_earlier_usage(
    writer: Writer,
    claude_folders: FakeClaudeFolders,
) -> None:
    claude_folders.sign_in("one", "a-1")
    resolve_accounts(writer, claude_folders.build_config("one"))
    save_records(writer, make_record("09:00"), account="a-1")
    claude_folders.sign_in("one", "b-2")

    assert _list_account_keys(
        resolve_accounts(writer, claude_folders.build_config("one"))
    ) == ["b-2"]
    assert compute_account_totals(writer, 0, ms("10:00"), "a-1").messages == 1
    assert compute_account_totals(writer, 0, ms("10:00"), "b-2").messages == 0


def test_unowned_usage_stays_with_an_unowned_folder(
    writer: Writer,
    claude_folders: FakeClaudeFolders,
) -> None:
    save_records(writer, make_record("09:00"))
    claude_folders.sign_in("one", "a-1")
    claude_folders.sign_in("two", "")

    resolve_accounts(writer, claude_folders.build_config("one", "two"))

    assert compute_account_totals(writer, 0, ms("10:00"), "").messages == 1


def test_a_folder_without_an_account_has_that_of_its_latest_session(
    writer: Writer, claude_folders: FakeClaudeFolders
) -> None:
    claude_folders.sign_in("work", "w")
    config = claude_folders.build_config("home", "work")
    save_records(
        writer,
        make_record("09:00", session="one"),
        make_record("10:00", session="two"),
        make_record("11:00", session="of work"),
    )
    owners = {"one": "a", "two": "b", "of work": "w"}
    save_owners(writer, {SessionId(uuid): key for uuid, key in owners.items()})

    resolved = resolve_accounts(writer, config)
    assert _list_account_keys(resolved) == ["b", "w"]

    save_records(writer, make_record("12:00", session="one"))
    resolved = resolve_accounts(writer, config)
    assert _list_account_keys(resolved) == ["a", "w"]
    assert cached_accounts(writer, config) == resolved

    # The folder's own file comes first.
    claude_folders.sign_in("home", "b")
    resolved = resolve_accounts(writer, config)
    assert _list_account_keys(resolved) == ["b", "w"]

    # Which of two folders a session belongs to is not known.
    claude_folders.sign_in("home", "")
    claude_folders.sign_in("work", "")
    resolved = resolve_accounts(writer, config)
    assert _list_account_keys(resolved) == ["b", "w"]
