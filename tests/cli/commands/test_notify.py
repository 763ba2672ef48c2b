from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.notification_command import STATE_FILE
from claude_tray.core.notifications.model import NotificationKind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


def _write_script(folder: Path, text: str) -> str:
    path = folder / "script.py"
    path.write_text(text)
    return json.dumps([sys.executable, str(path)])


@pytest.mark.parametrize("kind", NotificationKind)
def test_json_shows_the_json_of_a_kind(
    terminal: Terminal, kind: NotificationKind
) -> None:
    result = terminal.run("notify", kind.value, "--json")

    assert result.json["kind"] == kind.value
    assert result.json["test"] is True


def test_a_test_runs_the_command(terminal: Terminal, tmp_path: Path) -> None:
    copy = tmp_path / "event.json"
    text = f"import sys; open({str(copy)!r}, 'w').write(sys.stdin.read())"
    command = _write_script(tmp_path, text)
    terminal.write_settings(f"[notifications]\ncommand = {command}\n")
    state = tmp_path / "own" / "state" / STATE_FILE
    state.parent.mkdir(parents=True)
    state.write_text('{"problem": "Failed.", "failed_at": 5}')

    result = terminal.run("notify")

    assert (result.status, result.out) == (0, "The command was successful.\n")
    assert json.loads(copy.read_text())["kind"] == "ready"
    # The doctor has nothing to report any more.
    assert not state.exists()


def test_a_failure_is_one_sentence(terminal: Terminal, tmp_path: Path) -> None:
    command = _write_script(tmp_path, "raise SystemExit(7)")
    terminal.write_settings(f"[notifications]\ncommand = {command}\n")

    result = terminal.run("notify", "limit")

    assert result.status == 1
    assert result.err == (
        "claude-tray: The notification command ended with status 7.\n"
    )


def test_without_a_command_there_is_a_hint(terminal: Terminal) -> None:
    result = terminal.run("notify")

    assert result.status == 1
    assert "Set notifications.command" in result.err


def test_a_command_is_set_word_by_word(terminal: Terminal) -> None:
    key = "notifications.command"
    saved = terminal.run(
        "settings",
        *("--claude-path", str(terminal.claude.path)),
        *("set", key, "--", sys.executable, "-c", "a, b", "it's"),
    )
    shown = terminal.run("settings", "get", key)
    listed = terminal.run("settings", "get", key, "--json")

    assert saved.status == 0
    assert shown.out == f"{sys.executable} -c 'a, b' 'it'\"'\"'s'\n"
    assert listed.json["value"] == [sys.executable, "-c", "a, b", "it's"]


def test_a_program_that_does_not_exist_is_not_saved(
    terminal: Terminal,
) -> None:
    result = terminal.run(
        "settings", "set", "notifications.command", "no-such-program --loud"
    )
    empty = terminal.run("settings", "set", "notifications.command", "")

    assert result.status == 1
    assert "There is no program “no-such-program --loud”." in result.err
    assert empty.status == 1
    assert "must be a program and its arguments" in empty.err
    assert terminal.run("settings", "get", "notifications.command").out == "\n"


def test_the_doctor_checks_the_command(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.claude.path.mkdir(parents=True, exist_ok=True)
    assert "notification_command" not in terminal.run("doctor", "--json").json

    terminal.write_settings('[notifications]\ncommand = ["/gone/notify"]\n')
    missing = terminal.run("doctor").out
    command = json.dumps([sys.executable])
    terminal.write_settings(f"[notifications]\ncommand = {command}\n")
    state = tmp_path / "own" / "state" / STATE_FILE
    good = terminal.run("doctor", "--json").json
    state.write_text('{"problem": "Ended.", "failed_at": 1770000000}')
    failed = terminal.run("doctor").out

    assert "There is no program “/gone/notify”." in missing
    assert good["notification_command"] == {
        "command": [sys.executable],
        "failed_at": None,
    }
    assert "Failed on Feb 2 at" in failed
    assert "Ended." in failed
