"""Transcripts that are changed, moved and forbidden while they are read."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import a_line
from tests.support.doses import dose
from tests.support.home import Home, is_sound, write_sessions

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="what is open cannot be moved there",
)


def test_files_that_change_under_the_reader_come_right_in_the_end(
    home: Home,
    tmp_path: Path,
) -> None:
    write_sessions(home.claude, sessions=30, replies=20, filler=20_000)
    originals = tmp_path / "originals"
    shutil.copytree(home.claude.projects, originals)
    chance = random.Random(5)
    for _ in range(dose(3)):
        reader = home.start("refresh", "--json")
        while reader.poll() is None:
            _disturb(home.claude.projects, originals, chance)
        _, err = reader.communicate()
        assert reader.returncode == 0, err
        assert "Traceback" not in err
        assert is_sound(home.store)

    shutil.rmtree(home.claude.projects)
    shutil.copytree(originals, home.claude.projects)
    home.refresh()
    other = Home(tmp_path / "other", home.claude)
    other.refresh()
    assert home.contents() == other.contents()


def _disturb(projects: Path, originals: Path, chance: random.Random) -> None:
    """Rewrite, cut, delete or move some transcript."""
    original = chance.choice(sorted(originals.rglob("*.jsonl")))
    path = projects / original.relative_to(originals)
    how = chance.choice(("rewrite", "cut", "delete", "move"))
    if how == "rewrite":
        shutil.copy(original, path)
    elif how == "cut" and path.exists():
        os.truncate(path, chance.randrange(path.stat().st_size + 1))
    elif how == "delete":
        path.unlink(missing_ok=True)
    elif path.exists():
        other = projects / f"-home-ada-p{chance.randrange(7)}" / path.name
        path.replace(other)


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
def test_names_that_are_no_text_are_read_like_others(home: Home) -> None:
    folder = os.fsencode(home.claude.projects) + b"/-home-\xff\xfe"
    os.mkdir(folder)  # noqa: PTH102 - a path of bytes
    path = os.fsdecode(folder + b"/session-\xe4.jsonl")
    line = a_line(message="msg_1", cwd=None, sessionId=None)
    with open(path, "wb") as file:  # noqa: PTH123 - as above
        file.write(line)

    first = home.refresh()
    again = home.refresh()
    with open(path, "ab") as file:  # noqa: PTH123 - as above
        file.write(a_line(message="msg_2", cwd=None, sessionId=None))
    audit = home.run("doctor", "--audit")
    more = home.refresh()
    told = [home.run(name, "--json") for name in ("sessions", "doctor")]

    assert (first["messages_added"], again["files_read"]) == (1, 0)
    assert more["files_read"] == 0
    assert '"session-\ufffd"' in told[0].stdout
    assert "/session-\ufffd.jsonl" in audit.stdout
    assert not any("Traceback" in d.stderr for d in (*told, audit))
    os.unlink(path)  # noqa: PTH108 - as above
    assert home.refresh()["files_read"] == 0
    with closing(sqlite3.connect(home.store)) as store:
        assert store.execute("SELECT * FROM file").fetchall() == []


def test_a_transcript_that_moved_is_counted_once(home: Home) -> None:
    write_sessions(home.claude, sessions=3, replies=10)
    home.refresh()
    before = home.contents()
    path = home.claude.file("session-1.jsonl", "-home-ada-p1")

    path.replace(home.claude.file("session-1.jsonl", "-home-ada-elsewhere"))
    answer = home.refresh()

    assert (answer["files_read"], answer["messages_added"]) == (1, 0)
    assert home.contents() == before


def test_what_was_deleted_is_kept(home: Home) -> None:
    write_sessions(home.claude, sessions=3, replies=10)
    home.refresh()
    before = home.contents()

    shutil.rmtree(home.claude.projects)
    home.claude.projects.mkdir()

    assert home.refresh()["files_read"] == 0
    assert home.contents() == before


def test_what_only_has_the_name_of_a_transcript_is_passed_over(
    home: Home,
) -> None:
    """A pipe would be waited for, and a device never ends."""
    if sys.platform == "win32":
        pytest.skip("no pipes there")
    home.claude.append(a_line(message="msg_1"))
    home.claude.append(
        a_line(message="msg_2"),
        name="folder.jsonl/session-b.jsonl",
    )
    os.mkfifo(home.claude.file("pipe.jsonl"))
    home.claude.file("zero.jsonl").symlink_to("/dev/zero")
    home.claude.file("gone.jsonl").symlink_to("nowhere.jsonl")
    (home.claude.projects / "loop").symlink_to(home.claude.projects)

    answer = home.refresh()

    assert (answer["files_read"], answer["messages_added"]) == (2, 2)
