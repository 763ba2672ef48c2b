"""Lines with impossible values harm neither the store nor its history."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.bounds import MAX_MODELS, OTHER_MODELS
from claude_tray.store.schema import MIGRATIONS
from tests.support.builders import make_limit_line, make_line, ms
from tests.support.old_stores import add_lookups, write_old_store
from tests.support.sandbox import (
    ProgramSandbox,
    is_consistent,
    read_until,
    terminate,
    write_sessions,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


IMPOSSIBLE_TIMES = (
    "0001-01-01T00:00:00.000+14:00",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.000-12:00",
    "2031-01-01T00:00:00.000Z",
)


def _list_copies(sandbox: ProgramSandbox) -> list[str]:
    return [
        path.name for path in sandbox.store.parent.glob("usage.db.corrupt-*")
    ]


@pytest.mark.parametrize("timestamp", IMPOSSIBLE_TIMES)
def test_history_without_transcripts_survives_an_impossible_time(
    sandbox: ProgramSandbox,
    minutes_ago: Callable[[int], datetime],
    timestamp: str,
) -> None:
    write_sessions(sandbox.claude, sessions=5, replies=20)
    sandbox.refresh()
    before = sandbox.dump_store()["message"]
    shutil.rmtree(sandbox.claude.projects)
    sandbox.claude.append(
        make_line(message="msg_bad", timestamp=timestamp),
        make_limit_line(
            "You've hit your session limit · resets 3pm", timestamp=timestamp
        ),
        make_line(
            message="msg_good", timestamp=minutes_ago(5).isoformat(), output=5
        ),
    )

    process = sandbox.start("--no-tray")
    read_until(process, "15 tokens")
    time.sleep(2)
    errors = terminate(process)

    assert "Traceback" not in errors
    assert "corrupt" not in sandbox.read_log()
    assert _list_copies(sandbox) == []
    assert len(sandbox.dump_store()["message"]) == len(before) + 1
    assert is_consistent(sandbox.store)
    health = json.loads(sandbox.run("doctor", "--json").stdout)
    assert "2" in json.dumps(health)


@pytest.mark.parametrize("timestamp", IMPOSSIBLE_TIMES[:4])
def test_an_imported_impossible_time_is_left_out(
    sandbox: ProgramSandbox, timestamp: str
) -> None:
    write_sessions(sandbox.claude, sessions=1, replies=3)
    sandbox.refresh()
    export = json.loads(sandbox.run("export").stdout)
    for row, name in zip(
        export["records"], ("time", "placed_at", "counted_at"), strict=True
    ):
        row["key"] = row["key"][::-1]
        row[name] = timestamp
    path = sandbox.folder / "export.json"
    path.write_text(json.dumps(export))

    result = sandbox.run("import", str(path))

    assert result.returncode == 0, result.stderr
    assert "Skipped 3: no valid time" in result.stderr
    assert len(sandbox.dump_store()["message"]) == 3


def test_a_store_of_an_earlier_version_is_repaired(
    sandbox: ProgramSandbox,
) -> None:
    year_1, year_9999 = -62_135_600_000_000, 253_402_340_000_000
    write_old_store(sandbox.store, 8, messages=9)
    with closing(sqlite3.connect(sandbox.store)) as store:
        store.execute(
            "UPDATE message SET at_ms = ? + seq * 3600000", (ms("09:00"),)
        )
        store.execute("UPDATE message SET counted_ms = at_ms, flags = 1")
        for seq, at_ms in ((2, year_1), (3, year_9999)):
            store.execute(
                "UPDATE message SET at_ms = ?1, counted_ms = ?1,"
                " origin_ms = ?1 WHERE seq = ?2",
                (at_ms, seq),
            )
        store.execute(
            "UPDATE message SET counted_ms = ? WHERE seq = 4", (year_9999,)
        )
        store.execute("UPDATE cell SET cost = cost + 0.5")
        store.commit()
    add_lookups(sandbox.store)

    for command in ("stats", "status", "daily", "sessions", "export"):
        done = sandbox.run(command)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""

    assert _list_copies(sandbox) == []
    assert is_consistent(sandbox.store)
    stats = json.loads(sandbox.run("stats", "--json").stdout)
    assert stats["total_messages"] == 7
    with closing(sqlite3.connect(sandbox.store)) as store:
        (version,) = store.execute("PRAGMA user_version").fetchone()
        (seconds,) = store.execute(
            "SELECT (last_ms - first_ms) / 1000 FROM session"
        ).fetchone()
    assert version == len(MIGRATIONS)
    assert seconds == 8 * 3600


def test_the_largest_counts_are_shown_exactly(
    sandbox: ProgramSandbox,
) -> None:
    count = 3_000
    tokens = 1 << 40
    usage = {
        "input_tokens": tokens,
        "output_tokens": tokens,
        "cache_read_input_tokens": tokens,
        "cache_creation": {
            "ephemeral_5m_input_tokens": 0,
            "ephemeral_1h_input_tokens": tokens,
        },
    }
    sandbox.claude.append(
        *(make_line(message=f"msg_{n}", usage=usage) for n in range(count))
    )

    stats = sandbox.run("stats", "--json")

    assert stats.returncode == 0, stats.stderr
    total = json.loads(stats.stdout)
    assert total["total_messages"] == count
    assert total["total_input_tokens"] == count * tokens
    for command in ("status", "models", "projects", "daily", "doctor"):
        done = sandbox.run(command)
        assert "Traceback" not in done.stderr
        assert done.returncode == (1 if command == "doctor" else 0)


def test_very_many_models_stay_bounded(
    sandbox: ProgramSandbox, minutes_ago: Callable[[int], datetime]
) -> None:
    """More names than any user has: the rest counts as one."""
    timestamp = minutes_ago(5).isoformat()
    count, known = 20_000, "claude-opus-4-5-20251101"
    sandbox.claude.append(
        *(
            make_line(
                message=f"msg_{n}",
                inner={"model": f"model-{n}"},
                timestamp=timestamp,
            )
            for n in range(count)
        ),
        make_line(
            message="msg_x", inner={"model": known}, timestamp=timestamp
        ),
    )

    models = json.loads(sandbox.run("models", "--json").stdout)
    again = sandbox.run("refresh", "--json")

    names = [model["model"] for model in models]
    assert known in names
    assert OTHER_MODELS in names
    assert len(names) == MAX_MODELS + 2
    stats = json.loads(sandbox.run("stats", "--json").stdout)
    assert stats["total_messages"] == count + 1
    assert json.loads(again.stdout)["messages_updated"] == 0
    for command in ("status", "doctor", "models", "sessions", "projects"):
        done = sandbox.run(command)
        assert "Traceback" not in done.stderr
        assert len(done.stdout) < 100_000
    # Read again from the start, the names merge to the same records.
    path = sandbox.claude.transcript_path()
    path.write_bytes(path.read_bytes() + b"{}\n")
    os.utime(path, (1, 1))
    sandbox.refresh()
    stats = json.loads(sandbox.run("stats", "--json").stdout)
    assert stats["total_messages"] == count + 1
