"""Export all stored usage, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.cost import NanoUsd, format_usd
from claude_tray.core.providers import CLAUDE_CODE_KEY
from claude_tray.core.time import format_iso_ms
from claude_tray.protocol.export_file import (
    TOKEN_EXPORT_COLUMNS,
    ExportRow,
    build_export_row,
)
from claude_tray.store.schema import (
    IS_ADVISOR_PART,
    IS_CUT,
    IS_FINAL,
    IS_OTHER_REQUESTS,
    IS_SIDECHAIN,
    TOKEN_COLUMNS,
)
from claude_tray.store.stored_records import (
    TOKENS_AND_TERMS,
    parse_tokens_and_terms,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from claude_tray.store.connection import Reader, Writer


_SELECT_ALL_RECORDS: Final = f"""
    SELECT key, message_id, request_id, at_ms, counted_ms, message.origin_ms,
        flags, cost, model.name, session.uuid, guessed, project.path, account,
        provider, {TOKENS_AND_TERMS}
    FROM message
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
        JOIN session ON session.id = message.session
        JOIN project ON project.id = session.project
        JOIN profile ON profile.id = session.profile
"""
# Other requests that turned out to be in transcripts.
_IS_EMPTY_OTHER: Final = f"""
    flags & {IS_OTHER_REQUESTS} AND web_searches = 0
        AND {" + ".join(TOKEN_COLUMNS)} = 0
"""
_SELECT_RECORDS_BY_ACCOUNT: Final = f"""
    {_SELECT_ALL_RECORDS}
    WHERE (?1 IS NULL OR account = ?1) AND NOT ({_IS_EMPTY_OTHER})
    ORDER BY at_ms, key
"""
_SELECT_RECORDS_BY_SEQ: Final = f"""
    {_SELECT_ALL_RECORDS} WHERE seq BETWEEN ? AND ? ORDER BY seq
"""
_SELECT_IMPORTED_TOTALS: Final = f"""
    SELECT kind, day, cost, model.name, session.uuid, project.path, account,
        {", ".join(TOKEN_COLUMNS)}
    FROM imported_sum
        JOIN model ON model.id = imported_sum.model
        JOIN session ON session.id = imported_sum.session
        JOIN project ON project.id = session.project
        JOIN profile ON profile.id = session.profile
    WHERE ?1 IS NULL OR account = ?1
    ORDER BY day, kind, project.path, model.name, account
"""
_UINT64_MAX: Final = (1 << 64) - 1


def iter_export_rows(
    reader: Reader | Writer,
    account: str | None = None,
) -> Iterator[ExportRow]:
    """
    Yield all records, oldest first, then the imported totals.

    Args:
        reader: Open database.
        account: Account key; None for all.
    """
    for row in reader.execute(_SELECT_RECORDS_BY_ACCOUNT, (account,)):
        yield _build_record_row(row)
    yield from iter_imported_totals(reader, account)


def iter_records_by_seq(
    connection: sqlite3.Connection,
    first_seq: int,
    last_seq: int,
) -> Iterator[ExportRow]:
    """Yield the records whose last change is in a range."""
    for row in connection.execute(
        _SELECT_RECORDS_BY_SEQ, (first_seq, last_seq)
    ):
        yield _build_record_row(row)


def iter_imported_totals(
    connection: sqlite3.Connection,
    account: str | None = None,
) -> Iterator[ExportRow]:
    """Yield the imported totals of one account or of all."""
    for row in connection.execute(_SELECT_IMPORTED_TOTALS, (account,)):
        yield _build_imported_total_row(row)


def _build_record_row(row: Sequence[Any]) -> ExportRow:
    (
        key,
        message_id,
        request_id,
        at_ms,
        counted_ms,
        origin_ms,
        flags,
        cost,
        model,
        session,
        is_guess,
        project,
        account,
        provider,
        *values,
    ) = row
    tokens, terms = parse_tokens_and_terms(values)
    export_row = build_export_row(
        {
            "kind": _get_kind(flags),
            "time": format_iso_ms(at_ms),
            "key": f"{key & _UINT64_MAX:016x}",
            "message_id": message_id,
            "request_id": request_id,
            "account": account,
            "session": session,
            "project": project,
            "project_is_guess": bool(is_guess),
            "is_sidechain": bool(flags & IS_SIDECHAIN),
            # A response that was cut is not final, whatever its lines say.
            "is_final": flags & (IS_FINAL | IS_CUT) == IS_FINAL,
            "model": model,
            **dict(zip(TOKEN_EXPORT_COLUMNS, tokens, strict=True)),
            **terms._asdict(),
            "counted_at": format_iso_ms(counted_ms),
            "placed_at": format_iso_ms(origin_ms),
            "cost_usd": _format_cost(cost),
        }
    )
    if provider != CLAUDE_CODE_KEY:
        export_row["provider"] = provider
    return export_row


def _get_kind(flags: int) -> str:
    if flags & IS_OTHER_REQUESTS:
        return "other"
    return "share" if flags & IS_ADVISOR_PART else "reply"


def _build_imported_total_row(row: Sequence[Any]) -> ExportRow:
    kind, day, cost, model, session, project, account, *tokens = row
    return build_export_row(
        {
            "kind": "sum",
            "source": kind,
            "day": day,
            "account": account,
            "session": session,
            "project": project,
            "model": model,
            **dict(zip(TOKEN_EXPORT_COLUMNS, tokens, strict=True)),
            "cost_usd": _format_cost(cost),
        }
    )


def _format_cost(cost: int | None) -> str:
    return "" if cost is None else format_usd(NanoUsd(cost)) or ""
