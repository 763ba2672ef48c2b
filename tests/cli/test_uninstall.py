from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import a_line
from tests.support.desktop import until

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"),
    reason="looks at the entries of Linux desktops",
)


@pytest.fixture
def home(
    terminal: Terminal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A person's home, with Claude Code in use."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    # A checkout may lie in a temporary folder, from which nothing is entered.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    terminal.claude.append(a_line())
    return home


def _files(*folders: Path) -> set[Path]:
    return {p for f in folders for p in f.rglob("*") if p.is_file()}


def test_what_was_put_somewhere_is_taken_out_and_the_numbers_stay(
    terminal: Terminal,
    home: Path,
) -> None:
    settings = terminal.claude.path / "settings.json"
    settings.write_text('{"model": "opus"}\n')
    before = _files(home, terminal.claude.path)
    terminal.settings("# mine\n")
    for words in (
        ("autostart", "on"),
        ("desktop", "install"),
        ("statusline", "install"),
        ("refresh",),
    ):
        assert terminal.run(*words).status == 0
    terminal.own.joinpath("state").mkdir(exist_ok=True)
    terminal.own.joinpath("state", "claude-tray.log").touch()

    answer = terminal.run("uninstall", "--json")

    assert answer.status == 0
    assert _files(home, terminal.claude.path) == before
    assert settings.read_text() == '{"model": "opus"}\n'
    left = {path.name for path in _files(terminal.own)}
    assert left == {Path(path).name for path in answer.json["kept"]}
    assert {"settings.toml", "usage.db"} <= left


def test_a_dry_run_tells_and_changes_nothing(
    terminal: Terminal,
    home: Path,
) -> None:
    assert terminal.run("autostart", "on").status == 0
    terminal.run("refresh")
    before = _files(home, terminal.own)

    answer = terminal.run("uninstall", "--dry-run", "--data")

    assert "would undo: start at login: " in answer.out
    assert "would undo: own data: " in answer.out
    assert "left to you: the program itself: " in answer.out
    assert _files(home, terminal.own) == before


def test_with_data_nothing_is_left(terminal: Terminal, home: Path) -> None:
    terminal.settings("# mine\n")
    terminal.run("refresh")

    terminal.run("uninstall", "--data")

    assert _files(terminal.own, home) == set()


def test_a_statusline_that_was_changed_since_is_told_and_kept_in_mind(
    terminal: Terminal,
    home: Path,
) -> None:
    terminal.run("statusline", "install")
    (terminal.claude.path / "settings.json").write_text("{}")

    answer = terminal.run("uninstall", "--data")

    assert answer.status == 1
    assert "not undone: statusline: " in answer.err
    assert "was changed since" in answer.err
    kept = (terminal.own / "config" / "statusline.json").read_text()
    assert str(terminal.claude.path) in json.loads(kept)
    assert not _files(home)


def test_notes_that_cannot_be_read_are_told_and_the_rest_is_undone(
    terminal: Terminal,
    home: Path,
) -> None:
    terminal.run("autostart", "on")
    notes = terminal.own / "config" / "statusline.json"
    notes.parent.mkdir(parents=True)
    notes.write_text("nonsense")

    answer = terminal.run("uninstall")

    assert answer.status == 1
    assert "not undone: statusline. " in answer.err
    assert not _files(home)
    assert notes.exists()


def test_a_tray_that_runs_is_ended_first(
    terminal: Terminal,
    home: Path,
) -> None:
    tray = subprocess.Popen(
        [sys.executable, "-m", "claude_tray", "--no-tray"],
        cwd=ROOT,
        env={**os.environ, "CLAUDE_PATH": str(terminal.claude.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        until((terminal.own / "state" / "instance.door").exists)

        answer = terminal.run("uninstall", "--data")

        assert "undone: the tray that runs" in answer.out
        assert tray.wait(10) == 0
        assert _files(terminal.own, home) == set()
    finally:
        tray.kill()
        tray.communicate()


@pytest.mark.usefixtures("home")
def test_no_command_leaves_anything_that_uninstall_does_not_know(
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    for words in (
        ("status",),
        ("popup", "--html", "--no-browser"),
        ("card", "--png", str(tmp_path / "card.png")),
        ("export", "--output", str(tmp_path / "export.json")),
        ("sync", "--dry-run"),
        ("sync", "--status"),
        ("doctor",),
    ):
        terminal.run(*words)

    terminal.run("uninstall", "--data")

    assert _files(terminal.own) == set()
