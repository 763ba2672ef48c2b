"""Save records in a store as the ingest worker does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.core.usage import UsageRecord, merge
from claude_tray.store.connection import Writer, transaction
from claude_tray.store.records import RecordWriter, UpsertResult
from claude_tray.store.windows import invalidate_closed
from tests.support.builders import PRICES

if TYPE_CHECKING:
    from claude_tray.core.price_table import PriceTable


def save_records(
    writer: Writer,
    *records: UsageRecord,
    account: str = "",
    prices: PriceTable = PRICES,
    is_guess: bool = False,
) -> UpsertResult:
    merged: dict[int, UsageRecord] = {}
    for record in records:
        existing = merged.get(record.key)
        merged[record.key] = merge(existing, record) if existing else record
    with transaction(writer):
        record_writer = RecordWriter(writer, prices)
        record_writer.sessions.assign_projects(
            [record.origin for record in records],
            account,
            is_guess=is_guess,
        )
        result = record_writer.upsert(merged, account)
        record_writer.flush()
        if result.first_changed_ms is not None:
            invalidate_closed(writer, result.first_changed_ms)
    return result


def dump_store(writer: Writer) -> dict[str, list[tuple[Any, ...]]]:
    """Return all stored rows, in an order that does not depend on ingest."""
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
        "cell": _AGGREGATES_SQL.format(
            key="bucket, uuid, account, name",
            table="cell",
            joins="""
                JOIN session ON session.id = t.session
                JOIN profile ON profile.id = session.profile
            """,
        ),
        "usage_session": _AGGREGATES_SQL.format(
            key="uuid, account, name",
            table="usage_session",
            joins="""
                JOIN session ON session.id = t.session
                JOIN profile ON profile.id = session.profile
            """,
        ),
        "usage_project": _AGGREGATES_SQL.format(
            key="path, name",
            table="usage_project",
            joins="JOIN project ON project.id = t.project",
        ),
    }
    return {
        name: writer.execute(statement).fetchall()
        for name, statement in tables.items()
    }


_AGGREGATES_SQL = """
    SELECT {key}, messages, input, output, cache_5m, cache_1h, cache_read,
        cost, unpriced, incomplete
    FROM {table} t {joins} JOIN model ON model.id = t.model
    ORDER BY {key}
"""
