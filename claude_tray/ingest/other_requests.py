"""Update other requests after records and sums were read."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from claude_tray.store import cost_states, requests
from claude_tray.store.metadata import has_cost_states
from claude_tray.store.other_requests import update_other_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.usage import SessionId, UsageRecord
    from claude_tray.providers.base import ScanResult
    from claude_tray.store.connection import Writer


def update_after_ingest(
    writer: Writer,
    prices: PriceTable,
    results: Sequence[ScanResult],
    account: str,
) -> int | None:
    """
    Store sums of sessions and lost requests, and update what follows.

    Args:
        writer: Connection in a transaction.
        prices: Price table.
        results: New content of transcripts, whose records are stored.
        account: Account key of the transcripts.

    Returns:
        Time of the earliest changed record; None if nothing changed.
    """
    changes = list(_save_requests(writer, results, account))
    states = [state for result in results for state in result.cost_states]
    for result in results:
        cost_states.save_uncounted(writer, result.uncounted)
        cost_states.save_shared_lines(writer, result.shared_until)
    cost_states.save_states(writer, states)
    records = chain.from_iterable(map(_iter_records, results))
    changes.append(
        update_after_import(
            writer, prices, records, {state.session_id for state in states}
        )
    )
    return min((ms for ms in changes if ms is not None), default=None)


def update_after_import(
    writer: Writer,
    prices: PriceTable,
    records: Iterable[UsageRecord],
    sessions: Iterable[SessionId] = (),
) -> int | None:
    """
    Update what follows from new records.

    Args:
        writer: Connection in a transaction.
        prices: Price table.
        records: New and changed records, which are stored.
        sessions: Sessions with new sums.

    Returns:
        As for `update_after_ingest`.
    """
    if not has_cost_states(writer):
        return None
    outdated = cost_states.find_outdated(writer, records)
    outdated.update(sessions)
    if not outdated:
        return None
    return update_other_requests(writer, prices, outdated)


def _iter_records(result: ScanResult) -> Iterable[UsageRecord]:
    relayed = result.relayed.records if result.relayed else {}
    return chain(result.records.values(), relayed.values())


def _save_requests(
    writer: Writer, results: Iterable[ScanResult], account: str
) -> Iterator[int | None]:
    """
    Save requests without a response, and mark responses that were cut.

    Yields:
        Times of changes; None if there are none.
    """
    cut_keys: set[int] = set()
    for result in results:
        cut_keys |= result.cut_keys
        if result.requests is not None:
            yield requests.save_requests(
                writer, result.requests, result.path, account
            )
    if cut_keys:
        yield requests.mark_cut(writer, cut_keys)
