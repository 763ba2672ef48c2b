from __future__ import annotations

import time
from typing import TYPE_CHECKING

from claude_tray.cli.context import WAITING
from claude_tray.transcripts import spool
from tests.support.builders import a_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


def test_what_was_new_is_told(terminal: Terminal) -> None:
    line = a_line()
    terminal.claude.append(line, b"no json\n")

    first = terminal.run("refresh", "--json")
    again = terminal.run("refresh")

    assert first.json == {
        "files_read": 1,
        "bytes_read": len(line) + 8,
        "messages_added": 1,
        "messages_updated": 0,
        "bad_lines": 1,
        "too_long": 0,
    }
    assert again.out == "Read 0 files: 0 messages added, 0 updated.\n"


def test_lines_that_were_lost_are_told(terminal: Terminal) -> None:
    terminal.claude.append(b"no json\n")

    assert "1 lines were skipped" in terminal.run("refresh").out


def test_a_damaged_store_is_set_aside_and_read_anew(
    terminal: Terminal,
) -> None:
    terminal.claude.append(a_line())
    store = terminal.own / "data" / "usage.db"
    store.parent.mkdir(parents=True)
    store.write_bytes(b"damaged" * 10_000)

    answer = terminal.run("stats", "--json")

    assert answer.json["total_messages"] == 1
    assert answer.err.count("\n") == 1
    assert "usage.db.corrupt-" in answer.err


def test_what_cannot_be_read_is_told_and_the_rest_shown(
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    terminal.claude.append(a_line())
    other = tmp_path / "other"
    other.mkdir()
    (other / "projects").write_text("no folder")

    path = f"{terminal.claude.path},{other}"
    terminal.claude.path = path  # type: ignore[assignment]
    answer = terminal.run("stats", "--json")

    assert answer.json["total_messages"] == 1
    assert "cannot be read" in answer.err


def test_a_door_that_nobody_answers_at_is_no_tray(terminal: Terminal) -> None:
    terminal.claude.append(a_line())
    door = terminal.own / "state" / "instance.door"
    door.parent.mkdir(parents=True)
    door.write_text("secret 1")

    assert terminal.run("refresh", "--json").json["messages_added"] == 1


def test_a_setting_that_means_nothing_is_told(terminal: Terminal) -> None:
    terminal.settings("window.rul = 'hour'\n")

    answer = terminal.run("refresh")

    assert answer.status == 0
    assert "Unknown setting: window.rul. Did you mean window.rule?" in (
        answer.err
    )


def test_settings_that_do_not_parse_are_told(terminal: Terminal) -> None:
    terminal.settings("window = \n")

    answer = terminal.run("refresh")

    assert answer.status == 0
    assert "line 1" in answer.err
    assert "The defaults are used." in answer.err


def test_what_the_statusline_heard_is_taken_in(terminal: Terminal) -> None:
    terminal.claude.append(a_line())
    waiting = terminal.own / "state" / spool.FOLDER
    resets = int(time.time()) + 3_600
    payload = {
        "transcript_path": f"{terminal.claude.path}/projects/p/s.jsonl",
        "rate_limits": {
            "five_hour": {"used_percentage": 38, "resets_at": resets},
        },
    }
    spool.put(waiting, payload, time.time_ns())

    terminal.run("refresh")

    assert spool.FOLDER == WAITING
    assert list(waiting.iterdir()) == []


def test_a_folder_that_is_missing_is_told_in_one_sentence(
    terminal: Terminal,
) -> None:
    terminal.claude.projects.rmdir()

    answer = terminal.run("stats", "--json")

    assert answer.json["total_messages"] == 0
    assert answer.err.count("\n") == 1
    assert "no transcripts yet in" in answer.err
