"""What waits for a destination, request by request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import outbox
from claude_tray.sync.parcel import Load, Loading, Parcel, fitting, packed
from claude_tray.sync.policy import Kind

if TYPE_CHECKING:
    from claude_tray.store.connection import Reader
    from claude_tray.store.outbox import ChangedSession
    from claude_tray.sync.ledger import Ledger
    from claude_tray.sync.naming import Naming
    from claude_tray.sync.parcel import Bounds


class Waiting:
    """
    Gives out what a destination lacks.

    Args:
        reader: The store.
        ledger: How far the destination has come.
        naming: Which projects are not sent.
        bounds: How much a request may carry.
    """

    def __init__(
        self,
        reader: Reader,
        ledger: Ledger,
        naming: Naming,
        bounds: Bounds,
    ) -> None:
        self._reader = reader
        self._ledger = ledger
        self._naming = naming
        self._bounds = bounds
        self._round: list[ChangedSession] = []

    def next(self) -> Parcel | None:
        """Return what comes next; None when nothing is left."""
        if self._ledger.kind is Kind.SESSIONS:
            return self._next_sessions()
        return self._next_changes()

    def again(self) -> None:
        """Look anew at what is to be sent."""
        self._round = []

    def count(self) -> int:
        """Return how many records wait."""
        known = self._ledger.destination
        return outbox.waiting(self._reader, known.url, known.acked_seq)

    def _next_changes(self) -> Parcel | None:
        last = outbox.last_seq(self._reader)
        while (seq := self._ledger.destination.acked_seq) < last:
            limit = self._bounds.rows
            rows = outbox.changed(
                self._reader,
                self._ledger.destination.url,
                (seq, last),
                limit,
            )
            upto = rows[-1].seq if len(rows) == limit else last
            wanted = [r for r in rows if not self._is_excluded(r.project)]
            fit = fitting(packed(wanted), self._bounds)
            if len(fit) < len(wanted):
                upto = fit[-1].unsent.seq
            if fit:
                return Parcel(rows=fit, upto=upto)
            self._ledger.dealt_with(upto)
        return None

    def _next_sessions(self) -> Parcel | None:
        while self._round or self._begin_round():
            loading = Loading(self._bounds)
            excluded: list[ChangedSession] = []
            while self._round:
                load = self._load(self._round[0])
                if self._is_excluded(load.project):
                    excluded.append(load.session)
                elif not loading.add(load):
                    break
                del self._round[0]
            if excluded:
                self._ledger.passed_over(excluded)
            parcel = loading.done()
            if parcel.loads:
                return parcel
        return None

    def _begin_round(self) -> bool:
        """Return whether any session is to be told."""
        destination = self._ledger.destination
        seq, last = destination.acked_seq, outbox.last_seq(self._reader)
        if seq < last:
            self._round = outbox.changed_sessions(
                self._reader,
                destination.url,
                seq,
            )
            if not self._round:
                self._ledger.dealt_with(last)
        return bool(self._round)

    def _load(self, session: ChangedSession) -> Load:
        url = self._ledger.destination.url
        rows = outbox.of_session(self._reader, url, session.uuid)
        project = outbox.project_of(self._reader, session.uuid)
        return Load(session, project, tuple(packed(rows)))

    def _is_excluded(self, project: str) -> bool:
        return self._naming.is_excluded(project)
