from __future__ import annotations

import time
from typing import TYPE_CHECKING

from claude_tray.providers.claude_code.statusline.handler import (
    SPOOL_DIR_NAME,
    write_sample,
)
from tests.support.builders import make_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


def test_refresh_counts_new_records(terminal: Terminal) -> None:
    line = make_line()
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
    assert again.out == "Files read: 0. Messages: 0 added, 0 updated.\n"


def test_skipped_lines_are_counted(terminal: Terminal) -> None:
    terminal.claude.append(b"no json\n")

    assert "1 line was skipped" in terminal.run("refresh").out


def test_a_corrupt_database_is_moved_away_and_rebuilt(
    terminal: Terminal,
) -> None:
    terminal.claude.append(make_line())
    store = terminal.app_home / "data" / "usage.db"
    store.parent.mkdir(parents=True)
    store.write_bytes(b"damaged" * 10_000)

    result = terminal.run("stats", "--json")

    assert result.json["total_messages"] == 1
    assert result.err.count("\n") == 1
    assert "usage.db.corrupt-" in result.err


def test_an_unreadable_folder_is_reported_and_the_rest_shown(
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    terminal.claude.append(make_line())
    other = tmp_path / "other"
    other.mkdir()
    (other / "projects").write_text("no folder")

    path = f"{terminal.claude.path},{other}"
    terminal.claude.path = path  # type: ignore[assignment]
    result = terminal.run("stats", "--json")

    assert result.json["total_messages"] == 1
    assert "cannot be read" in result.err


def test_a_stale_endpoint_file_is_no_tray(terminal: Terminal) -> None:
    terminal.claude.append(make_line())
    socket_path = terminal.app_home / "state" / "instance.door"
    socket_path.parent.mkdir(parents=True)
    socket_path.write_text("secret 1")

    assert terminal.run("refresh", "--json").json["messages_added"] == 1


def test_an_unknown_setting_is_reported(terminal: Terminal) -> None:
    terminal.write_settings("window.rul = 'hour'\n")

    result = terminal.run("refresh")

    assert result.status == 0
    assert "Unknown setting: window.rul. Did you mean window.rule?" in (
        result.err
    )


def test_invalid_settings_are_reported(terminal: Terminal) -> None:
    terminal.write_settings("window = \n")

    result = terminal.run("refresh")

    assert result.status == 0
    assert "line 1" in result.err
    assert "Using the last valid value or the default." in result.err


def test_statusline_samples_are_ingested(terminal: Terminal) -> None:
    terminal.claude.append(make_line())
    waiting = terminal.app_home / "state" / SPOOL_DIR_NAME
    resets = int(time.time()) + 3_600
    payload = {
        "transcript_path": f"{terminal.claude.path}/projects/p/s.jsonl",
        "rate_limits": {
            "five_hour": {"used_percentage": 38, "resets_at": resets},
        },
    }
    write_sample(waiting, payload, time.time_ns())

    terminal.run("refresh")

    assert list(waiting.iterdir()) == []


def test_a_missing_folder_is_reported_in_one_line(
    terminal: Terminal,
) -> None:
    terminal.claude.projects.rmdir()

    result = terminal.run("stats", "--json")

    assert result.json["total_messages"] == 0
    assert result.err.count("\n") == 1
    assert "no transcripts yet in" in result.err


def test_a_followed_folder_without_transcripts_is_named(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.claude.append(make_line())
    paths = f"{terminal.claude.path},{tmp_path / 'typo'}"

    result = terminal.run("stats", "--json", "--claude-path", paths)

    assert result.json["total_messages"] == 1
    projects = tmp_path / "typo" / "projects"
    assert f"{projects} is missing: nothing is read from it." in result.err
