"""Handle one statusline run: spool a sample and build the line."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.errors import SettingsError
from claude_tray.providers.claude_code.statusline.backup import (
    find_wrapped_command,
    load_backups,
)
from claude_tray.providers.claude_code.statusline.render import (
    DEFAULT_PARTS,
    format_line,
)
from claude_tray.providers.claude_code.statusline_samples import (
    parse_claude_folder,
    write_sample,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


_NS_PER_MS: Final = 1_000_000


class StatuslinePaths(NamedTuple):
    """
    Files and folders of a run.

    Attributes:
        spool_dir: Directory of the samples.
        backup_path: File with the previous command.
        claude_dir: Claude folder of payloads that name none.
    """

    spool_dir: Path
    backup_path: Path
    claude_dir: str = ""


def build_output(
    stdin_data: bytes,
    now_ns: int,
    paths: StatuslinePaths,
    parts: Sequence[str] = DEFAULT_PARTS,
) -> bytes:
    """
    Return the line for Claude Code; errors are ignored.

    Args:
        stdin_data: Claude Code's JSON, or anything else.
        now_ns: Current time, in nanoseconds since 1970.
        paths: Files and folders.
        parts: Names of the values in our own line, in order.
    """
    payload = parse_payload(stdin_data)
    claude_dir = parse_claude_folder(payload) or paths.claude_dir
    with suppress(OSError, ValueError):
        write_sample(paths.spool_dir, payload, now_ns, claude_dir)
    if command := _find_command(paths.backup_path, claude_dir):
        # Late: most users had no other statusline before.
        from claude_tray.providers.claude_code.statusline.wrapped_command import (
            run_wrapped_command,
        )

        output = run_wrapped_command(command, stdin_data)
        if output is not None:
            return output
    line = format_line(payload, now_ns // _NS_PER_MS, parts)
    return line.encode("utf-8", "replace") + b"\n"


def parse_payload(stdin_data: bytes) -> dict[str, Any]:
    """Return the JSON object, or an empty one if there is none."""
    try:
        value = json.loads(stdin_data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _find_command(backup_path: Path, claude_dir: str) -> str:
    try:
        return find_wrapped_command(load_backups(backup_path), claude_dir)
    except SettingsError:
        return ""
