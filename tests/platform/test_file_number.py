from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.file_number import get_file_number

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("number", [1, 2**63 - 1, 2**63, 2**64 - 1])
def test_every_number_can_be_stored(number: int) -> None:
    status = os.stat_result((0o100600, number, 1, 1, 0, 0, 0, 0, 0, 0))

    with closing(sqlite3.connect(":memory:")) as database:
        (stored,) = database.execute(
            "SELECT ?", (get_file_number(status),)
        ).fetchone()

    assert stored == get_file_number(status)


def test_a_listed_file_has_the_number_of_the_opened_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")

    with os.scandir(tmp_path) as entries, path.open("rb") as file:
        (entry,) = entries
        listed = get_file_number(entry.stat())
        opened = get_file_number(os.fstat(file.fileno()))

    assert listed == opened


@pytest.mark.skipif(sys.platform == "win32", reason="numbers are not listed")
def test_a_replaced_file_has_another_number(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    for created in (path, other):
        created.write_bytes(b"{}\n")
    before = get_file_number(path.stat())

    other.replace(path)

    assert get_file_number(path.stat()) != before
