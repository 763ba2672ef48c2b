"""Sends to one destination, whenever it is told to."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.store.connection import explained, open_reader
from claude_tray.sync.courier import Courier
from claude_tray.sync.ledger import Ledger
from claude_tray.sync.parcel import Parcel
from claude_tray.sync.patience import still_to_wait
from claude_tray.sync.policy import Kind, State
from claude_tray.sync.refusal import error_of
from claude_tray.sync.sending import Sending
from claude_tray.sync.waiting import Waiting
from claude_tray.sync.work import Acquaintance, Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.store.connection import Reader
    from claude_tray.store.destinations import Destination
    from claude_tray.sync.exchange import Exchange
    from claude_tray.sync.naming import Naming
    from claude_tray.sync.veil import Veil
    from claude_tray.sync.work import Work


class Shipper:
    """
    Sends to one destination; is used on one thread.

    Args:
        work: What it works with.
        exchange: The way there.
        veil: Covers secrets in what the other side says.
        told: Called as parcels arrive.
    """

    def __init__(
        self,
        work: Work,
        exchange: Exchange,
        veil: Veil,
        told: Callable[[Tally], None] = lambda _: None,
    ) -> None:
        self._work = work
        self._exchange = exchange
        self._veil = veil
        self._told = told
        self._ledger = Ledger(work.keep, work.url, work.clock)
        self._known = Acquaintance()

    @property
    def destination(self) -> Destination:
        """How the destination stands."""
        return self._ledger.destination

    def ship(self, *, is_asked: bool = False, is_alive: bool = False) -> Tally:
        """
        Send all that waits.

        Args:
            is_asked: A person asked: trouble of before is no reason to wait.
            is_alive: Tell the receiver so if nothing waits.

        Raises:
            SyncDelayedError: It is to be tried again later.
            SyncRefusedError: The token is refused.
            SyncMisconfiguredError: The receiver is not what it should be.
            StoreError: What was sent could not be kept.
        """
        store = self._work.store
        with closing(open_reader(store)) as reader, explained(store):
            self._ledger.load(reader)
            if not is_asked:
                self._stay_away()
            naming = self._work.naming(reader)
            fingerprint = self._work.privacy.fingerprint
            self._ledger.begin(reader, fingerprint, naming)
            waiting, sending = self._prepared(reader, naming)
            if not self._known.is_greeted:
                sending.greet()
            while (parcel := waiting.next()) is not None:
                sending.send(parcel)
                self._told(sending.tally)
            is_quiet = not sending.tally.snapshots
            if is_alive and is_quiet and self._ledger.kind is Kind.CHANGES:
                sending.send(Parcel())
            return sending.tally

    def _prepared(
        self,
        reader: Reader,
        naming: Naming,
    ) -> tuple[Waiting, Sending]:
        work, ledger, known = self._work, self._ledger, self._known
        courier = Courier(
            self._exchange,
            ledger,
            naming,
            work.sender(reader),
            lambda from_seq: work.moment(reader, from_seq),
            known,
        )
        waiting = Waiting(reader, ledger, naming, known.bounds)
        cover = self._veil.cover
        return waiting, Sending(work, courier, ledger, waiting, known, cover)

    def _stay_away(self) -> None:
        """
        Leave a destination alone that is to be left alone.

        Raises:
            SyncError: Why.
        """
        known = self.destination
        state = State(known.state)
        if state is State.SIGN_IN:
            if known.refused == self._exchange.fingerprint:
                raise error_of(state, known.reason)
        elif still_to_wait(known.not_before_ms, self._work.clock()):
            raise error_of(state, known.reason)
