"""
Tell Claude Code how much of a limit is left, before it works on a prompt.

Claude Code runs it at each prompt (hook "UserPromptSubmit") and adds what it
prints to the agent's context. It reads what the status line and the tray have
written, and prints nothing if all is calm or anything is unclear.
"""

from __future__ import annotations

import os
import sys
import time

from claude_tray.providers.claude_code.statusline import (
    entrypoint,
    light_json,
    shown_limits,
    state_files,
)
from claude_tray.providers.claude_code.statusline.handler import (
    find_claude_dir,
)
from claude_tray.providers.claude_code.statusline.render import round_percent

# As typing's, which takes longer to import than the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BELOW = 25.0
_FULL = 100.0
# Said again when so much less is left.
_STEP = 5.0
_DAY_MS = 86_400_000
_NAMES = {"five_hour": "5-hour", "seven_day": "weekly"}


def run_hook(below: float = DEFAULT_BELOW) -> int:
    """
    Read Claude Code's JSON and print what is left, if it is little.

    Never fails: a hook that exits with an error may stop the prompt.

    Args:
        below: Percentage left from which it is said.
    """
    try:
        paths = entrypoint.locate_paths()
        payload = light_json.decode_object(entrypoint.read_stdin())
        folder = find_claude_dir(payload) or paths.claude_dir
        text = build_message(
            payload, paths.state_dir, folder, time.time_ns() // 10**6, below
        )
        if text:
            output = {
                "hookEventName": "UserPromptSubmit",
                "additionalContext": text,
            }
            line = light_json.encode_json({"hookSpecificOutput": output})
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    except Exception:  # noqa: BLE001 - no one could act on it here
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def build_message(
    payload: Mapping[str, object],
    state_dir: str,
    claude_dir: str,
    now_ms: int,
    below: float,
) -> str:
    """
    Return what to add to the context; empty if there is nothing to say.

    Args:
        payload: JSON object of the hook.
        state_dir: Folder of our state.
        claude_dir: Claude folder of the session.
        now_ms: Current time.
        below: Percentage left from which it is said.
    """
    session = payload.get("session_id")
    if not shown_limits.is_file_name(session):
        return ""
    folder = f"{state_dir}/{shown_limits.MEMORY_FOLDER_NAME}"
    limits = _load_limits(folder, session, state_dir, claude_dir, now_ms)
    memory = light_json.decode_object(
        state_files.read_state_file(f"{folder}/{session}.hook.json") or b""
    )
    messages = []
    notes: dict[str, object] = {}
    for name, limit in limits.items():
        before = memory.get(name)
        former = before if isinstance(before, dict) else {}
        if former.get("resets") != limit.resets_ms:
            former = {}
        left = max(0.0, _FULL - limit.percent)
        spoken = shown_limits.parse_number(former.get("spoken"))
        percent = shown_limits.parse_number(former.get("percent"))
        if left <= below and (spoken is None or left <= spoken - _STEP):
            messages.append(_describe(name, limit, left, percent, now_ms))
            spoken = left
        notes[name] = {
            "resets": limit.resets_ms,
            "percent": limit.percent,
            "spoken": spoken,
        }
    if notes:
        data = light_json.encode_json(notes).encode()
        state_files.write_state_file(folder, f"{session}.hook.json", data)
    return " ".join(messages)


def _load_limits(
    folder: str, session: object, state_dir: str, claude_dir: str, now_ms: int
) -> dict[str, shown_limits.ShownLimit]:
    """Return the limits that are known, without those that were reset."""
    memory = light_json.decode_object(
        state_files.read_state_file(f"{folder}/{session}.json") or b""
    )
    reported = memory.get("limits")
    first_ms = shown_limits.parse_number(memory.get("first_ms")) or 0
    values = light_json.decode_object(
        reported.encode() if isinstance(reported, str) else b""
    )
    limits = shown_limits.merge_limits(
        shown_limits.parse_payload_limits(
            {"rate_limits": values}, int(first_ms)
        ),
        shown_limits.read_tray_limits(state_dir, claude_dir),
        int(first_ms),
    )
    return {
        name: limit
        for name, limit in limits.items()
        if limit.resets_ms > now_ms
    }


def _describe(
    name: str,
    limit: shown_limits.ShownLimit,
    left: float,
    percent: float | None,
    now_ms: int,
) -> str:
    """Say what is left, until when, and for how many turns."""
    label = limit.label or _NAMES.get(name, name)
    parts = [f"{round_percent(left)}% of the {label} limit left"]
    if limit.resets_ms < shown_limits.MAX_NUMBER:
        pattern = "%H:%M"
        if limit.resets_ms - now_ms > _DAY_MS:
            pattern = "%Y-%m-%d %H:%M"
        local = time.localtime(limit.resets_ms / 1000)
        parts.append(f"resets {time.strftime(pattern, local)}")
    turn = limit.percent - percent if percent is not None else 0.0
    if turn > 0:
        parts.append(f"about {int(left / turn)} turns like your last")
    return f"Claude usage: {', '.join(parts)}."
