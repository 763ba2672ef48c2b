"""Read stored usage records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.time import Millis
from claude_tray.core.usage import (
    PricingTerms,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
)
from claude_tray.store.schema import (
    IS_ADVISOR_PART,
    IS_CUT,
    IS_FINAL,
    IS_SIDECHAIN,
    ORIGIN_FLAGS,
    TOKEN_COLUMNS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.store.connection import Reader, Writer


# The last columns of a selected row: those of TokenCounts and PricingTerms.
_TOKENS_AND_TERMS_COLUMNS: Final = (*TOKEN_COLUMNS, *PricingTerms._fields)
TOKENS_AND_TERMS: Final = ", ".join(_TOKENS_AND_TERMS_COLUMNS)
# The columns that parse_stored_record expects.
STORED_COLUMNS: Final = f"""
    key, seq, message_id, request_id, at_ms, counted_ms, message.origin_ms,
    flags, model.name, session.uuid, message.session, profile.account,
    requested_ms,
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
_SELECT_KEYS: Final = """
    SELECT key FROM message WHERE key IN (SELECT value FROM json_each(?))
"""


class StoredRecord(NamedTuple):
    """
    A record with the row IDs of itself and its session.

    Attributes:
        record: The record; its project is empty.
        seq: Sequence number of its last change.
        session_row_id: Row ID of its session.
        account: Account key.
        origin_flag: IS_IMPORTED if it was never read from a transcript,
            IS_RELAYED if only a line of another transcript repeats it.
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


def find_known_keys(reader: Reader | Writer, keys: Iterable[int]) -> set[int]:
    """Return those of the keys that have a record."""
    rows = reader.execute(_SELECT_KEYS, (f"[{','.join(map(str, keys))}]",))
    return {key for (key,) in rows}


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
        requested_ms,
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
        None if requested_ms is None else Millis(requested_ms),
        bool(flags & IS_CUT),
    )
    return StoredRecord(
        record, seq, session_row_id, account, flags & ORIGIN_FLAGS
    )
