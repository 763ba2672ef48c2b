"""Everything that is stored of usage, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.pricing import NanoUsd, format_usd
from claude_tray.core.time import format_iso_ms
from claude_tray.store.record_rows import (
    IS_ADVISOR_PART,
    IS_FINAL,
    IS_SIDECHAIN,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from claude_tray.protocol.export_file import ExportRow
    from claude_tray.store.connection import Reader, Writer


_SELECT_ALL_RECORDS: Final = """
    SELECT key, message_id, request_id, at_ms, counted_ms, message.origin_ms,
        flags, input, output, cache_5m, cache_1h, cache_read, cost,
        model.name, speed, inference_geo, service_tier, web_searches,
        session.uuid, guessed, project.path, account
    FROM message
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
        JOIN session ON session.id = message.session
        JOIN project ON project.id = session.project
        JOIN profile ON profile.id = session.profile
"""
_SELECT_RECORDS_BY_ACCOUNT: Final = f"""
    {_SELECT_ALL_RECORDS} WHERE ?1 IS NULL OR account = ?1 ORDER BY at_ms, key
"""
_SELECT_RECORDS_BY_SEQ: Final = f"""
    {_SELECT_ALL_RECORDS} WHERE seq BETWEEN ? AND ? ORDER BY seq
"""
_SELECT_IMPORTED_TOTALS: Final = """
    SELECT kind, day, input, output, cache_5m, cache_1h, cache_read, cost,
        model.name, session.uuid, project.path, account
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
    Give out every reply, oldest first, then every imported sum.

    Args:
        reader: The store.
        account: Only this one's; None for all.
    """
    for row in reader.execute(_SELECT_RECORDS_BY_ACCOUNT, (account,)):
        yield _build_record_row(row)
    yield from iter_imported_totals(reader, account)


def iter_records_by_seq(
    connection: sqlite3.Connection,
    first_seq: int,
    last_seq: int,
) -> Iterator[ExportRow]:
    """Give out the replies whose last change has a number of a stretch."""
    for row in connection.execute(
        _SELECT_RECORDS_BY_SEQ, (first_seq, last_seq)
    ):
        yield _build_record_row(row)


def iter_imported_totals(
    connection: sqlite3.Connection,
    account: str | None = None,
) -> Iterator[ExportRow]:
    """Give out the imported sums, of one account or of all."""
    for row in connection.execute(_SELECT_IMPORTED_TOTALS, (account,)):
        yield _build_imported_total_row(row)


def _build_record_row(row: Sequence[Any]) -> ExportRow:
    flags = row[6]
    return {
        "kind": "share" if flags & IS_ADVISOR_PART else "reply",
        "source": "",
        "day": "",
        "time": format_iso_ms(row[3]),
        "key": f"{row[0] & _UINT64_MAX:016x}",
        "message_id": row[1],
        "request_id": row[2],
        "account": row[21],
        "session": row[18],
        "project": row[20],
        "project_is_guess": bool(row[19]),
        "is_sidechain": bool(flags & IS_SIDECHAIN),
        "is_final": bool(flags & IS_FINAL),
        "model": row[13],
        "input_tokens": row[7],
        "output_tokens": row[8],
        "cache_write_5m_tokens": row[9],
        "cache_write_1h_tokens": row[10],
        "cache_read_tokens": row[11],
        "web_searches": row[17],
        "speed": row[14],
        "inference_geo": row[15],
        "service_tier": row[16],
        "counted_at": format_iso_ms(row[4]),
        "placed_at": format_iso_ms(row[5]),
        "cost_usd": _format_cost(row[12]),
    }


def _build_imported_total_row(row: Sequence[Any]) -> ExportRow:
    return {
        "kind": "sum",
        "source": row[0],
        "day": row[1],
        "time": "",
        "key": "",
        "message_id": "",
        "request_id": "",
        "account": row[11],
        "session": row[9],
        "project": row[10],
        "project_is_guess": False,
        "is_sidechain": False,
        "is_final": False,
        "model": row[8],
        "input_tokens": row[2],
        "output_tokens": row[3],
        "cache_write_5m_tokens": row[4],
        "cache_write_1h_tokens": row[5],
        "cache_read_tokens": row[6],
        "web_searches": 0,
        "speed": "",
        "inference_geo": "",
        "service_tier": "",
        "counted_at": "",
        "placed_at": "",
        "cost_usd": _format_cost(row[7]),
    }


def _format_cost(cost: int | None) -> str:
    return "" if cost is None else format_usd(NanoUsd(cost)) or ""
