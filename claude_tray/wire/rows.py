"""Usage records as rows of agent-sync."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from claude_tray.domain.usage import millis
from claude_tray.wire.agent_sync import (
    CacheCreation,
    Message,
    Row,
    ServerToolUse,
    Usage,
)
from claude_tray.wire.timestamps import iso_of

if TYPE_CHECKING:
    from claude_tray.domain.usage import Millis, UsageRecord

_ALL_BITS: Final = 2**64 - 1
# Databases and addresses do not take them.
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"


def row_of(record: UsageRecord) -> bytes:
    """Return a record as the JSON of a row."""
    tokens, terms = record.tokens, record.terms
    searches = terms.web_searches
    return msgspec.json.encode(
        Row(
            timestamp=iso_of(record.at_ms),
            request_id=clean(record.request_id) or None,
            uuid=None
            if record.message_id
            else f"{record.key & _ALL_BITS:016x}",
            is_sidechain=record.is_sidechain or None,
            message=Message(
                id=clean(record.message_id) or None,
                model=clean(record.model),
                usage=Usage(
                    tokens.input,
                    tokens.output,
                    tokens.cache_write,
                    tokens.cache_read,
                    CacheCreation(
                        tokens.cache_write_5m,
                        tokens.cache_write_1h,
                    ),
                    clean(terms.speed) or None,
                    clean(terms.inference_geo) or None,
                    clean(terms.service_tier) or None,
                    ServerToolUse(searches) if searches else None,
                ),
            ),
        ),
    )


def millis_of(timestamp: str) -> Millis | None:
    """Return ISO 8601 as milliseconds since 1970; None if it is not that."""
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    return millis(moment)


def clean(text: str) -> str:
    """Return a text that every receiver can store."""
    return text if text.isprintable() else CONTROL.sub(_UNKNOWN, text)
