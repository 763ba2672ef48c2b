from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


def locate(terminal: Terminal) -> Path:
    return terminal.claude.path / "settings.json"


def test_a_hook_that_runs_is_no_problem(terminal: Terminal) -> None:
    before = terminal.run("doctor", "--json").json["hook"]
    terminal.run("hook", "install")
    after = terminal.run("doctor", "--json").json

    assert before["installed"] == []
    assert after["hook"] == {
        "installed": [str(terminal.claude.path)],
        "missing": [],
        "disabled_by": [],
    }
    assert "hook install" not in " ".join(after["problems"])


def test_disabled_hooks_are_named(terminal: Terminal) -> None:
    terminal.run("hook", "install")
    path = locate(terminal)
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "disableAllHooks": True}))

    report = terminal.run("doctor", "--json").json["hook"]

    assert report["disabled_by"] == [str(path)]
    assert f"disabled by disableAllHooks in {path}" in (
        terminal.run("doctor").out
    )


def test_a_program_that_an_upgrade_removed_is_a_problem(
    terminal: Terminal, tmp_path: Path
) -> None:
    """Both files name the program, as that of an older installation."""
    terminal.run("hook", "install")
    (hook,) = (
        hook
        for group in json.loads(locate(terminal).read_text())["hooks"][
            "UserPromptSubmit"
        ]
        for hook in group["hooks"]
    )
    gone = str(tmp_path / "old version" / "claude-tray")
    backup = terminal.app_home / "config" / "hook.json"
    for path in (locate(terminal), backup):
        old, new = (
            json.dumps(text)[1:-1]
            for text in (hook["command"], f'"{gone}" hook')
        )
        # The backup has the settings' text within JSON.
        text = path.read_text().replace(old, new)
        nested = json.dumps(old)[1:-1], json.dumps(new)[1:-1]
        path.write_text(text.replace(*nested))

    result = terminal.run("doctor", "--json")

    assert result.json["hook"]["missing"] == [gone]
    assert any("hook install" in text for text in result.json["problems"])
    terminal.run("hook", "install")
    after = terminal.run("doctor", "--json").json["hook"]
    assert after["missing"] == []


def test_unreadable_settings_are_no_error(terminal: Terminal) -> None:
    locate(terminal).write_text("[]")

    assert terminal.run("doctor", "--json").json["hook"] is None
    assert "Traceback" not in terminal.run("doctor").out
