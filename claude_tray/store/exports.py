"""Everything that is stored of usage, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.domain.price import NanoUsd, dollars
from claude_tray.store.held import IS_FINAL, IS_SHARE, IS_SIDECHAIN
from claude_tray.wire.timestamps import iso_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from claude_tray.store.connection import Reader, Writer
    from claude_tray.wire.export_file import ExportRow

_ALL_REPLIES: Final = """
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
_REPLIES: Final = f"""
    {_ALL_REPLIES} WHERE ?1 IS NULL OR account = ?1 ORDER BY at_ms, key
"""
_NUMBERED: Final = f"""
    {_ALL_REPLIES} WHERE seq BETWEEN ? AND ? ORDER BY seq
"""
_SUMS: Final = """
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
_UNSIGNED: Final = (1 << 64) - 1


def rows(
    reader: Reader | Writer,
    account: str | None = None,
) -> Iterator[ExportRow]:
    """
    Give out every reply, oldest first, then every imported sum.

    Args:
        reader: The store.
        account: Only this one's; None for all.
    """
    for row in reader.execute(_REPLIES, (account,)):
        yield _reply(row)
    yield from sums(reader, account)


def numbered(
    store: sqlite3.Connection,
    first: int,
    last: int,
) -> Iterator[ExportRow]:
    """Give out the replies whose last change has a number of a stretch."""
    for row in store.execute(_NUMBERED, (first, last)):
        yield _reply(row)


def sums(
    store: sqlite3.Connection,
    account: str | None = None,
) -> Iterator[ExportRow]:
    """Give out the imported sums, of one account or of all."""
    for row in store.execute(_SUMS, (account,)):
        yield _sum(row)


def _reply(row: Sequence[Any]) -> ExportRow:
    flags = row[6]
    return {
        "kind": "share" if flags & IS_SHARE else "reply",
        "source": "",
        "day": "",
        "time": iso_of(row[3]),
        "key": f"{row[0] & _UNSIGNED:016x}",
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
        "counted_at": iso_of(row[4]),
        "placed_at": iso_of(row[5]),
        "cost_usd": _cost(row[12]),
    }


def _sum(row: Sequence[Any]) -> ExportRow:
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
        "cost_usd": _cost(row[7]),
    }


def _cost(cost: int | None) -> str:
    return "" if cost is None else dollars(NanoUsd(cost)) or ""
