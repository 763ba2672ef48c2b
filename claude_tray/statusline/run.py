"""What Claude Code runs after each reply: every import here is counted."""

from __future__ import annotations

import os
import sys
import time

from claude_tray.desktop.paths import own_files
from claude_tray.settings.environment import environment_of
from claude_tray.statusline.memory import NAME
from claude_tray.statusline.respond import Place, answer
from claude_tray.statusline.style import parts_in
from claude_tray.transcripts.spool import FOLDER


def respond() -> int:
    """Hear what Claude Code gives and print a line; never fails."""
    try:
        line = _line()
    except Exception:  # noqa: BLE001 - nobody could do anything about it there
        line = b"\n"
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except (AttributeError, OSError):
        # Claude Code no longer listens; Python must not try again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _line() -> bytes:
    environment = environment_of(os.environ)
    own = own_files(environment)
    place = Place(
        own.state / FOLDER,
        own.settings.with_name(NAME),
        environment.claude_config_dir,
    )
    parts = parts_in(own.settings)
    return answer(_given(), time.time_ns(), place, parts)


def _given() -> bytes:
    try:
        return sys.stdin.buffer.read()
    except (AttributeError, OSError):
        # Started without a standard input.
        return b""
