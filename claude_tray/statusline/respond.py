"""One run: hear, leave a sample, print a line; nothing may fail."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import SettingsError
from claude_tray.statusline.line import PARTS, line_of
from claude_tray.statusline.memory import command_for, recall
from claude_tray.transcripts import spool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NS_PER_MS: Final = 1_000_000


def answer(
    given: bytes,
    now_ns: int,
    folder: Path,
    memory: Path,
    parts: Sequence[str] = PARTS,
) -> bytes:
    """
    Return what Claude Code shall show.

    Args:
        given: What it gave, which may be anything.
        now_ns: The present.
        folder: Where samples are left for the engine.
        memory: Where the earlier command is remembered.
        parts: The figures of our own line.
    """
    payload = payload_of(given)
    with suppress(OSError):
        spool.put(folder, payload, now_ns)
    if command := _chained(memory, spool.claude_folder_of(payload)):
        # Late: most people had no statusline before.
        from claude_tray.statusline.chain import output_of  # noqa: PLC0415

        printed = output_of(command, given)
        if printed is not None:
            return printed
    return line_of(payload, now_ns // _NS_PER_MS, parts).encode() + b"\n"


def payload_of(given: bytes) -> dict[str, Any]:
    """Return what Claude Code told; nothing if that is no JSON object."""
    try:
        value = json.loads(given)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _chained(memory: Path, claude: str) -> str:
    try:
        return command_for(recall(memory), claude)
    except SettingsError:
        return ""
