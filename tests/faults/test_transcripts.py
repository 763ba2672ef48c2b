"""Change, move and forbid transcripts while they are read."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line
from tests.support.sandbox import ProgramSandbox, is_consistent, write_sessions
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="what is open cannot be moved there",
)


def test_files_that_change_while_they_are_read_end_up_correct(
    sandbox: ProgramSandbox,
    tmp_path: Path,
) -> None:
    write_sessions(sandbox.claude, sessions=30, replies=20, filler=20_000)
    originals = tmp_path / "originals"
    shutil.copytree(sandbox.claude.projects, originals)
    rng = random.Random(5)
    for _ in range(scale_count(3)):
        reader = sandbox.start("refresh", "--json")
        while reader.poll() is None:
            _disturb_files(sandbox.claude.projects, originals, rng)
        _, err = reader.communicate()
        assert reader.returncode == 0, err
        assert "Traceback" not in err
        assert is_consistent(sandbox.store)

    shutil.rmtree(sandbox.claude.projects)
    shutil.copytree(originals, sandbox.claude.projects)
    sandbox.refresh()
    other = ProgramSandbox(tmp_path / "other", sandbox.claude)
    other.refresh()
    assert sandbox.dump_store() == other.dump_store()


def _disturb_files(
    projects: Path, originals: Path, rng: random.Random
) -> None:
    """Rewrite, truncate, delete or move a transcript."""
    original = rng.choice(sorted(originals.rglob("*.jsonl")))
    path = projects / original.relative_to(originals)
    operation = rng.choice(("rewrite", "cut", "delete", "move"))
    if operation == "rewrite":
        shutil.copy(original, path)
    elif operation == "cut" and path.exists():
        os.truncate(path, rng.randrange(path.stat().st_size + 1))
    elif operation == "delete":
        path.unlink(missing_ok=True)
    elif path.exists():
        other = projects / f"-home-ada-p{rng.randrange(7)}" / path.name
        path.replace(other)


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
def test_file_names_that_are_not_text_are_read(
    sandbox: ProgramSandbox,
) -> None:
    folder = os.fsencode(sandbox.claude.projects) + b"/-home-\xff\xfe"
    os.mkdir(folder)  # noqa: PTH102 - a path of bytes
    path = os.fsdecode(folder + b"/session-\xe4.jsonl")
    line = make_line(message="msg_1", cwd=None, sessionId=None)
    with open(path, "wb") as file:  # noqa: PTH123 - as above
        file.write(line)

    first = sandbox.refresh()
    again = sandbox.refresh()
    with open(path, "ab") as file:  # noqa: PTH123 - as above
        file.write(make_line(message="msg_2", cwd=None, sessionId=None))
    audit = sandbox.run("doctor", "--audit")
    more = sandbox.refresh()
    results = [sandbox.run(name, "--json") for name in ("sessions", "doctor")]

    assert (first["messages_added"], again["files_read"]) == (1, 0)
    assert more["files_read"] == 0
    assert '"session-\ufffd"' in results[0].stdout
    assert "/session-\ufffd.jsonl" in audit.stdout
    assert not any("Traceback" in d.stderr for d in (*results, audit))
    os.unlink(path)  # noqa: PTH108 - as above
    assert sandbox.refresh()["files_read"] == 0
    with closing(sqlite3.connect(sandbox.store)) as store:
        assert store.execute("SELECT * FROM file").fetchall() == []


def test_a_moved_transcript_is_counted_once(
    sandbox: ProgramSandbox,
) -> None:
    write_sessions(sandbox.claude, sessions=3, replies=10)
    sandbox.refresh()
    before = sandbox.dump_store()
    path = sandbox.claude.transcript_path("session-1.jsonl", "-home-ada-p1")

    path.replace(
        sandbox.claude.transcript_path(
            "session-1.jsonl", "-home-ada-elsewhere"
        )
    )
    result = sandbox.refresh()

    assert (result["files_read"], result["messages_added"]) == (1, 0)
    assert sandbox.dump_store() == before


def test_deleted_transcripts_keep_their_records(
    sandbox: ProgramSandbox,
) -> None:
    write_sessions(sandbox.claude, sessions=3, replies=10)
    sandbox.refresh()
    before = sandbox.dump_store()

    shutil.rmtree(sandbox.claude.projects)
    sandbox.claude.projects.mkdir()

    assert sandbox.refresh()["files_read"] == 0
    assert sandbox.dump_store() == before


def test_pipes_and_folders_with_a_transcript_name_are_skipped(
    sandbox: ProgramSandbox,
) -> None:
    """Reading a pipe would block, and a device never ends."""
    if sys.platform == "win32":
        pytest.skip("no pipes there")
    sandbox.claude.append(make_line(message="msg_1"))
    sandbox.claude.append(
        make_line(message="msg_2"),
        name="folder.jsonl/session-b.jsonl",
    )
    os.mkfifo(sandbox.claude.transcript_path("pipe.jsonl"))
    sandbox.claude.transcript_path("zero.jsonl").symlink_to("/dev/zero")
    sandbox.claude.transcript_path("gone.jsonl").symlink_to("nowhere.jsonl")
    (sandbox.claude.projects / "loop").symlink_to(sandbox.claude.projects)

    result = sandbox.refresh()

    assert (result["files_read"], result["messages_added"]) == (2, 2)
