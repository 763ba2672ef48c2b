"""The requests that would be sent, without sending them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import destinations
from claude_tray.sync.ledger import Ledger
from claude_tray.sync.letter import addressed
from claude_tray.sync.parcel import Bounds
from claude_tray.sync.waiting import Waiting
from claude_tray.wire.codec import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from claude_tray.store.connection import Reader, Writer
    from claude_tray.sync.work import Work


def bodies(reader: Reader, work: Work) -> Iterator[bytes]:
    """Give out the bodies of the requests that would be sent now."""
    ledger = Ledger(_keep_nothing, work.url, work.clock)
    ledger.load(reader)
    naming, sender = work.naming(reader), work.sender(reader)
    ledger.begin(reader, work.privacy.fingerprint, naming)
    waiting = Waiting(reader, ledger, naming, Bounds())
    to = destinations.find(reader, work.url)
    told: set[str] = set()
    while (parcel := waiting.next()) is not None:
        sessions = {load.session.uuid for load in parcel.loads}
        if sessions & told:
            # Nothing was kept, so they come round again.
            return
        told |= sessions
        moment = work.moment(reader, to.server_seq)
        yield encode(addressed(parcel, naming, sender, moment, to).request)
        if not sessions:
            ledger.dealt_with(parcel.upto)


def _keep_nothing(work: Callable[[Writer], None]) -> None:
    """Let all be as it was."""
    del work
