"""
The shell that Claude Code hands a statusline's command to.

On Windows that is Git Bash where there is one, else PowerShell (docs:
"statusline", "Windows").
"""

from __future__ import annotations

import shlex
import shutil
import sys
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_CHOSEN: Final = "CLAUDE_CODE_GIT_BASH_PATH"
_PLAIN: Final = "/-_.:\\"


class Shell(Enum):
    """How a command is written."""

    POSIX = auto()
    GIT_BASH = auto()
    POWERSHELL = auto()


def git_bash(
    variables: Mapping[str, str],
    which: Callable[[str], str | None] = shutil.which,
) -> Path | None:
    """Return Git's own bash; WSL's, which is also found, is another system."""
    if chosen := variables.get(_CHOSEN, ""):
        return Path(chosen)
    git = which("git")
    if git is None:
        return None
    # <Git>/cmd/git.exe or <Git>/bin/git.exe
    bash = Path(git).parent.parent / "bin" / "bash.exe"
    return bash if bash.is_file() else None


def this_shell(
    variables: Mapping[str, str],
    system: str = sys.platform,
) -> Shell:
    """Return how commands are written on this machine."""
    if system != "win32":
        return Shell.POSIX
    return Shell.GIT_BASH if git_bash(variables) else Shell.POWERSHELL


def command_line(words: Sequence[str], shell: Shell) -> str:
    """Return a command as a shell reads it."""
    if shell is Shell.POSIX:
        return shlex.join(words)
    # Bash takes backslashes out; PowerShell takes both.
    plain = [word.replace("\\", "/") for word in words]
    if shell is Shell.GIT_BASH:
        return " ".join(
            word if _is_plain(word) else _quoted(word) for word in plain
        )
    text = " ".join(
        word if _is_plain(word) else "'" + word.replace("'", "''") + "'"
        for word in plain
    )
    # What is quoted is a value there, unless it is called.
    return text if _is_plain(plain[0]) else f"& {text}"


def words_for(
    command: str,
    variables: Mapping[str, str],
    system: str = sys.platform,
) -> list[str]:
    """Return the words that run a command by the shell it is written for."""
    if system != "win32":
        return ["/bin/sh", "-c", command]
    bash = git_bash(variables)
    if bash is not None:
        return [str(bash), "-c", command]
    return ["powershell", "-NoProfile", "-Command", command]


def _is_plain(word: str) -> bool:
    return bool(word) and all(c.isalnum() or c in _PLAIN for c in word)


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\"'\"'") + "'"
