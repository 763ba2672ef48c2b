"""Move a damaged database away, rebuild it and inform the user."""

from __future__ import annotations

import random
import signal
import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line
from tests.support.sandbox import (
    ProgramSandbox,
    is_consistent,
    read_until,
    write_sessions,
)
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


def _flip_bits(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(400):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def _truncate_file(path: Path, rng: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: rng.randrange(1, len(data))])


def _overwrite_header(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[:100] = rng.randbytes(100)
    path.write_bytes(data)


def _change_number(path: Path, rng: random.Random) -> None:
    """Change a number, which SQLite cannot detect."""
    with closing(sqlite3.connect(path)) as store:
        offset = rng.randrange(1, 400)
        store.execute(
            "UPDATE message SET output = output + 64 WHERE seq ="
            " (SELECT seq FROM message LIMIT 1 OFFSET ?)",
            (offset,),
        )
        store.commit()


@pytest.mark.parametrize(
    "harm",
    [_flip_bits, _truncate_file, _overwrite_header, _change_number],
)
def test_a_damaged_store_is_rebuilt(
    sandbox: ProgramSandbox,
    tmp_path: Path,
    harm: Callable[[Path, random.Random], None],
) -> None:
    write_sessions(sandbox.claude, sessions=8, replies=60)
    other = ProgramSandbox(tmp_path / "other", sandbox.claude)
    other.refresh()
    rng = random.Random(3)
    for _ in range(scale_count(2)):
        sandbox.refresh()
        harm(sandbox.store, rng)
        sandbox.claude.append(b'{"type":"user"}\n', name="session-0.jsonl")

        done = sandbox.run("refresh", "--json")

        assert "Traceback" not in done.stderr, done.stderr[-1500:]
        assert done.returncode == 0, done.stderr
        corrupt_copies = list(sandbox.store.parent.glob("usage.db.corrupt-*"))
        assert len(corrupt_copies) == 1
        assert corrupt_copies[0].name in done.stderr
        assert is_consistent(sandbox.store)
        assert sandbox.dump_store() == other.dump_store()
        corrupt_copies[0].unlink()


def test_records_only_in_a_corrupt_copy_can_be_recovered(
    sandbox: ProgramSandbox,
) -> None:
    write_sessions(sandbox.claude, sessions=3, replies=40)
    sandbox.refresh()
    before = sandbox.run("stats", "--json").stdout
    for path in sandbox.claude.projects.rglob("session-[01].jsonl"):
        path.unlink()
    with closing(sqlite3.connect(sandbox.store)) as store:
        (page,) = store.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'cell'",
        ).fetchone()
    data = bytearray(sandbox.store.read_bytes())
    data[4096 * (page - 1) : 4096 * page] = b"harmed!!" * 512
    sandbox.store.write_bytes(data)

    result = sandbox.run("refresh")
    (corrupt_copy,) = sandbox.store.parent.glob("usage.db.corrupt-*")

    assert f"and from the damaged copy, {corrupt_copy}." in result.stderr
    assert sandbox.run("stats", "--json").stdout == before
    again = sandbox.run("import", str(corrupt_copy), "--json")
    assert again.returncode == 0, again.stderr
    assert sandbox.run("stats", "--json").stdout == before


def test_damage_found_by_a_reader_is_repaired_on_the_next_start(
    sandbox: ProgramSandbox,
) -> None:
    write_sessions(sandbox.claude, sessions=2, replies=5)
    sandbox.refresh()
    _overwrite_header(sandbox.store, random.Random(1))

    met = sandbox.run("stats", "--no-refresh")
    again = sandbox.run("stats", "--json")

    (corrupt_copy,) = sandbox.store.parent.glob("usage.db.corrupt-*")
    assert met.returncode == 1
    assert f"moved to {corrupt_copy.name}. Run the command again" in met.stderr
    assert '"total_messages": 10' in again.stdout


def test_damage_that_sqlite_misses_is_found_at_the_start(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    sandbox.claude.append(make_line(timestamp=minutes_ago(5).isoformat()))
    sandbox.refresh()
    with closing(sqlite3.connect(sandbox.store)) as store:
        store.execute("UPDATE message SET output = output + 64")
        store.commit()

    process = sandbox.start("--no-tray")
    read_until(process, "15 tokens")

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert len(list(sandbox.store.parent.glob("usage.db.corrupt-*"))) == 1


def test_an_empty_store_file_is_recreated(sandbox: ProgramSandbox) -> None:
    write_sessions(sandbox.claude, sessions=2, replies=5)
    sandbox.refresh()
    sandbox.store.write_bytes(b"")

    assert sandbox.refresh()["messages_added"] == 10


@pytest.mark.skipif(sys.platform == "win32", reason="open files stay there")
@pytest.mark.parametrize("operation", ["deleted", "harmed"])
def test_a_store_deleted_while_open_is_recreated(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
    operation: str,
) -> None:
    sandbox.write_settings("[general]\nlook_every_seconds = 5\n")
    timestamp = minutes_ago(5).isoformat()
    sandbox.claude.append(make_line(timestamp=timestamp))
    process = sandbox.start("--no-tray")
    read_until(process, "15 tokens")

    if operation == "deleted":
        for path in sandbox.store.parent.iterdir():
            path.unlink()
    else:
        size = sandbox.store.stat().st_size
        sandbox.store.write_bytes(b"harmed" * (size // 6))
    sandbox.claude.append(make_line(message="msg_2", timestamp=timestamp))
    read_until(process, "30 tokens")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    sandbox.refresh()

    assert len(sandbox.dump_store()["message"]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="open files stay there")
def test_a_store_that_is_damaged_again_is_moved_away_once(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
) -> None:
    sandbox.write_settings("[general]\nlook_every_seconds = 5\n")
    timestamp = minutes_ago(5).isoformat()
    sandbox.claude.append(make_line(timestamp=timestamp))
    sandbox.refresh()
    sandbox.store.write_bytes(b"harmed" * 10_000)
    process = sandbox.start("--no-tray")
    read_until(process, "15 tokens")

    sandbox.store.write_bytes(b"harmed" * 10_000)
    sandbox.store.with_name("usage.db-wal").write_bytes(b"")
    sandbox.claude.append(make_line(message="msg_2", timestamp=timestamp))
    read_until(process, "damaged again")
    time.sleep(12)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)

    copies = list(sandbox.store.parent.glob("usage.db.corrupt-*"))
    log = sandbox.read_log()
    assert len(copies) == 1
    assert log.count("Moved the corrupt database away") == 1
    # The rest is counted at the end.
    again = [line for line in log.splitlines() if "damaged again" in line]
    assert len(again) - ("Repeated" in again[-1]) == 1
    # The next start is another run.
    sandbox.refresh()
    assert len(sandbox.dump_store()["message"]) == 2
