from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from claude_tray.cli.main import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


_CHECK_FLAG = "-n"
_COMPLETION_SCRIPT = """
source {script}
COMP_WORDS=(claude-tray {words}); COMP_CWORD={at}
_shtab_claude_tray
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def script(terminal: Terminal, tmp_path: Path, shell: str) -> Path:
    path = tmp_path / f"completion.{shell}"
    path.write_text(terminal.run("completion", shell).out)
    return path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_understands_its_script(shell: str, script: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"lacks {shell}")

    done = subprocess.run(
        [shell, _CHECK_FLAG, script],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.stdout, done.stderr) == ("", "")
    assert all(name in script.read_text() for name in COMMANDS)


@pytest.mark.parametrize("shell", ["bash"])
@pytest.mark.parametrize(
    ("args", "at", "found"),
    [
        ("stat", 1, ["status", "stats", "statusline"]),
        ("projects --no-r", 2, ["--no-refresh"]),
        ("autostart o", 2, ["on", "off"]),
    ],
)
def test_bash_completes_commands_options_and_choices(
    script: Path,
    args: str,
    at: int,
    found: list[str],
) -> None:
    if shutil.which("bash") is None:
        pytest.skip("lacks bash")
    completion = _COMPLETION_SCRIPT.format(script=script, words=args, at=at)

    done = subprocess.run(
        ["bash", "-c", completion],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout.split() == found
