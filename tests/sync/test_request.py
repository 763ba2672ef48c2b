from __future__ import annotations

from typing import Any

import pytest

from claude_tray.sync.config import PrivacySettings
from claude_tray.sync.request import NameAnonymizer, hash_account

SHOP = "/home/ana/shop"
OTHER = "/home/ana/work/shop"
FOLDERS = {"": "/home/ana/.claude", "second": "/srv/claude"}
KEY = b"k" * 32


def _make_anonymizer(**privacy: Any) -> NameAnonymizer:
    chosen = PrivacySettings(home="/home/ana", key=KEY)._replace(**privacy)
    return NameAnonymizer(chosen, [SHOP, OTHER, "/home/ana/notes"], FOLDERS)


def test_names_are_unique_and_folders_start_at_the_home() -> None:
    anonymizer = _make_anonymizer()

    assert anonymizer.project_name("/home/ana/notes") == "notes"
    assert anonymizer.project_name(SHOP) == "ana · shop"
    assert (
        anonymizer.folder_name(SHOP, "") == "~/.claude/projects/-home-ana-shop"
    )
    assert anonymizer.folder_name(SHOP, "second") == (
        "/srv/claude/projects/-home-ana-shop"
    )
    assert anonymizer.folder_name(SHOP, "unknown").startswith("~/.claude/")
    assert anonymizer.machine_name("thinkpad") == "thinkpad"


def test_aliases_are_unique_and_reveal_nothing() -> None:
    anonymizer = _make_anonymizer(projects="aliases")
    alias = anonymizer.project_name(SHOP)

    assert alias.startswith("p-")
    assert len(alias) == 18
    assert alias != anonymizer.project_name(OTHER)
    assert alias == _make_anonymizer(projects="aliases").project_name(SHOP)
    assert alias != _make_anonymizer(
        projects="aliases", key=b"x"
    ).project_name(SHOP)
    assert anonymizer.folder_name(SHOP, "") == ""
    assert anonymizer.machine_name("thinkpad") == ""


def test_hidden_projects_share_one_name() -> None:
    anonymizer = _make_anonymizer(projects="hidden")

    assert (
        anonymizer.project_name(SHOP)
        == anonymizer.project_name(OTHER)
        == "hidden"
    )
    assert anonymizer.folder_name(SHOP, "") == ""


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("notes", True),
        ("note?", True),
        ("/home/ana/notes", True),
        ("~/notes", True),
        ("~/*", True),
        ("Notes", False),
        ("shop", False),
    ],
)
def test_a_project_is_excluded_by_name_or_path(
    pattern: str,
    expected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    anonymizer = _make_anonymizer(exclude=("other", pattern))

    assert anonymizer.is_excluded("/home/ana/notes") is expected


def test_names_can_be_stored_by_every_receiver() -> None:
    anonymizer = NameAnonymizer(PrivacySettings(), ["a\nb"], {})

    assert anonymizer.project_name("a\nb") == "a␊b"
    assert anonymizer.project_name("/not/known") == "_not_known"
    assert len(anonymizer.project_name("x" * 999)) == 255
    assert anonymizer.folder_name("a", "") == "/projects/a"


def test_the_fingerprint_changes_with_the_settings() -> None:
    one = _make_anonymizer(exclude=("a", "b")).fingerprint

    assert one == _make_anonymizer(exclude=("b", "a")).fingerprint
    assert one != _make_anonymizer(exclude=("a",)).fingerprint
    assert (
        one
        != _make_anonymizer(exclude=("a", "b"), projects="hidden").fingerprint
    )


def test_account_hashes_differ_between_receivers() -> None:
    account = "8d1f3c1e-0000-4000-8000-000000000000"

    assert hash_account(account, "one") == hash_account(account, "one")
    assert hash_account(account, "one") != hash_account(account, "two")
    assert account not in hash_account(account, "one")
    assert hash_account("", "one") == ""
