"""Upgrade stores of earlier versions with processes that are killed."""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.store import migrations
from claude_tray.store.schema import MIGRATIONS
from tests.support.builders import make_line
from tests.support.old_stores import write_old_store
from tests.support.workload import kill_count

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sandbox import ProgramSandbox


_MESSAGE_COUNT = 20_000
_BACKUP_PATTERN = "usage.db.before-*"


def _read_store_state(store: Path) -> tuple[int, int, str]:
    """Return a store's version, number of records and integrity."""
    with closing(sqlite3.connect(store)) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM message",
        ).fetchone()
        (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()
        return migrations.get_schema_version(connection), count, integrity


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_a_killed_upgrade_changes_all_or_nothing(
    sandbox: ProgramSandbox,
    tmp_path: Path,
) -> None:
    rng = random.Random(9)
    earlier = tmp_path / "earlier.db"
    seconds = 0.2
    for number in range(kill_count()):
        version = 1 + number % (len(MIGRATIONS) - 1)
        earlier.unlink(missing_ok=True)
        write_old_store(earlier, version, _MESSAGE_COUNT)
        shutil.rmtree(sandbox.app_home, ignore_errors=True)
        sandbox.store.parent.mkdir(parents=True)
        shutil.copy(earlier, sandbox.store)
        process = sandbox.start("refresh")
        time.sleep(rng.uniform(0.05, seconds))
        process.kill()
        process.communicate()

        found, *rest = _read_store_state(sandbox.store)
        assert found in (version, len(MIGRATIONS))
        assert rest == [_MESSAGE_COUNT, "ok"]

        began = time.monotonic()
        sandbox.refresh()
        seconds = time.monotonic() - began
        assert _read_store_state(sandbox.store) == (
            len(MIGRATIONS),
            _MESSAGE_COUNT,
            "ok",
        )
        (backup,) = sandbox.store.parent.glob(_BACKUP_PATTERN)
        assert _read_store_state(backup) == (version, _MESSAGE_COUNT, "ok")


def test_only_one_of_many_processes_upgrades_an_old_store(
    sandbox: ProgramSandbox,
) -> None:
    write_old_store(sandbox.store, 1, _MESSAGE_COUNT)
    sandbox.claude.append(make_line())

    together = [
        sandbox.start(*args)
        for args in (["stats"], ["refresh"], ["daily", "--no-refresh"]) * 2
    ]
    errors = [process.communicate(timeout=60)[1] for process in together]

    assert errors == [""] * len(together)
    assert [process.returncode for process in together] == [0] * len(together)
    assert _read_store_state(sandbox.store) == (
        len(MIGRATIONS),
        _MESSAGE_COUNT + 1,
        "ok",
    )
    (backup,) = sandbox.store.parent.glob(_BACKUP_PATTERN)
    assert _read_store_state(backup) == (1, _MESSAGE_COUNT, "ok")
