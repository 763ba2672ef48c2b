"""One run: hear, leave a sample, print a line; nothing may fail."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.errors import SettingsError
from claude_tray.statusline.line import PARTS, line_of
from claude_tray.statusline.memory import command_for, recall
from claude_tray.transcripts import spool
from claude_tray.transcripts.payload import claude_folder_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NS_PER_MS: Final = 1_000_000


class Place(NamedTuple):
    """
    Where things lie.

    Attributes:
        spool: The folder where samples are left for the engine.
        memory: Where the earlier command is remembered.
        claude: Claude Code's folder, for what does not name its own.
    """

    spool: Path
    memory: Path
    claude: str = ""


def answer(
    given: bytes,
    now_ns: int,
    place: Place,
    parts: Sequence[str] = PARTS,
) -> bytes:
    """
    Return what Claude Code shall show.

    Args:
        given: What it gave, which may be anything.
        now_ns: The present.
        place: Where things lie.
        parts: The figures of our own line.
    """
    payload = payload_of(given)
    claude = claude_folder_of(payload) or place.claude
    with suppress(OSError, ValueError):
        spool.put(place.spool, payload, now_ns, claude)
    if command := _chained(place.memory, claude):
        # Late: most people had no statusline before.
        from claude_tray.statusline.chain import output_of  # noqa: PLC0415

        printed = output_of(command, given)
        if printed is not None:
            return printed
    line = line_of(payload, now_ns // _NS_PER_MS, parts)
    return line.encode("utf-8", "replace") + b"\n"


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
