"""Stores of earlier versions, brought up to date by processes that may die."""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.store import migration
from claude_tray.store.schema import STEPS
from tests.support.builders import a_line
from tests.support.doses import kills
from tests.support.earlier import write_earlier

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.home import Home

_MESSAGES = 20_000
_BEFORE = "usage.db.before-*"


def _state(store: Path) -> tuple[int, int, str]:
    """Return a store's version, how much it holds, and whether it is whole."""
    with closing(sqlite3.connect(store)) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM message",
        ).fetchone()
        (whole,) = connection.execute("PRAGMA integrity_check").fetchone()
        return migration.version_of(connection), count, whole


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_an_upgrade_that_is_killed_changes_all_or_nothing(
    home: Home,
    tmp_path: Path,
) -> None:
    chance = random.Random(9)
    earlier = tmp_path / "earlier.db"
    seconds = 0.2
    for number in range(kills()):
        version = 1 + number % (len(STEPS) - 1)
        earlier.unlink(missing_ok=True)
        write_earlier(earlier, version, _MESSAGES)
        shutil.rmtree(home.own, ignore_errors=True)
        home.store.parent.mkdir(parents=True)
        shutil.copy(earlier, home.store)
        process = home.start("refresh")
        time.sleep(chance.uniform(0.05, seconds))
        process.kill()
        process.communicate()

        found, *rest = _state(home.store)
        assert found in (version, len(STEPS))
        assert rest == [_MESSAGES, "ok"]

        began = time.monotonic()
        home.refresh()
        seconds = time.monotonic() - began
        assert _state(home.store) == (len(STEPS), _MESSAGES, "ok")
        (backup,) = home.store.parent.glob(_BEFORE)
        assert _state(backup) == (version, _MESSAGES, "ok")


def test_of_many_that_find_an_earlier_store_one_brings_it_up_to_date(
    home: Home,
) -> None:
    write_earlier(home.store, 1, _MESSAGES)
    home.claude.append(a_line())

    together = [
        home.start(*words)
        for words in (["stats"], ["refresh"], ["daily", "--no-refresh"]) * 2
    ]
    errors = [process.communicate(timeout=60)[1] for process in together]

    assert errors == [""] * len(together)
    assert [process.returncode for process in together] == [0] * len(together)
    assert _state(home.store) == (len(STEPS), _MESSAGES + 1, "ok")
    (backup,) = home.store.parent.glob(_BEFORE)
    assert _state(backup) == (1, _MESSAGES, "ok")
