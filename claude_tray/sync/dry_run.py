"""The requests that would be sent, without sending them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.protocol.codec import to_json
from claude_tray.store.outbox import load_destination
from claude_tray.sync.batch import BatchLimits
from claude_tray.sync.destination_state import DestinationState
from claude_tray.sync.pending_batches import PendingBatches
from claude_tray.sync.request import build_request_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from claude_tray.store.connection import Reader, Writer
    from claude_tray.sync.session import SyncSession


def preview_requests(reader: Reader, session: SyncSession) -> Iterator[bytes]:
    """Give out the bodies of the requests that would be sent now."""
    state = DestinationState(_discard_transaction, session.url, session.clock)
    state.load(reader)
    anonymizer, identity = (
        session.build_anonymizer(reader),
        session.build_identity(reader),
    )
    state.apply_privacy(reader, session.privacy.fingerprint, anonymizer)
    pending = PendingBatches(reader, state, anonymizer, BatchLimits())
    destination = load_destination(reader, session.url)
    previewed: set[str] = set()
    while (batch := pending.next_batch()) is not None:
        session_ids = {
            session_batch.session.uuid for session_batch in batch.sessions
        }
        if session_ids & previewed:
            # Nothing was kept, so they come round again.
            return
        previewed |= session_ids
        context = session.build_context(reader, destination.server_seq)
        yield to_json(
            build_request_for(
                batch, anonymizer, identity, context, destination
            ).payload
        )
        if not session_ids:
            state.advance_cursor(batch.last_seq)


def _discard_transaction(transaction: Callable[[Writer], None]) -> None:
    """Let all be as it was."""
    del transaction
