from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line
from tests.support.desktop import wait_until

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


ROOT = Path(__file__).parents[3]

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
    """A home folder with Claude Code in use."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    # Autostart is refused for a checkout in a temporary folder.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    terminal.claude.append(make_line())
    return home


def _list_files(*folders: Path) -> set[Path]:
    return {p for f in folders for p in f.rglob("*") if p.is_file()}


def test_uninstall_removes_everything_but_user_data(
    terminal: Terminal,
    home: Path,
) -> None:
    settings = terminal.claude.path / "settings.json"
    settings.write_text('{"model": "opus"}\n')
    before = _list_files(home, terminal.claude.path)
    terminal.write_settings("# mine\n")
    for args in (
        ("autostart", "on"),
        ("desktop", "install"),
        ("statusline", "install"),
        ("refresh",),
    ):
        assert terminal.run(*args).status == 0
    terminal.app_home.joinpath("state").mkdir(exist_ok=True)
    terminal.app_home.joinpath("state", "claude-tray.log").touch()

    result = terminal.run("uninstall", "--json")

    assert result.status == 0
    assert _list_files(home, terminal.claude.path) == before
    assert settings.read_text() == '{"model": "opus"}\n'
    left = {path.name for path in _list_files(terminal.app_home)}
    assert left == {Path(path).name for path in result.json["kept"]}
    assert {"settings.toml", "usage.db"} <= left


def test_a_dry_run_lists_the_steps_and_changes_nothing(
    terminal: Terminal,
    home: Path,
) -> None:
    assert terminal.run("autostart", "on").status == 0
    terminal.run("refresh")
    before = _list_files(home, terminal.app_home)

    result = terminal.run("uninstall", "--dry-run", "--data")

    assert "Would remove start at login: " in result.out
    assert "Would remove user data: " in result.out
    assert "To finish, run: " in result.out
    assert _list_files(home, terminal.app_home) == before


def test_data_deletes_everything(terminal: Terminal, home: Path) -> None:
    terminal.write_settings("# mine\n")
    terminal.run("refresh")

    terminal.run("uninstall", "--data")

    assert _list_files(terminal.app_home, home) == set()


def test_a_changed_statusline_is_reported_and_its_backup_kept(
    terminal: Terminal,
    home: Path,
) -> None:
    terminal.run("statusline", "install")
    (terminal.claude.path / "settings.json").write_text(
        '{"statusLine": {"type": "command", "command": "another"}}'
    )

    result = terminal.run("uninstall", "--data")

    assert result.status == 1
    assert "Could not remove the status line in " in result.err
    assert "was changed since" in result.err
    backup = (terminal.app_home / "config" / "statusline.json").read_text()
    assert str(terminal.claude.path) in json.loads(backup)
    assert not _list_files(home)


def test_an_unreadable_backup_is_reported_and_the_rest_undone(
    terminal: Terminal,
    home: Path,
) -> None:
    terminal.run("autostart", "on")
    notes = terminal.app_home / "config" / "statusline.json"
    notes.parent.mkdir(parents=True)
    notes.write_text("nonsense")

    result = terminal.run("uninstall")

    assert result.status == 1
    assert "Could not remove the status line. " in result.err
    assert not _list_files(home)
    assert notes.exists()


def test_a_running_tray_is_quit_first(
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
        wait_until((terminal.app_home / "state" / "instance.door").exists)

        result = terminal.run("uninstall", "--data")

        assert "Removed the running tray" in result.out
        assert tray.wait(10) == 0
        assert _list_files(terminal.app_home, home) == set()
    finally:
        tray.kill()
        tray.communicate()


@pytest.mark.usefixtures("home")
def test_uninstall_knows_the_files_of_every_command(
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    for args in (
        ("status",),
        ("popup", "--html", "--no-browser"),
        ("card", "--png", str(tmp_path / "card.png")),
        ("export", "--output", str(tmp_path / "export.json")),
        ("sync", "--dry-run"),
        ("sync", "--status"),
        ("doctor",),
    ):
        terminal.run(*args)

    terminal.run("uninstall", "--data")

    assert _list_files(terminal.app_home) == set()
