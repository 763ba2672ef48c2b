"""New prices for what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.price_list import price_of
from claude_tray.domain.usage import Terms, TokenCounts
from claude_tray.store import closed, identity
from claude_tray.store.connection import transaction
from claude_tray.store.imported import reprice_sums
from claude_tray.store.rollups import CELL_MS, Changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.store.connection import Writer

_SOME: Final = 10_000
_NEXT: Final = """
    SELECT seq, at_ms, session, message.model, cost, model.name,
        input, output, cache_5m, cache_1h, cache_read,
        speed, inference_geo, service_tier, web_searches
    FROM message
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
    WHERE seq > ? ORDER BY seq LIMIT ?
"""
_PUT: Final = "UPDATE message SET cost = ? WHERE seq = ?"


def is_priced_by(writer: Writer, prices: PriceTable) -> bool:
    """Tell whether all that is stored has its cost by this table."""
    return identity.get(writer, identity.PRICE_TABLE) == prices.version


def reprice(writer: Writer, prices: PriceTable) -> Iterator[None]:
    """
    Give every record its cost by a table, some at each step.

    Cut short it begins anew the next time; a record that has its cost
    already is not touched.
    """
    seq = 0
    while True:
        with transaction(writer):
            last = _reprice_some(writer, prices, seq)
            if last is None:
                reprice_sums(writer, prices)
                identity.put(writer, identity.PRICE_TABLE, prices.version)
                return
        seq = last
        yield


def _reprice_some(
    writer: Writer,
    prices: PriceTable,
    after: int,
) -> int | None:
    """Reprice the records after a number; return the last one's."""
    rows = writer.execute(_NEXT, (after, _SOME)).fetchall()
    changes, costs = Changes(), []
    for seq, at_ms, session, model, old, name, *more in rows:
        tokens, terms = TokenCounts(*more[:5]), Terms(*more[5:])
        new = price_of(tokens, name, terms, at_ms, prices)
        if new != old:
            costs.append((new, seq))
            cell = (at_ms // CELL_MS, session, model)
            changes.add(cell, _difference(old, new))
    writer.executemany(_PUT, costs)
    changes.write(writer)
    if costs:
        closed.reopen(writer, 0)
    return rows[-1][0] if rows else None


def _difference(old: int | None, new: int | None) -> tuple[int, ...]:
    cost = (new or 0) - (old or 0)
    return (0, 0, 0, 0, 0, 0, cost, (new is None) - (old is None), 0)
