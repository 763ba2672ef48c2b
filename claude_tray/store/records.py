"""Usage records, kept and merged with what is known of the same replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.price_list import price_of
from claude_tray.domain.usage import merge
from claude_tray.store import identity
from claude_tray.store.held import IS_FINAL, IS_SHARE, IS_SIDECHAIN, held_of
from claude_tray.store.names import Names
from claude_tray.store.rollups import Changes
from claude_tray.store.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.usage import (
        Origin,
        SessionId,
        Terms,
        UsageRecord,
    )
    from claude_tray.store.connection import Writer
    from claude_tray.store.held import Held

_PUT: Final = f"INSERT INTO message VALUES ({', '.join('?' * 17)})"
_DROP: Final = "DELETE FROM message WHERE seq = ?"


class Kept(NamedTuple):
    """
    What keeping records changed.

    Attributes:
        added: Replies that were not known.
        updated: Replies that grew or were placed elsewhere.
        first_ms: The earliest time at which something changed; None if
            nothing did.
    """

    added: int = 0
    updated: int = 0
    first_ms: int | None = None


class Batch:
    """
    The records of one transaction.

    Args:
        writer: In a transaction.
        prices: What the records cost by.
        mark: IS_IMPORTED for records that are not from transcripts, else 0.
            What was read always holds over what was imported.
    """

    def __init__(
        self,
        writer: Writer,
        prices: PriceTable,
        mark: int = 0,
    ) -> None:
        self._writer = writer
        self._prices = prices
        self._mark = mark
        self._names = Names(writer)
        self._sessions = Sessions(writer, self._names)
        self._models: dict[str, int] = {}
        self._terms: dict[Terms, int] = {}
        self._sessions_of: dict[tuple[SessionId, str], int] = {}
        self._new: list[tuple[UsageRecord, str]] = []
        self._gone: list[int] = []
        self._first = _next_seq(writer)
        self._is_first = self._first == 1

    def place(
        self,
        origins: Iterable[Origin],
        account: str,
        *,
        is_guess: bool,
    ) -> None:
        """Let sessions be known under an account before their records."""
        profile = self._names.profile(account)
        for origin in origins:
            self._sessions.place(origin, profile, is_guess=is_guess)

    def keep(self, records: dict[int, UsageRecord], account: str) -> Kept:
        """Keep records of an account; those known already are merged."""
        held = {} if self._is_first else held_of(self._writer, records)
        added, updated, times = 0, 0, []
        for key, record in records.items():
            known = held.get(key)
            if known is None:
                added += record.is_message
                self._new.append((record, account))
                times.append(record.at_ms)
                continue
            if known.mark == self._mark:
                merged, owner = _merged(known, record, account)
                if merged == known.record and owner == known.account:
                    continue
            elif known.mark:
                merged, owner = record, account
            else:
                continue
            updated += merged.is_message
            self._take_back(known, merged, owner)
            self._new.append((merged, owner))
            times += (known.record.at_ms, merged.at_ms)
        return Kept(added, updated, min(times, default=None))

    def write(self) -> None:
        """Write what was kept."""
        writer, changes = self._writer, Changes()
        if self._is_first:
            identity.put(writer, identity.PRICE_TABLE, self._prices.version)
        if self._gone:
            changes.count_out(writer, self._gone)
            writer.executemany(_DROP, [(seq,) for seq in self._gone])
        writer.executemany(_PUT, list(self._rows()))
        changes.count_in(writer, self._first)
        changes.write(writer)
        self._sessions.write(changes.spans)
        last = self._first + len(self._new) - 1
        seq = self._sessions.tell_moved(last)
        identity.put(writer, identity.SEQ, str(seq))

    def _rows(self) -> Iterator[tuple[object, ...]]:
        """Give out the rows of what is new."""
        # A first load has very many, so each look-up here is counted.
        sessions, models, terms_of = (
            self._sessions_of,
            self._models,
            self._terms,
        )
        prices, mark = self._prices, self._mark
        for seq, (record, account) in enumerate(self._new, self._first):
            (
                key,
                message_id,
                at_ms,
                tokens,
                counted_ms,
                model,
                terms,
                request_id,
                is_sidechain,
                origin_ms,
                session,
                _,
                is_final,
                is_message,
            ) = record
            yield (
                seq,
                key,
                at_ms,
                sessions.get((session, account))
                or self._session(session, account),
                models.get(model) or self._model(model),
                *tokens,
                terms_of.get(terms) or self._number_of(terms),
                price_of(tokens, model, terms, at_ms, prices),
                IS_FINAL * is_final
                + IS_SIDECHAIN * is_sidechain
                + IS_SHARE * (not is_message)
                + mark,
                counted_ms,
                origin_ms,
                message_id,
                request_id,
            )

    def _model(self, name: str) -> int:
        number = self._models[name] = self._names.model(name)
        return number

    def _number_of(self, terms: Terms) -> int:
        number = self._terms[terms] = self._names.terms(terms)
        return number

    def _session(self, uuid: SessionId, account: str) -> int:
        number = self._sessions.number(uuid, self._names.profile(account))
        self._sessions_of[uuid, account] = number
        return number

    def _take_back(
        self,
        known: Held,
        merged: UsageRecord,
        owner: str,
    ) -> None:
        old = known.record
        self._gone.append(known.seq)
        before = (old.at_ms, old.origin, known.account)
        if before != (merged.at_ms, merged.origin, owner):
            self._sessions.shrink(known.session)
        home = (old.session_id, known.account)
        if home != (merged.session_id, owner):
            self._sessions.moved.add(known.session)


def _next_seq(writer: Writer) -> int:
    return int(identity.get(writer, identity.SEQ, "0")) + 1


def _merged(
    known: Held,
    record: UsageRecord,
    account: str,
) -> tuple[UsageRecord, str]:
    """Return the merged record and the account that it belongs to."""
    merged = merge(known.record, record)
    if merged.origin[:3] == record.origin[:3]:
        is_tie = merged.origin[:3] == known.record.origin[:3]
        return merged, min(account, known.account) if is_tie else account
    return merged, known.account
