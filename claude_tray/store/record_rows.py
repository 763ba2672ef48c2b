"""Convert rows of the database to records."""

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
from claude_tray.store.schema import TOKEN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.store.connection import Writer


# Bits of the column `flags`.
IS_FINAL: Final = 1
IS_SIDECHAIN: Final = 2
IS_ADVISOR_PART: Final = 4
IS_IMPORTED: Final = 8

# The last columns of a selected row: those of TokenCounts and PricingTerms.
_TOKENS_AND_TERMS_COLUMNS: Final = (*TOKEN_COLUMNS, *PricingTerms._fields)
TOKENS_AND_TERMS: Final = ", ".join(_TOKENS_AND_TERMS_COLUMNS)
# The columns that parse_stored_record expects.
STORED_COLUMNS: Final = f"""
    key, seq, message_id, request_id, at_ms, counted_ms, message.origin_ms,
    flags, model.name, session.uuid, message.session, profile.account,
    {TOKENS_AND_TERMS}
"""
RECORD_TABLES: Final = """
    message
    JOIN model ON model.id = message.model
    JOIN terms ON terms.id = message.terms
    JOIN session ON session.id = message.session
    JOIN profile ON profile.id = session.profile
"""
_SELECT_RECORDS_BY_KEY: Final = f"""
    SELECT {STORED_COLUMNS} FROM {RECORD_TABLES}
    WHERE key IN (SELECT value FROM json_each(?))
"""


class StoredRecord(NamedTuple):
    """
    A record with the row IDs of itself and its session.

    Attributes:
        record: The record; its project is empty.
        seq: Sequence number of its last change.
        session_row_id: Row ID of its session.
        account: Account key.
        origin_flag: IS_IMPORTED if it was never read from a transcript.
    """

    record: UsageRecord
    seq: int
    session_row_id: int
    account: str
    origin_flag: int = 0


def load_by_key(
    writer: Writer, keys: Iterable[int]
) -> dict[int, StoredRecord]:
    """Return the stored records with these keys."""
    rows = writer.execute(
        _SELECT_RECORDS_BY_KEY, (f"[{','.join(map(str, keys))}]",)
    )
    stored_records = map(parse_stored_record, rows)
    return {stored.record.key: stored for stored in stored_records}


def parse_tokens_and_terms(
    values: Sequence[Any],
) -> tuple[TokenCounts, PricingTerms]:
    """Parse the values of TOKENS_AND_TERMS."""
    count = len(TOKEN_COLUMNS)
    return TokenCounts(*values[:count]), PricingTerms(*values[count:])


def parse_stored_record(row: Sequence[Any]) -> StoredRecord:
    """Build a record from a row of STORED_COLUMNS."""
    (
        key,
        seq,
        message_id,
        request_id,
        at_ms,
        counted_ms,
        origin_ms,
        flags,
        model,
        session,
        session_row_id,
        account,
        *values,
    ) = row
    tokens, terms = parse_tokens_and_terms(values)
    record = UsageRecord(
        key,
        message_id,
        Millis(at_ms),
        tokens,
        Millis(counted_ms),
        model,
        terms,
        request_id,
        bool(flags & IS_SIDECHAIN),
        Millis(origin_ms),
        SessionId(session),
        # The project is stored with the session. An empty one sorts first, so
        # that reading the same line again changes nothing.
        ProjectPath(""),
        bool(flags & IS_FINAL),
        not flags & IS_ADVISOR_PART,
    )
    return StoredRecord(
        record, seq, session_row_id, account, flags & IS_IMPORTED
    )
