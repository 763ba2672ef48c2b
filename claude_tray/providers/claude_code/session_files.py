"""
Read the files that Claude Code keeps about running sessions.

`sessions/PID.json` exists while a session runs and says what it does. A killed
process leaves its file behind, so a file only counts if its process runs and
has started when the file says. Files next to them are secrets.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.bounds import bound_text, is_storable_time
from claude_tray.core.live_sessions import RunningSession, SessionState
from claude_tray.platform.small_file import read_small_file
from claude_tray.platform.system import current_system
from claude_tray.providers.claude_code.discovery import normalize_path
from claude_tray.providers.claude_code.limit_values import parse_text

if TYPE_CHECKING:
    from pathlib import Path


_NAME_PATTERN: Final = re.compile(r"[1-9][0-9]{0,9}\.json")
_STATES: Final = {
    "busy": SessionState.WORKING,
    "waiting": SessionState.WAITING,
    "idle": SessionState.IDLE,
}
# Far more than anybody runs at once.
_MAX_FILES: Final = 512
_MAX_BYTES: Final = 1 << 16


def read_running_sessions(folder: Path) -> tuple[RunningSession, ...] | None:
    """
    Return the sessions that run; None if no files tell.

    Args:
        folder: The folder of these files.
    """
    try:
        names = os.listdir(folder)  # noqa: PTH208 - only names
    except OSError:
        return None
    # In order, so that of too many files the same ones are read each time.
    found = sorted(filter(_NAME_PATTERN.fullmatch, names))[:_MAX_FILES]
    ids = [int(name.partition(".")[0]) for name in found]
    starts = current_system().get_process_starts(ids)
    if starts is None:
        # Files of killed processes look like those of running ones.
        return None
    sessions = (
        _read_session(folder / f"{process_id}.json", start)
        for process_id, start in starts.items()
    )
    return tuple(session for session in sessions if session is not None)


def _read_session(path: Path, start: str) -> RunningSession | None:
    """
    Return the session of a file; None if it is invalid or left behind.

    Args:
        path: The file.
        start: When the process with the file's number started.
    """
    try:
        value = json.loads(read_small_file(path, _MAX_BYTES))
        # macOS pads the day of the month.
        if " ".join(parse_text(value["procStart"]).split()) != start:
            return None
        return _parse_session(value, int(path.stem))
    except (OSError, KeyError, RecursionError, TypeError, ValueError):
        return None


def _parse_session(
    value: dict[str, Any], process_id: int
) -> RunningSession | None:
    uuid = _parse_name(value.get("sessionId"))
    if not uuid:
        return None
    status = value.get("status")
    times = map(value.get, ("statusUpdatedAt", "updatedAt", "startedAt"))
    return RunningSession(
        uuid,
        normalize_path(_parse_name(value.get("cwd"))),
        _STATES.get(status) if isinstance(status, str) else None,
        next(filter(None, map(_parse_time, times)), 0),
        _parse_name(value.get("name")),
        _parse_name(value.get("waitingFor")),
        process_id,
    )


def _parse_name(value: object) -> str:
    return bound_text(parse_text(value))


def _parse_time(value: object) -> int:
    """Return a time in milliseconds; 0 if it is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if is_storable_time(value) else 0
