"""Puts records into a store as the engine does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.domain.usage import UsageRecord, merge
from claude_tray.store import closed
from claude_tray.store.connection import Writer, transaction
from claude_tray.store.records import Batch, Kept
from tests.support.builders import PRICES

if TYPE_CHECKING:
    from claude_tray.domain.price_list import PriceTable


def keep(
    writer: Writer,
    *records: UsageRecord,
    account: str = "",
    prices: PriceTable = PRICES,
    is_guess: bool = False,
) -> Kept:
    merged: dict[int, UsageRecord] = {}
    for record in records:
        held = merged.get(record.key)
        merged[record.key] = merge(held, record) if held else record
    with transaction(writer):
        batch = Batch(writer, prices)
        batch.place(
            [record.origin for record in records],
            account,
            is_guess=is_guess,
        )
        kept = batch.keep(merged, account)
        batch.write()
        if kept.first_ms is not None:
            closed.reopen(writer, kept.first_ms)
    return kept


def contents(writer: Writer) -> dict[str, list[tuple[Any, ...]]]:
    """All that is stored, but for the order it came in."""
    tables = {
        "message": """
            SELECT key, at_ms, uuid, account, path, name, input, output,
                cache_5m, cache_1h, cache_read, speed, web_searches, cost,
                flags, counted_ms, message.origin_ms, message_id, request_id
            FROM message
                JOIN session ON session.id = message.session
                JOIN profile ON profile.id = session.profile
                JOIN project ON project.id = session.project
                JOIN model ON model.id = message.model
                JOIN terms ON terms.id = message.terms
            ORDER BY key
        """,
        "session": """
            SELECT uuid, account, path, first_ms, last_ms FROM session
                JOIN profile ON profile.id = session.profile
                JOIN project ON project.id = session.project
            ORDER BY uuid, account
        """,
        "cell": _SUMS.format(
            key="bucket, uuid, account, name",
            table="cell",
            joins="""
                JOIN session ON session.id = t.session
                JOIN profile ON profile.id = session.profile
            """,
        ),
        "usage_session": _SUMS.format(
            key="uuid, account, name",
            table="usage_session",
            joins="""
                JOIN session ON session.id = t.session
                JOIN profile ON profile.id = session.profile
            """,
        ),
        "usage_project": _SUMS.format(
            key="path, name",
            table="usage_project",
            joins="JOIN project ON project.id = t.project",
        ),
    }
    return {
        name: writer.execute(statement).fetchall()
        for name, statement in tables.items()
    }


_SUMS = """
    SELECT {key}, messages, input, output, cache_5m, cache_1h, cache_read,
        cost, unpriced, incomplete
    FROM {table} t {joins} JOIN model ON model.id = t.model
    ORDER BY {key}
"""
