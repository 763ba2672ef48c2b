"""
Run the statusline, the command that Claude Code starts after each response.

Imports are kept to a minimum: they are most of its run time.
"""

from __future__ import annotations

import os
import sys
import time

from claude_tray.config.env import parse_environment
from claude_tray.platform.paths import resolve_app_paths
from claude_tray.providers.claude_code.statusline.backup import (
    BACKUP_FILE_NAME,
)
from claude_tray.providers.claude_code.statusline.handler import (
    StatuslinePaths,
    build_output,
)
from claude_tray.providers.claude_code.statusline.render import load_parts
from claude_tray.providers.claude_code.statusline_samples import SPOOL_DIR_NAME


def run_statusline() -> int:
    """Read Claude Code's JSON and print a line; never fail."""
    try:
        line = _build_line()
    except Exception:  # noqa: BLE001 - no one could act on it here
        line = b"\n"
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except (AttributeError, OSError):
        # Claude Code has closed the pipe; Python must not flush again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _build_line() -> bytes:
    environment = parse_environment(os.environ)
    app_paths = resolve_app_paths(environment.home)
    paths = StatuslinePaths(
        app_paths.state_folder / SPOOL_DIR_NAME,
        app_paths.settings_file.with_name(BACKUP_FILE_NAME),
        environment.claude_config_dir,
    )
    parts = load_parts(app_paths.settings_file)
    return build_output(_read_stdin(), time.time_ns(), paths, parts)


def _read_stdin() -> bytes:
    try:
        return sys.stdin.buffer.read()
    except (AttributeError, OSError):
        # Started without standard input.
        return b""
