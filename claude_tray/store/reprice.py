"""Recompute all stored costs with a new price table."""

from __future__ import annotations

from operator import sub
from typing import TYPE_CHECKING, Final

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import NanoUsd, Totals, compute_request_cost
from claude_tray.store import (
    aggregates,
    connection,
    imported_totals,
    metadata,
    minute_sums,
    schema,
    stored_records,
    windows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.core.price_table import PriceTable


_CHUNK_ROWS: Final = 10_000
_SELECT_NEXT: Final = f"""
    SELECT seq, at_ms, session, message.model, flags, cost, model.name,
        {stored_records.TOKENS_AND_TERMS}
    FROM message
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
    WHERE seq > ? ORDER BY seq LIMIT ?
"""
_UPDATE_COST: Final = "UPDATE message SET cost = ? WHERE seq = ?"


def is_priced_with(writer: connection.Writer, prices: PriceTable) -> bool:
    """Return whether all stored costs were computed with this price table."""
    return (
        metadata.get_value(writer, metadata.PRICE_TABLE_VERSION)
        == prices.version
    )


def reprice(writer: connection.Writer, prices: PriceTable) -> Iterator[None]:
    """
    Recompute the cost of every record, a chunk per step.

    If interrupted it starts over; records with the right cost are not
    written again.
    """
    after_seq = 0
    while True:
        with connection.transaction(writer):
            last_seq = _reprice_chunk(writer, prices, after_seq)
            if last_seq is None:
                imported_totals.reprice_imported_totals(writer, prices)
                metadata.set_value(
                    writer, metadata.PRICE_TABLE_VERSION, prices.version
                )
                return
        after_seq = last_seq
        yield


def _reprice_chunk(
    writer: connection.Writer,
    prices: PriceTable,
    after_seq: int,
) -> int | None:
    """Reprice records after a sequence number; return the last one's."""
    rows = writer.execute(_SELECT_NEXT, (after_seq, _CHUNK_ROWS)).fetchall()
    delta, costs = aggregates.AggregateDelta(), []
    for (
        seq,
        at_ms,
        session_row_id,
        model_id,
        flags,
        old_cost,
        model_name,
        *values,
    ) in rows:
        tokens, terms = stored_records.parse_tokens_and_terms(values)
        new_cost = compute_request_cost(
            tokens, model_name, terms, at_ms, prices
        )
        if new_cost != old_cost:
            costs.append((new_cost, seq))
            bucket_key = (at_ms // BUCKET_MS, session_row_id, model_id)
            difference = _build_cost_difference(old_cost, new_cost, flags)
            delta.add(bucket_key, difference)
    writer.executemany(_UPDATE_COST, costs)
    delta.apply(writer)
    if costs:
        windows.invalidate_closed(writer, 0)
        minute_sums.stop_maintaining(writer)
    return seq if rows else None


def _build_cost_difference(
    old_cost: int | None, new_cost: int | None, flags: int
) -> list[int]:
    is_other = bool(flags & schema.IS_OTHER_REQUESTS)
    # Of both halves: the difference of two costs may have other halves.
    old, new = (
        aggregates.build_aggregate_row(
            Totals(
                priced_cost=NanoUsd(cost or 0),
                unpriced=cost is None,
                other_cost=NanoUsd((cost or 0) * is_other),
            )
        )
        for cost in (old_cost, new_cost)
    )
    return list(map(sub, new, old))
