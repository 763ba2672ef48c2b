"""A pipe in the place of a file holds no command and no tray."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.support.sandbox import ProgramSandbox

if sys.platform == "win32":
    pytest.skip("Windows has no such pipes", allow_module_level=True)

# Below the folder of the sandbox; each is read by some command.
PATHS = (
    ".claude.json",
    ".claude/settings.json",
    "claude/.claude.json",
    "claude/settings.json",
    "own/config/settings.toml",
    "own/config/.env",
    "own/data/usage.db",
    "own/data/usage.db-wal",
    "own/data/usage.db.known",
    "own/state/instance.door",
    "own/state/notices.json",
    "own/state/settings.last-valid.toml",
    "own/state/statusline.json",
    "own/config/statusline.json",
    "claude/projects/-home-ada-notes/pipe.jsonl",
)


@pytest.mark.parametrize("name", PATHS)
def test_no_command_waits_for_a_pipe(
    sandbox: ProgramSandbox, name: str
) -> None:
    sandbox.claude.append(make_line())
    path = sandbox.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)

    for command in (["status"], ["doctor"], ["refresh"]):
        process = sandbox.start(*command)
        _, err = process.communicate(timeout=30)

        assert process.returncode in {0, 1}
        assert "Traceback" not in err
