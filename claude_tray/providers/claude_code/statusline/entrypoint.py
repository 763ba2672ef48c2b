"""
Run the statusline, the command that Claude Code starts after each response.

Imports are kept to a minimum: they are most of its run time.
"""

from __future__ import annotations

import os
import sys
import time

from claude_tray.platform.app_folders import locate_known_folders
from claude_tray.providers.claude_code.statusline.handler import (
    BACKUP_FILE_NAME,
    SPOOL_DIR_NAME,
    StatuslinePaths,
    build_output,
)

_APP_NAME = "claude-tray"
_MAX_INPUT_BYTES = 1 << 24


def run_statusline() -> int:
    """Read Claude Code's JSON and print a line; never fail."""
    try:
        line = build_output(read_stdin(), time.time_ns(), locate_paths())
    except Exception:  # noqa: BLE001 - no one could act on it here
        line = b"\n"
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except (AttributeError, OSError):
        # Claude Code has closed the pipe; Python must not flush again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def locate_paths() -> StatuslinePaths:
    """Return the files and folders of a run."""
    claude_dir = os.environ.get("CLAUDE_CONFIG_DIR", "")
    folders = locate_known_folders(_APP_NAME)
    if folders is not None:
        config, _, state = folders
    else:
        # Late: it imports what the other systems need.
        from claude_tray.platform.paths import resolve_app_paths

        app_paths = resolve_app_paths("")
        config = str(app_paths.settings_file.parent)
        state = str(app_paths.state_folder)
    return StatuslinePaths(
        os.path.join(state, SPOOL_DIR_NAME),
        os.path.join(config, BACKUP_FILE_NAME),
        claude_dir,
    )


def read_stdin() -> bytes:
    """Return what Claude Code passes; at most 16 MiB of it."""
    try:
        return sys.stdin.buffer.read(_MAX_INPUT_BYTES)
    except (AttributeError, OSError):
        # Started without standard input.
        return b""
