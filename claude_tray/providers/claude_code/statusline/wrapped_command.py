"""
Run a user's own statusline command in the shell that Claude Code uses.

On Windows that is Git Bash if installed, else PowerShell (Claude Code docs:
"statusline", "Windows").
"""

from __future__ import annotations

import os
import shlex
import subprocess
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


_GIT_BASH_VARIABLE: Final = "CLAUDE_CODE_GIT_BASH_PATH"
_SAFE_CHARACTERS: Final = "/-_.:\\"


class CommandShell(Enum):
    """Shell that a command is written for."""

    POSIX = auto()
    GIT_BASH = auto()
    POWERSHELL = auto()


def find_git_bash(
    variables: Mapping[str, str],
    which: Callable[[str], str | None] | None = None,
) -> Path | None:
    """Return Git's bash.exe. The one in PATH may be that of WSL."""
    if configured := variables.get(_GIT_BASH_VARIABLE, ""):
        return Path(configured)
    if which is None:
        # Late: only needed on Windows, and the import takes 3 ms.
        from shutil import which as find_program

        which = find_program
    git = which("git")
    if git is None:
        return None
    # <Git>/cmd/git.exe or <Git>/bin/git.exe
    bash = Path(git).parent.parent / "bin" / "bash.exe"
    return bash if bash.is_file() else None


def detect_shell(
    variables: Mapping[str, str], *, has_posix_shell: bool
) -> CommandShell:
    """Return the shell for commands on this machine."""
    if has_posix_shell:
        return CommandShell.POSIX
    return (
        CommandShell.GIT_BASH
        if find_git_bash(variables)
        else CommandShell.POWERSHELL
    )


def format_command(words: Sequence[str], shell: CommandShell) -> str:
    """Quote the words of a command for a shell."""
    if shell is CommandShell.POSIX:
        return shlex.join(words)
    # Bash removes backslashes; PowerShell accepts both slashes.
    normalized = [word.replace("\\", "/") for word in words]
    if shell is CommandShell.GIT_BASH:
        return " ".join(
            word if _is_safe_word(word) else _quote_for_bash(word)
            for word in normalized
        )
    text = " ".join(
        word if _is_safe_word(word) else "'" + word.replace("'", "''") + "'"
        for word in normalized
    )
    # PowerShell only runs a quoted command after the call operator.
    return text if _is_safe_word(normalized[0]) else f"& {text}"


def build_argv(
    command: str,
    variables: Mapping[str, str],
    *,
    has_posix_shell: bool,
) -> list[str]:
    """Return the arguments that run a command in its shell."""
    if has_posix_shell:
        return ["/bin/sh", "-c", command]
    bash = find_git_bash(variables)
    if bash is not None:
        return [str(bash), "-c", command]
    return ["powershell", "-NoProfile", "-Command", command]


def _is_safe_word(word: str) -> bool:
    return bool(word) and all(
        c.isalnum() or c in _SAFE_CHARACTERS for c in word
    )


def _quote_for_bash(word: str) -> str:
    return "'" + word.replace("'", "'\"'\"'") + "'"


# Claude Code gives up on a statusline about then.
TIMEOUT_SECONDS: Final = 10.0
# Without it, Windows briefly opens a console window.
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def run_wrapped_command(
    command: str,
    stdin_data: bytes,
    timeout: float = TIMEOUT_SECONDS,
) -> bytes | None:
    """
    Run a command and return its output.

    Exit status and standard error are ignored.

    Args:
        command: As in Claude Code's settings.
        stdin_data: Passed to the command.
        timeout: Seconds; then the command is killed.

    Returns:
        None if the command does not start, or not end in time.
    """
    system = current_system()
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command
            build_argv(
                command,
                os.environ,
                has_posix_shell=system.has_posix_shell,
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=_NO_WINDOW,
        )
    except (OSError, ValueError):
        return None
    with process:
        try:
            return process.communicate(stdin_data, timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                system.kill_process_group(process)
