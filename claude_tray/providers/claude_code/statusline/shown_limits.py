"""
Merge the limits of a session with those that the tray shows.

Claude Code passes each session the limits of its last response, and idle
sessions repeat old ones. The tray merges the reports of all sources and writes
the limits that it shows to a small file; the later report is printed.
"""

from __future__ import annotations

import os

from claude_tray.providers.claude_code.statusline.light_json import (
    decode_object,
    encode_json,
)
from claude_tray.providers.claude_code.statusline.state_files import (
    read_state_file,
    write_state_file,
)

# As typing's, which takes longer to import than the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN_LIMITS_FILE_NAME = "statusline-limits.json"
# Limits that are shown without a name of a model or budget.
UNSCOPED_NAMES = ("five_hour", "seven_day")
MEMORY_FOLDER_NAME = "statusline-cache"
# Larger values are errors: the year 5138 in milliseconds.
MAX_NUMBER = 10**14
_MAX_RESET_SECONDS = 10**11
_MAX_SESSION_LENGTH = 64


class ShownLimit:
    """
    Usage of one limit.

    Attributes:
        percent: Used percentage.
        resets_ms: Time of the reset, in milliseconds since 1970.
        observed_at_ms: When it was reported first; of a limit of the tray,
            until when all reports are merged into it.
        label: Readable name; empty for the 5-hour and the weekly limit.
    """

    def __init__(
        self,
        percent: float,
        resets_ms: int,
        observed_at_ms: int,
        label: str = "",
    ) -> None:
        self.percent = percent
        self.resets_ms = resets_ms
        self.observed_at_ms = observed_at_ms
        self.label = label


def parse_number(value: object) -> float | None:
    """Return a finite number in range, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value <= MAX_NUMBER else None


def parse_payload_limits(
    payload: Mapping[str, object], observed_at_ms: int
) -> dict[str, ShownLimit]:
    """Return the limits of a payload by name."""
    rate_limits = payload.get("rate_limits")
    limits: dict[str, ShownLimit] = {}
    if not isinstance(rate_limits, dict):
        return limits
    for name, value in rate_limits.items():
        if not isinstance(value, dict):
            continue
        percent = parse_number(value.get("used_percentage"))
        resets = parse_number(value.get("resets_at"))
        if percent is None or resets is None or resets >= _MAX_RESET_SECONDS:
            continue
        label = "" if name in UNSCOPED_NAMES else _build_label(name)
        limits[label or name] = ShownLimit(
            percent, int(resets * 1000), observed_at_ms, label
        )
    return limits


def _build_label(name: str) -> str:
    """Return "Opus" for "seven_day_opus", as core/limits.py does."""
    if name == "seven_day_overage_included":
        return "Fable"
    text = clean_text(name.removeprefix("seven_day_").replace("_", " "))
    return text[:1].upper() + text[1:]


def clean_text(value: object) -> str:
    """Return text that a terminal can print on one line."""
    if not isinstance(value, str):
        return ""
    text = value.encode("utf-8", "replace").decode()
    return "".join(char for char in text if char.isprintable())


def read_tray_limits(state_dir: str, claude_dir: str) -> dict[str, ShownLimit]:
    """Return the limits of a Claude folder that the tray has written."""
    data = read_state_file(f"{state_dir}/{SHOWN_LIMITS_FILE_NAME}")
    folders = decode_object(data or b"").get("folders")
    rows = folders.get(claude_dir) if isinstance(folders, dict) else None
    limits: dict[str, ShownLimit] = {}
    if not isinstance(rows, list):
        return limits
    for row in rows:
        if not isinstance(row, list) or len(row) != len(
            ("name", "percent", "resets", "observed", "label")
        ):
            continue
        name, *numbers, label = row
        percent, resets_ms, observed_at_ms = map(parse_number, numbers)
        if (
            isinstance(name, str)
            and isinstance(label, str)
            and percent is not None
            and resets_ms is not None
            and observed_at_ms is not None
        ):
            limits[name] = ShownLimit(
                percent, int(resets_ms), int(observed_at_ms), clean_text(label)
            )
    return limits


def find_report_time(
    state_dir: str, payload: Mapping[str, object], now_ms: int
) -> int:
    """
    Return when the session reported these limits first.

    A session that repeats its limits has not heard of later ones. At its
    first report, it may have been idle since its transcript was written.
    """
    session = payload.get("session_id")
    if not is_file_name(session):
        return now_ms
    folder = f"{state_dir}/{MEMORY_FOLDER_NAME}"
    limits = encode_json(payload.get("rate_limits"))
    memory = decode_object(read_state_file(f"{folder}/{session}.json") or b"")
    first_ms = parse_number(memory.get("first_ms"))
    if memory.get("limits") == limits and first_ms is not None:
        return min(int(first_ms), now_ms)
    if memory:
        reported_at_ms = now_ms
    else:
        reported_at_ms = min(_find_write_time(payload) or now_ms, now_ms)
    memory = {"first_ms": reported_at_ms, "limits": limits}
    try:
        write_state_file(
            folder, f"{session}.json", encode_json(memory).encode()
        )
    except OSError:
        # Then the session's limits count as new.
        return now_ms
    return reported_at_ms


def _find_write_time(payload: Mapping[str, object]) -> int:
    """Return when a session's transcript was written; 0 without one."""
    path = payload.get("transcript_path")
    try:
        return (
            int(os.stat(path).st_mtime * 1000) if isinstance(path, str) else 0
        )
    except (OSError, ValueError):
        return 0


def is_file_name(session: object) -> bool:
    """Return whether a session's ID can be the name of a file."""
    return (
        isinstance(session, str)
        and 0 < len(session) <= _MAX_SESSION_LENGTH
        and session.isascii()
        and session.replace("-", "").replace("_", "").isalnum()
    )


def merge_limits(
    payload_limits: dict[str, ShownLimit],
    tray_limits: dict[str, ShownLimit],
    reported_at_ms: int,
) -> dict[str, ShownLimit]:
    """
    Return the later report of each limit.

    Args:
        payload_limits: Limits of the session.
        tray_limits: Limits that the tray has merged.
        reported_at_ms: When the session reported its limits first.
    """
    merged = dict(payload_limits)
    for name, limit in tray_limits.items():
        if name in payload_limits:
            is_later = limit.observed_at_ms > reported_at_ms
            limit.label = limit.label or payload_limits[name].label
        else:
            # A session that reports other limits reports that there is none.
            is_later = (
                not payload_limits
                or bool(limit.label)
                or limit.observed_at_ms > reported_at_ms
            )
        if is_later:
            merged[name] = limit
    return merged
