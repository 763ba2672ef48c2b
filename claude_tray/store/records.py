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
    from collections.abc import Iterable

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.usage import (
        Origin,
        SessionId,
        Terms,
        UsageRecord,
    )
    from claude_tray.store.connection import Writer
    from claude_tray.store.held import Held
    from claude_tray.store.rollups import Sums

# How far the change counter of the records has come.
_SEQ: Final = "seq"
_PUT: Final = f"""
    INSERT OR REPLACE INTO message VALUES ({", ".join("?" * 17)})
"""


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
    """

    def __init__(self, writer: Writer, prices: PriceTable) -> None:
        self._writer = writer
        self._prices = prices
        self._names = Names(writer)
        self._sessions = Sessions(writer, self._names)
        self._changes = Changes()
        self._models: dict[str, int] = {}
        self._terms: dict[Terms, int] = {}
        self._profiles: dict[str, int] = {}
        self._rows: list[tuple[object, ...]] = []
        self._seq = _next_seq(writer)
        self._is_first = self._seq == 1

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
        for key in sorted(records):
            record, known, owner = records[key], held.get(key), account
            if known is None:
                added += record.is_message
            else:
                record, owner = _merged(known, record, account)
                if record == known.record and owner == known.account:
                    continue
                updated += record.is_message
                self._take_back(known, record, owner)
                times.append(known.record.at_ms)
            self._put(record, owner)
            times.append(record.at_ms)
        return Kept(added, updated, min(times, default=None))

    def write(self) -> None:
        """Write what was kept."""
        if self._is_first:
            version = self._prices.version
            identity.put(self._writer, identity.PRICE_TABLE, version)
        identity.put(self._writer, _SEQ, str(self._seq - 1))
        self._writer.executemany(_PUT, self._rows)
        self._changes.write(self._writer)
        self._sessions.write()

    def _put(self, record: UsageRecord, account: str) -> None:
        # Done for every record of a first load: each call here is counted.
        key, message_id, at_ms, report, origin, is_final, is_message = record
        tokens, counted_ms, name, terms, request_id = report
        model = self._models.get(name) or self._model(name)
        session = self._session(origin.session_id, account)
        cost = price_of(tokens, name, terms, at_ms, self._prices)
        self._rows.append(
            (
                key,
                self._seq,
                at_ms,
                session,
                model,
                *tokens,
                self._terms.get(terms) or self._number_of(terms),
                cost,
                IS_FINAL * is_final
                + IS_SIDECHAIN * origin.is_sidechain
                + IS_SHARE * (not is_message),
                counted_ms,
                origin.at_ms,
                message_id,
                request_id,
            ),
        )
        self._seq += 1
        self._changes.add(at_ms, session, model, sums_of(record, cost))
        self._sessions.stretch(session, at_ms)

    def _model(self, name: str) -> int:
        number = self._models[name] = self._names.model(name)
        return number

    def _number_of(self, terms: Terms) -> int:
        number = self._terms[terms] = self._names.terms(terms)
        return number

    def _session(self, uuid: SessionId, account: str) -> int:
        profile = self._profiles.get(account)
        if profile is None:
            profile = self._names.profile(account)
            self._profiles[account] = profile
        return self._sessions.number(uuid, profile)

    def _take_back(
        self,
        known: Held,
        merged: UsageRecord,
        owner: str,
    ) -> None:
        old = known.record
        self._changes.take(
            old.at_ms,
            known.session,
            known.model,
            sums_of(old, known.cost),
        )
        before = (old.at_ms, old.origin, known.account)
        if before != (merged.at_ms, merged.origin, owner):
            self._sessions.shrink(known.session)


def sums_of(record: UsageRecord, cost: int | None) -> Sums:
    """Return what a record adds to the rollups."""
    is_message = record.is_message
    return (
        int(is_message),
        *record.report.tokens,
        cost or 0,
        int(cost is None),
        int(is_message and not record.is_final),
    )


def _next_seq(writer: Writer) -> int:
    return int(identity.get(writer, _SEQ, "0")) + 1


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
