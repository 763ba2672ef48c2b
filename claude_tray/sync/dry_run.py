"""Build the requests of a sync without sending them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.protocol.codec import to_json
from claude_tray.sync import destination_state, pending_batches, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from claude_tray.store.connection import Reader, Writer
    from claude_tray.sync.config import SyncConfig


def preview_requests(
    reader: Reader, config: SyncConfig, clock: Callable[[], int]
) -> Iterator[bytes]:
    """
    Yield the bodies of the requests that a sync would send now.

    Args:
        reader: The store.
        config: Where and what to send.
        clock: Returns the time in ms since 1970.
    """
    state = destination_state.DestinationState(
        _discard_writes, config.endpoint.url, clock
    )
    state.load(reader)
    destination = state.destination
    builder = request.RequestBuilder(config, reader, clock, clock)
    state.apply_privacy(reader, builder.anonymizer)
    pending = pending_batches.PendingBatches(
        reader, state, builder.anonymizer, pending_batches.BatchLimits()
    )
    previewed: set[str] = set()
    while (batch := pending.next_batch()) is not None:
        session_ids = {session.session.uuid for session in batch.sessions}
        if session_ids & previewed:
            # Sent sessions are not stored, so they repeat.
            return
        previewed |= session_ids
        yield to_json(builder.build(batch, destination).payload)
        if not session_ids:
            state.advance_cursor(batch.last_seq)


def _discard_writes(write: Callable[[Writer], None]) -> None:
    del write
