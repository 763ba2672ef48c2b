"""What can be had of a line that is no whole JSON object."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_DECODER: Final = json.JSONDecoder(strict=False)
_OBJECT: Final = re.compile(r'\{"')
# A spliced line holds two or three records; more tries would be for nothing.
_TRIES: Final = 64


def salvage(line: bytes) -> tuple[list[bytes], bool]:
    """
    Return the assistant lines within, each whole, and whether any was lost.

    Seen in the wild: two records without a newline between them, a record
    cut off with the next one spliced in, runs of NUL after a power cut,
    invalid UTF-8 (anthropics/claude-code #81843, #49876).
    """
    text = line.decode("utf-8-sig", "replace").replace("\0", "").strip()
    found: list[bytes] = []
    position, lost, tries = 0, False, 0
    while position < len(text) and tries < _TRIES:
        tries += 1
        value, end = _object_at(text, position)
        if value is None:
            lost = True
            ahead = _OBJECT.search(text, position + 1)
            position = ahead.start() if ahead else len(text)
        else:
            if _is_record(value):
                whole = json.dumps(value, ensure_ascii=False)
                # Half an emoji is no text: a question mark stands for it.
                found.append(whole.encode("utf-8", "replace"))
            position = end
    return found, lost or position < len(text)


def _object_at(
    text: str,
    position: int,
) -> tuple[dict[str, Any] | None, int]:
    try:
        value, end = _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError):
        return None, position
    return (value, end) if isinstance(value, dict) else (None, position)


def _is_record(value: dict[str, Any]) -> bool:
    """Tell a record from an object that was nested in one."""
    return value.get("type") == "assistant" and isinstance(
        value.get("message"),
        dict,
    )
