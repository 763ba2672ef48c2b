"""A person's own statusline command, run as Claude Code would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Final

from claude_tray.statusline.shell import words_for

SECONDS: Final = 1.0
# Else Windows opens a console for a moment.
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def output_of(
    command: str,
    given: bytes,
    seconds: float = SECONDS,
) -> bytes | None:
    """
    Return what a command prints; None if it does not start or end in time.

    Its exit status does not matter, nor what it complains about.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the person's own command
            words_for(command, os.environ),
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
            return process.communicate(given, timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that still runs, with what it started."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
