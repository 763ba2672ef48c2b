"""One go of sending: what is done about each answer."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn

from claude_tray.sync.answer import Answer, NoAnswer
from claude_tray.sync.hunt import Hunt, InterruptedHuntError
from claude_tray.sync.ledger import rejected_in
from claude_tray.sync.parcel import Parcel
from claude_tray.sync.patience import asked_seconds
from claude_tray.sync.policy import Meaning, State, Verdict
from claude_tray.sync.refusal import error_of, trouble_of
from claude_tray.sync.work import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.sync.courier import Courier, Delivery
    from claude_tray.sync.ledger import Ledger
    from claude_tray.sync.parcel import Packed
    from claude_tray.sync.waiting import Waiting
    from claude_tray.sync.work import Acquaintance, Work
    from claude_tray.wire.answers import Receipt

_log = logging.getLogger(__name__)

# So often broken in a row: it may be a row that breaks it.
_OFTEN_BROKEN: Final = 3
# So often in a row, what cannot be made smaller is not taken.
_MOST_TRIES: Final = 5
_MOST_REWINDS: Final = 3
_TOO_LARGE: Final = "too_large"
_CODES: Final = {
    Verdict.BAD_ROWS: "rejected",
    Verdict.BROKEN: "server_error",
    Verdict.TOO_LARGE: _TOO_LARGE,
}


class Sending:
    """
    Sends until nothing waits.

    Args:
        work: What it works with.
        courier: Takes parcels there.
        ledger: How the destination stands.
        waiting: What is to be sent.
        known: What has been learnt of the receiver.
        cover: Covers secrets in what the other side says.

    Attributes:
        tally: What has arrived.
    """

    def __init__(
        self,
        work: Work,
        courier: Courier,
        ledger: Ledger,
        waiting: Waiting,
        known: Acquaintance,
        cover: Callable[[str], str],
    ) -> None:
        self._work = work
        self._courier = courier
        self._ledger = ledger
        self._waiting = waiting
        self._known = known
        self._cover = cover
        self._rewinds = 0
        seq = ledger.destination.acked_seq
        self.tally = Tally(waiting.count(), seq)

    def greet(self) -> None:
        """Make the handshake."""
        welcome, answer = self._courier.greet()
        if isinstance(welcome, Meaning):
            self._fail(welcome, answer)
        if self._ledger.greeted(welcome):
            _log.warning("The receiver lacks what it had: sending it again")
            self._waiting.again()
        if welcome.greeting is not None:
            self._known.bounds.told(welcome.greeting)
        self._known.is_greeted = True

    def send(self, parcel: Parcel) -> None:
        """
        Send a parcel; what is not taken of it is seen to, or it comes again.

        Raises:
            SyncError: The destination is to be left alone.
        """
        delivery = self._courier.deliver(parcel)
        verdict, _, receipt = delivery.meaning
        if verdict is Verdict.ACCEPTED and receipt is not None:
            self._accept(parcel, delivery, receipt)
        elif verdict is Verdict.REWIND:
            self._rewind(delivery)
        elif verdict is Verdict.PLAIN:
            self._known.packs = False
            self._waiting.again()
        elif verdict is Verdict.TOO_LARGE and parcel.how_many:
            self._send_less(parcel, delivery)
        elif verdict is Verdict.BROKEN:
            self._mend(parcel, delivery)
        elif verdict is Verdict.BAD_ROWS:
            self._sift(parcel, delivery)
        else:
            if (
                isinstance(delivery.answer, NoAnswer)
                and delivery.answer.is_cut
            ):
                self._known.bounds.shrink_perhaps(parcel)
            self._fail(delivery.meaning, delivery.answer)

    def _accept(
        self,
        parcel: Parcel,
        delivery: Delivery,
        receipt: Receipt,
    ) -> None:
        rows, now_ms = delivery.letter.rows, self._work.clock()
        rejected = rejected_in(receipt, rows, self._cover, now_ms)
        self._ledger.accepted(parcel, receipt, rejected)
        self._known.bounds.grow()
        self.tally.add(delivery.letter)

    def _rewind(self, delivery: Delivery) -> None:
        receipt = delivery.meaning.receipt
        seq = receipt.resync_from if receipt else None
        self._rewinds += 1
        if self._rewinds > _MOST_REWINDS or seq is None:
            text = "the server asks again and again for what it was sent"
            self._fail(Meaning(Verdict.LATER, text), delivery.answer)
        _log.warning("The receiver asks for all after change=%d", seq)
        self._ledger.rewound(max(0, seq))
        self._waiting.again()

    def _send_less(self, parcel: Parcel, delivery: Delivery) -> None:
        if parcel.is_one:
            self._give_up(parcel, delivery)
        else:
            self._known.bounds.shrink(parcel)
            self._waiting.again()

    def _give_up(self, parcel: Parcel, delivery: Delivery) -> None:
        """Set aside what cannot be made smaller, if it was no chance."""
        broken = self._ledger.destination.broken + 1
        if broken < _MOST_TRIES or not self._takes_nothing():
            later = delivery.meaning._replace(verdict=Verdict.LATER)
            self._fail(later, delivery.answer, broken)
        reason = self._cover(delivery.meaning.reason)
        self._ledger.set_aside(parcel.packed, _TOO_LARGE, reason)
        self._ledger.passed_over([load.session for load in parcel.loads])
        self._waiting.again()

    def _mend(self, parcel: Parcel, delivery: Delivery) -> None:
        """Wait while a receiver is broken; if that goes on, look for why."""
        broken = self._ledger.destination.broken + 1
        if broken < _OFTEN_BROKEN or not self._is_about(parcel):
            self._fail(delivery.meaning, delivery.answer, broken)
        self._look_for_rows(parcel, delivery)

    def _sift(self, parcel: Parcel, delivery: Delivery) -> None:
        """Look for the rows that are not taken, if it is the rows."""
        if not self._is_about(parcel):
            self._fail(delivery.meaning, delivery.answer)
        self._look_for_rows(parcel, delivery)

    def _is_about(self, parcel: Parcel) -> bool:
        """Tell whether rows may be to blame: without any, all is well."""
        return parcel.how_many > 0 and self._takes_nothing()

    def _takes_nothing(self) -> bool:
        """Tell whether the receiver takes a request without any row."""
        verdict = self._courier.deliver(Parcel()).meaning.verdict
        return verdict is Verdict.ACCEPTED

    def _look_for_rows(self, parcel: Parcel, delivery: Delivery) -> None:
        hunt = Hunt(self._courier.deliver)
        try:
            hunt.search(parcel)
        except InterruptedHuntError as error:
            if hunt.is_sure:
                self._set_aside(hunt.bad, delivery)
            other, broken = error.delivery, self._ledger.destination.broken
            self._fail(other.meaning, other.answer, broken)
        if hunt.bad and not hunt.is_sure:
            self._wait_for_others(hunt.bad, delivery)
        elif hunt.bad:
            self._set_aside(hunt.bad, delivery)
        else:
            # Each half is taken, but not both together.
            self._send_less(parcel, delivery)

    def _wait_for_others(self, rows: list[Packed], delivery: Delivery) -> None:
        """Blame rows that came alone only when they are refused for long."""
        broken = self._ledger.destination.broken + 1
        if broken < _MOST_TRIES:
            later = delivery.meaning._replace(verdict=Verdict.LATER)
            self._fail(later, delivery.answer, broken)
        self._set_aside(rows, delivery)

    def _set_aside(self, rows: list[Packed], delivery: Delivery) -> None:
        code = _CODES[delivery.meaning.verdict]
        reason = self._cover(delivery.meaning.reason)
        self._ledger.set_aside(rows, code, reason)
        self._waiting.again()

    def _fail(
        self,
        meaning: Meaning,
        answer: Answer | NoAnswer,
        broken: int = 0,
    ) -> NoReturn:
        if self._courier.has_ended:
            raise error_of(State.DELAYED, "the program ends")
        now = datetime.fromtimestamp(self._work.clock() / 1000, UTC)
        headers = answer.headers if isinstance(answer, Answer) else {}
        trouble = trouble_of(
            meaning._replace(reason=self._cover(meaning.reason)),
            self._ledger.destination.failures + 1,
            asked_seconds(headers, now),
            self._work.chance(),
        )
        _log.warning("Could not send: %s", trouble.reason)
        self._known.is_greeted = False
        is_refused = trouble.state is State.SIGN_IN
        refused = self._courier.fingerprint if is_refused else ""
        self._ledger.failed(trouble._replace(refused=refused, broken=broken))
        raise error_of(trouble.state, trouble.reason)
