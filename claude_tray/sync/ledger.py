"""What is kept of a destination as things go well or not."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.store import destinations, outbox
from claude_tray.store.destinations import Destination, SetAside
from claude_tray.sync.policy import Kind, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from claude_tray.store.connection import Reader, Writer
    from claude_tray.sync.naming import Naming
    from claude_tray.sync.parcel import Packed, Parcel
    from claude_tray.sync.policy import Welcome
    from claude_tray.wire.answers import Receipt

    # Runs work in one transaction on the store's writer, and waits for it.
    Keep = Callable[[Callable[[Writer], None]], None]

_log = logging.getLogger(__name__)

_LONGEST: Final = 200


class Trouble(NamedTuple):
    """
    Why a destination is left alone, and how long.

    Attributes:
        state: How it stands then.
        reason: Why, in words for people.
        wait: Seconds.
        refused: The fingerprint of a token that was refused.
        broken: How often in a row the receiver said that it is broken.
    """

    state: State
    reason: str
    wait: float
    refused: str = ""
    broken: int = 0


class Ledger:
    """
    How one destination stands.

    Args:
        keep: Writes.
        url: The destination's address.
        clock: Milliseconds since 1970.

    Attributes:
        destination: As it is kept.
    """

    def __init__(self, keep: Keep, url: str, clock: Callable[[], int]) -> None:
        self._keep = keep
        self._clock = clock
        self.destination = Destination(url)

    @property
    def kind(self) -> Kind:
        return Kind(self.destination.kind or Kind.CHANGES)

    def load(self, reader: Reader) -> None:
        """Read how the destination stands."""
        self.destination = destinations.find(reader, self.destination.url)

    def begin(self, reader: Reader, fingerprint: str, naming: Naming) -> None:
        """
        Begin; what was called otherwise is sent anew.

        Args:
            reader: The store.
            fingerprint: Of what is let out.
            naming: How projects are called.
        """
        known, called = self.destination, naming.names()
        url = known.url
        if known.naming != fingerprint:
            new = known._replace(naming=fingerprint, acked_seq=0)
            self._put(new, self._forget_sent)
        if destinations.names(reader, url) != called:
            self._keep(lambda w: destinations.tell_names(w, url, called))

    def greeted(self, welcome: Welcome) -> bool:
        """
        Keep what the handshake told.

        Returns:
            Whether the receiver lacks what it had before.
        """
        known, greeting = self.destination, welcome.greeting
        new = known._replace(kind=welcome.kind)
        has_lost = known.kind not in ("", welcome.kind)
        if greeting is None:
            have = 0 if has_lost else known.server_seq
        else:
            new = new._replace(server_id=greeting.server_id)
            is_other = known.server_id not in ("", greeting.server_id)
            has_lost = has_lost or is_other
            have = greeting.acked_seq
        if has_lost or have < known.server_seq:
            new = _back_to(new, have)
            self._put(new, self._forget_sent)
            return True
        if new != known:
            self._put(new)
        return False

    def accepted(
        self,
        parcel: Parcel,
        receipt: Receipt,
        rejected: Sequence[SetAside],
    ) -> None:
        """Keep that a parcel has arrived."""
        known, now_ms = self.destination, self._clock()
        new = known._replace(
            state=State.OK,
            reason="",
            failures=0,
            broken=0,
            not_before_ms=0,
            failing_since_ms=None,
            last_ok_ms=now_ms,
            skew_ms=receipt.clock_skew_ms,
            refused="",
        )
        if self.kind is Kind.CHANGES:
            new = new._replace(
                acked_seq=max(known.acked_seq, parcel.upto),
                server_seq=max(known.server_seq, parcel.upto),
            )
        keys = [packed.unsent.record.key for packed in parcel.packed]
        sessions = [load.session for load in parcel.loads]

        def tell(writer: Writer) -> None:
            destinations.taken(writer, known.url, keys)
            destinations.set_aside(writer, known.url, rejected)
            destinations.tell_sent(writer, known.url, sessions)

        self._put(new, tell)

    def dealt_with(self, seq: int) -> None:
        """Keep that nothing is left to send up to a change."""
        new = self.destination._replace(acked_seq=seq)
        self._put(new, self._forget_sent)

    def passed_over(self, sessions: Iterable[outbox.ChangedSession]) -> None:
        """Keep that sessions are not to be sent as they are."""
        url = self.destination.url
        self._keep(
            lambda writer: destinations.tell_sent(writer, url, sessions)
        )

    def set_aside(self, rows: Iterable[Packed], code: str, why: str) -> None:
        """Keep that the receiver will not take these; others are new to it."""
        now_ms, url = self._clock(), self.destination.url
        aside = [aside_of(row, code, why, now_ms) for row in rows]
        _log.warning("Set aside count=%d code=%s", len(aside), code)
        self._put(
            self.destination._replace(broken=0),
            lambda writer: destinations.set_aside(writer, url, aside),
        )

    def rewound(self, seq: int) -> None:
        """Keep that the receiver lacks all after a change."""
        self._put(_back_to(self.destination, seq), self._forget_sent)

    def failed(self, trouble: Trouble) -> None:
        """Keep that the destination is to be left alone for a while."""
        known, now_ms = self.destination, self._clock()
        self._put(
            known._replace(
                state=trouble.state,
                reason=trouble.reason,
                failures=known.failures + 1,
                broken=trouble.broken,
                not_before_ms=now_ms + int(trouble.wait * 1000),
                failing_since_ms=known.failing_since_ms or now_ms,
                refused=trouble.refused,
            ),
        )

    def _put(
        self,
        new: Destination,
        *more: Callable[[Writer], None],
    ) -> None:
        def work(writer: Writer) -> None:
            destinations.put(writer, new)
            for step in more:
                step(writer)

        self._keep(work)
        self.destination = new

    def _forget_sent(self, writer: Writer) -> None:
        destinations.forget_sent(writer, self.destination.url)


def aside_of(packed: Packed, code: str, why: str, now_ms: int) -> SetAside:
    """Return a row as it is set aside."""
    unsent = packed.unsent
    key = unsent.record.key
    return SetAside(key, unsent.seq, code[:40], why[:_LONGEST], now_ms)


def rejected_in(
    receipt: Receipt,
    rows: Sequence[Packed],
    cover: Callable[[str], str],
    now_ms: int,
) -> list[SetAside]:
    """Return the rows that a receipt says are not taken."""
    return [
        aside_of(rows[bad.index], bad.code, cover(bad.detail), now_ms)
        for bad in receipt.rejected
        if 0 <= bad.index < len(rows)
    ]


def _back_to(destination: Destination, seq: int) -> Destination:
    return destination._replace(
        acked_seq=min(seq, destination.acked_seq),
        server_seq=seq,
    )
