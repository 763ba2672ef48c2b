"""Recover records from a malformed line."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_JSON_DECODER: Final = json.JSONDecoder(strict=False)
_OBJECT_START: Final = re.compile(r'\{"')
# Concatenated lines contain two or three records.
_MAX_ATTEMPTS: Final = 64


def recover_json_objects(line: bytes) -> tuple[list[bytes], bool]:
    """
    Return the complete assistant records in a line.

    Seen in practice: two records without a newline between them, a truncated
    record followed by the next one, runs of NUL after a power failure,
    invalid UTF-8 (anthropics/claude-code #81843, #49876).

    Returns:
        The records as JSON, and whether any content was lost.
    """
    text = line.decode("utf-8-sig", "replace").replace("\0", "").strip()
    records: list[bytes] = []
    position, is_incomplete, attempts = 0, False, 0
    while position < len(text) and attempts < _MAX_ATTEMPTS:
        attempts += 1
        value, end = _decode_object(text, position)
        if value is None:
            is_incomplete = True
            next_start = _OBJECT_START.search(text, position + 1)
            position = next_start.start() if next_start else len(text)
        else:
            if _is_assistant_record(value) or _has_sums(value):
                encoded = json.dumps(value, ensure_ascii=False)
                # Half a surrogate pair cannot be encoded: replaced by "?".
                records.append(encoded.encode("utf-8", "replace"))
            position = end
    return records, is_incomplete or position < len(text)


def _decode_object(
    text: str,
    position: int,
) -> tuple[dict[str, Any] | None, int]:
    try:
        value, end = _JSON_DECODER.raw_decode(text, position)
    except (ValueError, RecursionError):
        return None, position
    return (value, end) if isinstance(value, dict) else (None, position)


def _has_sums(value: dict[str, Any]) -> bool:
    """Return whether an object contains the sums of a session."""
    return value.get("type") == "cost-state"


def _is_assistant_record(value: dict[str, Any]) -> bool:
    """Return whether an object is a record, and not nested in one."""
    return value.get("type") == "assistant" and isinstance(
        value.get("message"),
        dict,
    )
