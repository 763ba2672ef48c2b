"""A damaged store is set aside and read anew, and the person is told."""

from __future__ import annotations

import random
import signal
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import a_line
from tests.support.doses import dose
from tests.support.home import Home, is_sound, until, write_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


def _flip(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(400):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def _truncate(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(1, len(data))])


def _overwrite_the_head(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[:100] = chance.randbytes(100)
    path.write_bytes(data)


def _count_up(path: Path, chance: random.Random) -> None:
    """Change a number, which SQLite has no means to tell."""
    with closing(sqlite3.connect(path)) as store:
        which = chance.randrange(1, 400)
        store.execute(
            "UPDATE message SET output = output + 64 WHERE seq ="
            " (SELECT seq FROM message LIMIT 1 OFFSET ?)",
            (which,),
        )
        store.commit()


@pytest.mark.parametrize(
    "harm",
    [_flip, _truncate, _overwrite_the_head, _count_up],
)
def test_a_store_that_was_harmed_is_read_anew(
    home: Home,
    tmp_path: Path,
    harm: Callable[[Path, random.Random], None],
) -> None:
    write_sessions(home.claude, sessions=8, replies=60)
    other = Home(tmp_path / "other", home.claude)
    other.refresh()
    chance = random.Random(3)
    for _ in range(dose(2)):
        home.refresh()
        harm(home.store, chance)
        home.claude.append(b'{"type":"user"}\n', name="session-0.jsonl")

        done = home.run("refresh", "--json")

        assert "Traceback" not in done.stderr, done.stderr[-1500:]
        assert done.returncode == 0, done.stderr
        aside = list(home.store.parent.glob("usage.db.corrupt-*"))
        assert len(aside) == 1
        assert aside[0].name in done.stderr
        assert is_sound(home.store)
        assert home.contents() == other.contents()
        aside[0].unlink()


def test_what_only_a_damaged_store_holds_can_be_taken_from_it(
    home: Home,
) -> None:
    write_sessions(home.claude, sessions=3, replies=40)
    home.refresh()
    before = home.run("stats", "--json").stdout
    for path in home.claude.projects.rglob("session-[01].jsonl"):
        path.unlink()
    with closing(sqlite3.connect(home.store)) as store:
        (page,) = store.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'cell'",
        ).fetchone()
    data = bytearray(home.store.read_bytes())
    data[4096 * (page - 1) : 4096 * page] = b"harmed!!" * 512
    home.store.write_bytes(data)

    told = home.run("refresh")
    (aside,) = home.store.parent.glob("usage.db.corrupt-*")
    taken = home.run("import", str(aside), "--json")

    assert f"`claude-tray import {aside}` takes it in." in told.stderr
    assert taken.returncode == 0, taken.stderr
    assert home.run("stats", "--json").stdout == before


def test_damage_that_a_reader_meets_is_mended_the_next_time(
    home: Home,
) -> None:
    write_sessions(home.claude, sessions=2, replies=5)
    home.refresh()
    _overwrite_the_head(home.store, random.Random(1))

    met = home.run("stats", "--no-refresh")
    again = home.run("stats", "--json")

    (aside,) = home.store.parent.glob("usage.db.corrupt-*")
    assert met.returncode == 1
    assert f"It was set aside as {aside.name}. Ask again" in met.stderr
    assert '"total_messages": 10' in again.stdout


def test_a_follower_notices_at_its_start_what_sqlite_does_not(
    home: Home,
    recently: Callable[[int], datetime],
) -> None:
    home.claude.append(a_line(timestamp=recently(5).isoformat()))
    home.refresh()
    with closing(sqlite3.connect(home.store)) as store:
        store.execute("UPDATE message SET output = output + 64")
        store.commit()

    process = home.start("--no-tray")
    until(process, "15 tokens")

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert len(list(home.store.parent.glob("usage.db.corrupt-*"))) == 1


def test_a_store_of_nothing_is_made_anew(home: Home) -> None:
    write_sessions(home.claude, sessions=2, replies=5)
    home.refresh()
    home.store.write_bytes(b"")

    assert home.refresh()["messages_added"] == 10


@pytest.mark.skipif(sys.platform == "win32", reason="open files stay there")
@pytest.mark.parametrize("how", ["deleted", "harmed"])
def test_a_store_that_goes_while_it_is_open_comes_back(
    home: Home,
    recently: Callable[[int], datetime],
    how: str,
) -> None:
    home.settings("[general]\nlook_every_seconds = 5\n")
    moment = recently(5).isoformat()
    home.claude.append(a_line(timestamp=moment))
    process = home.start("--no-tray")
    until(process, "15 tokens")

    if how == "deleted":
        for path in home.store.parent.iterdir():
            path.unlink()
    else:
        size = home.store.stat().st_size
        home.store.write_bytes(b"harmed" * (size // 6))
    home.claude.append(a_line(message="msg_2", timestamp=moment))
    until(process, "30 tokens")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    home.refresh()

    assert len(home.contents()["message"]) == 2
