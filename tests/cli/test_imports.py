"""Commands start without what only others need."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.sandbox import ProgramSandbox

if TYPE_CHECKING:
    from pathlib import Path

# Run by `python -c`; prints what the command has imported.
COMMAND = """
import sys
from claude_tray.__main__ import main
sys.argv = ["claude-tray", *sys.argv[1:]]
before = set(sys.modules)
status = main()
print(status, *(set(sys.modules) - before), file=sys.stderr)
"""
# Each takes longer to import, or more memory, than reading the store.
HEAVY = {
    "PIL",
    "Xlib",
    "asyncio",
    "claude_tray.sync",
    "claude_tray.ui",
    "claude_tray.watching",
    "concurrent",
    "django",
    "http",
    "jeepney",
    "jinja2",
    "mcp",
    "pystray",
    "requests",
    "ssl",
    "subprocess",
    "tomlkit",
    "watchdog",
    "werkzeug",
}
TERMINAL = {"rich"}
PARSING = {"argparse", "json", "msgspec", "sqlite3"}


def list_parents(module: str) -> set[str]:
    """Return a module's name and those of its packages."""
    parts = module.split(".")
    return {".".join(parts[:end]) for end in range(1, len(parts) + 1)}


@pytest.mark.parametrize(
    ("args", "unwanted"),
    [
        (["version"], HEAVY | TERMINAL | PARSING),
        (["--version"], HEAVY | TERMINAL | PARSING),
        (["refresh"], HEAVY | TERMINAL | {"claude_tray.presentation.welcome"}),
        (["status"], HEAVY),
        (["status", "--json"], HEAVY | TERMINAL),
        (["status", "--field", "used"], HEAVY | TERMINAL),
        (["daily"], HEAVY),
        (["daily", "--json"], HEAVY | TERMINAL),
        (["sessions", "--json"], HEAVY | TERMINAL),
        (["settings", "list", "--json"], (HEAVY - {"subprocess"}) | TERMINAL),
    ],
)
def test_a_command_imports_nothing_heavy(
    tmp_path: Path, args: list[str], unwanted: set[str]
) -> None:
    sandbox = ProgramSandbox(tmp_path, ClaudeFolder(tmp_path / "claude"))
    sandbox.claude.append(make_line())

    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *args],
        env=sandbox.env,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    status, *modules = done.stderr.split("\n")[-2].split()
    imported = set().union(*map(list_parents, modules))
    assert status == "0"
    assert imported & unwanted == set()


def test_the_popup_starts_without_what_only_clicks_need() -> None:
    code = (
        "import claude_tray.ui.__main__, claude_tray.ui.popup.popup_window,"
        " sys; print(*sys.modules)"
    )
    modules = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert {"tempfile", "webbrowser", "asyncio", "rich"}.isdisjoint(modules)
