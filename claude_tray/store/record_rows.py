"""Records as the store has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.time import Millis
from claude_tray.core.tokens import TokenCounts
from claude_tray.core.usage import (
    PricingTerms,
    ProjectPath,
    SessionId,
    UsageRecord,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.store.connection import Writer


# The bits of `flags`.
IS_FINAL: Final = 1
IS_SIDECHAIN: Final = 2
IS_ADVISOR_PART: Final = 4
IS_IMPORTED: Final = 8

# What `held` reads, and where it stands.
RECORD_COLUMNS: Final = """
    key, message_id, at_ms, input, output, cache_5m, cache_1h,
    cache_read, counted_ms, model.name, speed, inference_geo,
    service_tier, web_searches, request_id, message.origin_ms, session.uuid,
    flags, seq, message.session, profile.account
"""
RECORD_TABLES: Final = """
    message
    JOIN model ON model.id = message.model
    JOIN terms ON terms.id = message.terms
    JOIN session ON session.id = message.session
    JOIN profile ON profile.id = session.profile
"""
_SELECT_RECORDS_BY_KEY: Final = f"""
    SELECT {RECORD_COLUMNS} FROM {RECORD_TABLES}
    WHERE key IN (SELECT value FROM json_each(?))
"""


class StoredRecord(NamedTuple):
    """
    A record as the store has it, its row's and its session's numbers.

    Attributes:
        origin_flag: IS_IMPORTED if it was never read from a transcript, else 0.
    """

    record: UsageRecord
    seq: int
    session_row_id: int
    account: str
    origin_flag: int = 0


def load_by_key(
    writer: Writer, keys: Iterable[int]
) -> dict[int, StoredRecord]:
    """Return those of the records that are known, by key."""
    rows = writer.execute(
        _SELECT_RECORDS_BY_KEY, (f"[{','.join(map(str, keys))}]",)
    )
    return {row[0]: from_row(row) for row in rows}


def from_row(row: Sequence[Any]) -> StoredRecord:
    """Return a row of COLUMNS as the record it is of."""
    flags = row[17]
    record = UsageRecord(
        row[0],
        row[1],
        Millis(row[2]),
        TokenCounts(*row[3:8]),
        Millis(row[8]),
        row[9],
        PricingTerms(*row[10:14]),
        row[14],
        bool(flags & IS_SIDECHAIN),
        Millis(row[15]),
        SessionId(row[16]),
        # The project is the session's affair; an empty one is the least, so
        # that the same line read again changes nothing.
        ProjectPath(""),
        bool(flags & IS_FINAL),
        not flags & IS_ADVISOR_PART,
    )
    return StoredRecord(record, row[18], row[19], row[20], flags & IS_IMPORTED)
