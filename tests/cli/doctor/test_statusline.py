from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.support.builders import make_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


def test_an_installed_status_line_that_has_not_run_is_named(
    terminal: Terminal,
) -> None:
    before = terminal.run("doctor").out
    terminal.run("statusline", "install")

    after = terminal.run("doctor").out
    report = terminal.run("doctor", "--json").json["statusline"]

    assert "statusline install" in before
    assert "statusline install" not in after
    assert "installed, not run yet" in after
    assert report["installed"] == [str(terminal.claude.path)]
    assert report["overridden_by"] == []


def test_what_overrides_the_status_line_is_named(
    terminal: Terminal, tmp_path: Path
) -> None:
    project = tmp_path / "shop"
    settings = project / ".claude" / "settings.local.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        json.dumps({"statusLine": {"type": "command", "command": "other"}})
    )
    terminal.claude.append(make_line(cwd=str(project)))
    terminal.run("statusline", "install")
    user_settings = terminal.claude.path / "settings.json"
    values = json.loads(user_settings.read_text())
    user_settings.write_text(json.dumps({**values, "disableAllHooks": True}))

    text = terminal.run("doctor").out
    report = terminal.run("doctor", "--json").json["statusline"]

    assert f"disabled by disableAllHooks in {user_settings}" in text
    assert f"overridden by the statusLine in {settings}" in text
    assert report["overridden_by"] == [
        {"path": str(user_settings), "is_disabled": True},
        {"path": str(settings), "is_disabled": False},
    ]


def test_an_unreadable_backup_is_no_error(terminal: Terminal) -> None:
    terminal.run("statusline", "install")
    backup = terminal.app_home / "config" / "statusline.json"
    backup.write_text("{")

    report = terminal.run("doctor", "--json").json

    assert report["statusline"]["installed"] == [str(terminal.claude.path)]
