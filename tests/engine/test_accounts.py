from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.window import Rule
from claude_tray.engine.accounts import accounts_of, identified, recalled
from claude_tray.engine.choices import Choices, Folder
from claude_tray.store.connection import Writer, open_reader, open_writer
from claude_tray.store.sums import of_account
from tests.support.builders import PRICES, a_record, ms
from tests.support.keeping import keep

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


class Home:
    """Claude folders that people sign in to."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def choices(self, *names: str) -> Choices:
        folders = [Folder(self.root / name, name=name) for name in names]
        return Choices(tuple(folders), PRICES)

    def sign_in(self, name: str, account: str) -> None:
        file = {"oauthAccount": {"accountUuid": account}}
        path = self.root / name / ".claude.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(file) if account else "{}")

    def tear(self, name: str) -> None:
        (self.root / name / ".claude.json").write_text('{"oauthAcc')


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def _accounts(choices: Choices) -> list[str]:
    return [folder.account for folder in choices.folders]


def test_folders_of_one_account_are_one_profile() -> None:
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


def test_two_accounts_of_one_name_are_told_by_their_folders() -> None:
    folders = (
        Folder(Path("/a/claude"), "a", "claude"),
        Folder(Path("/b/claude"), "b", "claude"),
    )

    names = [a.name for a in accounts_of(Choices(folders, PRICES))]

    assert names == ["claude (/a/claude)", "claude (/b/claude)"]


def test_a_folder_is_its_accounts(writer: Writer, home: Home) -> None:
    home.sign_in("one", "a-1")
    home.sign_in("two", "b-2")
    home.sign_in("three", "a-1")

    choices = identified(writer, home.choices("one", "two", "three", "none"))

    assert _accounts(choices) == ["a-1", "b-2", "a-1", ""]


def test_a_torn_file_leaves_the_account_as_it_was_known(
    writer: Writer,
    home: Home,
    tmp_path: Path,
) -> None:
    home.sign_in("one", "a-1")
    identified(writer, home.choices("one"))
    home.tear("one")

    assert _accounts(identified(writer, home.choices("one"))) == ["a-1"]
    with closing(open_reader(tmp_path / "usage.db")) as reader:
        assert _accounts(recalled(reader, home.choices("one"))) == ["a-1"]


def test_who_signs_in_first_is_whose_all_was_before(
    writer: Writer,
    home: Home,
) -> None:
    home.sign_in("one", "")
    identified(writer, home.choices("one"))
    keep(writer, a_record("09:00"))
    home.sign_in("one", "a-1")

    identified(writer, home.choices("one"))

    assert of_account(writer, 0, ms("10:00"), "a-1").messages == 1


def test_another_account_takes_nothing_of_the_one_before(
    writer: Writer,
    home: Home,
) -> None:
    home.sign_in("one", "a-1")
    identified(writer, home.choices("one"))
    keep(writer, a_record("09:00"), account="a-1")
    home.sign_in("one", "b-2")

    assert _accounts(identified(writer, home.choices("one"))) == ["b-2"]
    assert of_account(writer, 0, ms("10:00"), "a-1").messages == 1
    assert of_account(writer, 0, ms("10:00"), "b-2").messages == 0


def test_nobodys_folder_keeps_what_was_nobodys(
    writer: Writer,
    home: Home,
) -> None:
    keep(writer, a_record("09:00"))
    home.sign_in("one", "a-1")
    home.sign_in("two", "")

    identified(writer, home.choices("one", "two"))

    assert of_account(writer, 0, ms("10:00"), "").messages == 1
