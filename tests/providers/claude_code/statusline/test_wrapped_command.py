from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.claude_code.statusline.wrapped_command import (
    CommandShell,
    build_argv,
    detect_shell,
    find_git_bash,
    format_command,
)

if TYPE_CHECKING:
    from pathlib import Path


PROGRAM = r"C:\Program Files\it's\claude-tray.exe"
PLAIN = r"C:\Users\ana\claude-tray.exe"


def test_a_path_with_a_space_is_quoted() -> None:
    args = ("/a b/run", "statusline")

    assert format_command(args, CommandShell.POSIX) == "'/a b/run' statusline"


@pytest.mark.parametrize(
    "shell", [CommandShell.GIT_BASH, CommandShell.POWERSHELL]
)
def test_on_windows_backslashes_are_replaced(shell: CommandShell) -> None:
    args = (PLAIN, "statusline")

    assert format_command(args, shell) == (
        "C:/Users/ana/claude-tray.exe statusline"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_git_bash_reads_back_what_was_quoted() -> None:
    command = format_command((PROGRAM, "a$b", ""), CommandShell.GIT_BASH)
    script = f"printf '<%s>' {command}"
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, check=True, text=True
    )

    assert done.stdout == ("<C:/Program Files/it's/claude-tray.exe><a$b><>")


def test_powershell_gets_a_call_operator_for_quoted_commands() -> None:
    assert format_command(
        (PROGRAM, "statusline"), CommandShell.POWERSHELL
    ) == ("& 'C:/Program Files/it''s/claude-tray.exe' statusline")


def test_bash_is_found_next_to_git(tmp_path: Path) -> None:
    bash = tmp_path / "Git" / "bin" / "bash.exe"
    bash.parent.mkdir(parents=True)
    git = str(tmp_path / "Git" / "cmd" / "git.exe")

    assert find_git_bash({}, lambda _: git) is None
    bash.write_text("")
    assert find_git_bash({}, lambda _: git) == bash
    assert find_git_bash({}, lambda _: None) is None
    chosen = {"CLAUDE_CODE_GIT_BASH_PATH": str(bash)}
    assert find_git_bash(chosen, lambda _: None) == bash


def test_the_system_chooses_the_shell() -> None:
    chosen = {"CLAUDE_CODE_GIT_BASH_PATH": "C:/Git/bin/bash.exe"}

    assert detect_shell(chosen, has_posix_shell=True) is CommandShell.POSIX
    assert build_argv("a | b", chosen, has_posix_shell=True) == [
        "/bin/sh",
        "-c",
        "a | b",
    ]
    assert detect_shell(chosen, has_posix_shell=False) is CommandShell.GIT_BASH
    assert build_argv("a | b", chosen, has_posix_shell=False)[1:] == [
        "-c",
        "a | b",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="there may be Git there")
def test_without_git_powershell_is_used(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert detect_shell({}, has_posix_shell=False) is CommandShell.POWERSHELL
    assert build_argv("a", {}, has_posix_shell=False)[0] == "powershell"
