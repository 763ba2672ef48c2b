"""
Parse the history of cc-cockpit: `events.ndjson`, one response per line.

`k` is message ID and request ID, joined by a colon; `t` seconds since 1970;
`m` the model; `i`, `o`, `w5`, `w1` and `r` are input, output, 5-minute and
1-hour cache writes, and cache reads; `s` the session, `p` the project's
folder, `x` 1 for a response of a subagent. Seen with 0.5.2. The file's cost is
ignored: ours is computed from the tokens.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from claude_tray.core.usage import ImportedHistory, ImportedRecord
from claude_tray.importers.common import (
    NOT_AN_OBJECT,
    ForeignRecord,
    SkippedEntries,
    UnusableValueError,
    build_imported_record,
    parse_epoch_seconds,
    parse_text,
    parse_token_counts,
)

NAME: Final = "cc-cockpit"
_KEY_BY_KIND: Final = {
    "input": "i",
    "output": "o",
    "cache_write_5m": "w5",
    "cache_write_1h": "w1",
    "cache_read": "r",
}


def is_event(value: Any) -> bool:
    """Return whether a value is an event of cc-cockpit."""
    return isinstance(value, dict) and {"k", "t", "m", "o"} <= value.keys()


def parse_events(data: bytes) -> ImportedHistory:
    """Parse the events in a file."""
    skipped = SkippedEntries()
    records: list[ImportedRecord] = []
    for line in data.splitlines():
        if not line.strip():
            continue
        try:
            records.append(_parse_record(line))
        except UnusableValueError as error:
            skipped.add(error)
    return ImportedHistory(NAME, tuple(records), (), skipped.count_by_reason())


def _parse_record(line: bytes) -> ImportedRecord:
    try:
        event = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise UnusableValueError(NOT_AN_OBJECT) from None
    if not isinstance(event, dict):
        raise UnusableValueError(NOT_AN_OBJECT)
    message_id, _, request_id = parse_text(event.get("k")).partition(":")
    return build_imported_record(
        ForeignRecord(
            message_id,
            request_id,
            parse_epoch_seconds(event.get("t")),
            parse_text(event.get("m")),
            parse_token_counts(event, _KEY_BY_KIND),
            parse_text(event.get("s")) or NAME,
            parse_text(event.get("p")) or f"imported from {NAME}",
            event.get("x") == 1,
        ),
    )
