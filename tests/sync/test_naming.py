from __future__ import annotations

from typing import Any

import pytest

from claude_tray.sync.naming import Naming, Privacy, account_of

SHOP = "/home/ana/shop"
OTHER = "/home/ana/work/shop"
FOLDERS = {"": "/home/ana/.claude", "second": "/srv/claude"}
KEY = b"k" * 32


def _naming(**privacy: Any) -> Naming:
    chosen = Privacy(home="/home/ana", key=KEY)._replace(**privacy)
    return Naming(chosen, [SHOP, OTHER, "/home/ana/notes"], FOLDERS)


def test_names_are_as_shown_and_folders_begin_at_home() -> None:
    naming = _naming()

    assert naming.name_of("/home/ana/notes") == "notes"
    assert naming.name_of(SHOP) == "ana · shop"
    assert naming.folder_of(SHOP, "") == "~/.claude/projects/-home-ana-shop"
    assert naming.folder_of(SHOP, "second") == (
        "/srv/claude/projects/-home-ana-shop"
    )
    assert naming.folder_of(SHOP, "unknown").startswith("~/.claude/")
    assert naming.machine_of("thinkpad") == "thinkpad"


def test_aliases_tell_projects_apart_and_nothing_else() -> None:
    naming = _naming(projects="aliases")
    alias = naming.name_of(SHOP)

    assert alias.startswith("p-")
    assert len(alias) == 18
    assert alias != naming.name_of(OTHER)
    assert alias == _naming(projects="aliases").name_of(SHOP)
    assert alias != _naming(projects="aliases", key=b"x").name_of(SHOP)
    assert naming.folder_of(SHOP, "") == ""
    assert naming.machine_of("thinkpad") == ""


def test_hidden_projects_are_all_one() -> None:
    naming = _naming(projects="hidden")

    assert naming.name_of(SHOP) == naming.name_of(OTHER) == "hidden"
    assert naming.folder_of(SHOP, "") == ""


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
    naming = _naming(exclude=("other", pattern))

    assert naming.is_excluded("/home/ana/notes") is expected


def test_a_name_is_one_that_every_receiver_can_store() -> None:
    naming = Naming(Privacy(), ["a\nb"], {})

    assert naming.name_of("a\nb") == "a\ufffdb"
    assert naming.name_of("/not/known") == "_not_known"
    assert len(naming.name_of("x" * 999)) == 255
    assert naming.folder_of("a", "") == "/projects/a"


def test_another_privacy_has_another_fingerprint() -> None:
    one = Privacy(exclude=("a", "b"))

    assert one.fingerprint == Privacy(exclude=("b", "a")).fingerprint
    assert one.fingerprint != Privacy(exclude=("a",)).fingerprint
    assert one.fingerprint != one._replace(projects="hidden").fingerprint


def test_an_account_is_told_to_each_receiver_otherwise() -> None:
    account = "8d1f3c1e-0000-4000-8000-000000000000"

    assert account_of(account, "one") == account_of(account, "one")
    assert account_of(account, "one") != account_of(account, "two")
    assert account not in account_of(account, "one")
    assert account_of("", "one") == ""
