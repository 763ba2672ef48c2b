"""Takes parcels to one receiver and says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.sync.letter import addressed
from claude_tray.sync.policy import (
    Meaning,
    Verdict,
    meaning_of,
    welcome_of,
)
from claude_tray.wire.codec import encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.sync.answer import Answer, NoAnswer
    from claude_tray.sync.exchange import Exchange
    from claude_tray.sync.ledger import Ledger
    from claude_tray.sync.letter import Letter, Moment, Sender
    from claude_tray.sync.naming import Naming
    from claude_tray.sync.parcel import Parcel
    from claude_tray.sync.policy import Welcome
    from claude_tray.sync.work import Acquaintance

_GZIP: Final = "gzip"


class Delivery(NamedTuple):
    """What was sent, what came back, and what that means."""

    letter: Letter
    answer: Answer | NoAnswer
    meaning: Meaning


class Courier:
    """
    Knows how to speak to one receiver.

    Args:
        exchange: The way there.
        ledger: How the destination stands.
        naming: How projects are called.
        sender: Who sends.
        moment: What time it is, given what the receiver confirmed.
        known: What has been learnt of the receiver.
    """

    def __init__(
        self,
        exchange: Exchange,
        ledger: Ledger,
        naming: Naming,
        sender: Sender,
        moment: Callable[[int], Moment],
        known: Acquaintance,
    ) -> None:
        self._exchange = exchange
        self._ledger = ledger
        self._naming = naming
        self._sender = sender
        self._moment = moment
        self._known = known

    @property
    def fingerprint(self) -> str:
        """Tells the token from others."""
        return self._exchange.fingerprint

    @property
    def has_ended(self) -> bool:
        """Nothing is sent any more, whatever waits."""
        return self._exchange.has_ended

    def greet(self) -> tuple[Welcome | Meaning, Answer | NoAnswer]:
        """Ask the receiver how far it has come."""
        answer = self._exchange.get(
            {
                "machine_id": self._sender.machine_id,
                "store_id": self._sender.store_id,
            },
        )
        welcome = welcome_of(answer)
        if not isinstance(welcome, Meaning) and welcome.greeting:
            self._known.packs = _GZIP in welcome.greeting.encodings
        return welcome, answer

    def deliver(self, parcel: Parcel) -> Delivery:
        """Take a parcel there."""
        known = self._ledger.destination
        letter = addressed(
            parcel,
            self._naming,
            self._sender,
            self._moment(known.server_seq),
            known,
        )
        body = encode(letter.request)
        answer = self._exchange.post(body, packed=self._known.packs)
        meaning = meaning_of(answer, len(letter.rows), self._ledger.kind)
        if meaning.verdict is Verdict.PLAIN and not self._known.packs:
            # It was plain already: the receiver takes no JSON at all.
            meaning = meaning._replace(verdict=Verdict.MISCONFIGURED)
        return Delivery(letter, answer, meaning)
