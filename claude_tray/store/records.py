"""Usage records, kept and merged with what is known of the same replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.domain.price_list import price_of
from claude_tray.domain.usage import (
    Millis,
    Origin,
    ProjectPath,
    Report,
    SessionId,
    Terms,
    TokenCounts,
    UsageRecord,
    merge,
)
from claude_tray.store import identity
from claude_tray.store.names import Names
from claude_tray.store.rollups import Changes
from claude_tray.store.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.domain.price_list import PriceTable
    from claude_tray.store.connection import Writer
    from claude_tray.store.rollups import Sums

IS_FINAL: Final = 1
IS_SIDECHAIN: Final = 2
IS_SHARE: Final = 4

_PUT: Final = f"""
    INSERT OR REPLACE INTO message VALUES ({", ".join("?" * 17)})
"""
_HELD: Final = """
    SELECT key, message_id, at_ms, input, output, cache_5m, cache_1h,
        cache_read, counted_ms, model.name, speed, inference_geo,
        service_tier, web_searches, request_id, message.origin_ms, session.uuid,
        flags, cost, message.session, message.model, profile.account
    FROM message
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
        JOIN session ON session.id = message.session
        JOIN profile ON profile.id = session.profile
    WHERE key IN (SELECT value FROM json_each(?))
"""


class Held(NamedTuple):
    """A record as the store has it, and the numbers in its row."""

    record: UsageRecord
    cost: int | None
    session: int
    model: int
    account: str


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
        held = self._held(records)
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
        self._writer.executemany(_PUT, self._rows)
        self._changes.write(self._writer)
        self._sessions.write()

    def _held(self, keys: Iterable[int]) -> dict[int, Held]:
        if self._is_first:
            return {}
        found = self._writer.execute(_HELD, (f"[{','.join(map(str, keys))}]",))
        return {row[0]: _held(row) for row in found}

    def _put(self, record: UsageRecord, account: str) -> None:
        report, origin, names = record.report, record.origin, self._names
        profile = names.profile(account)
        session = self._sessions.number(origin.session_id, profile)
        model = names.model(report.model)
        cost = price_of(
            report.tokens,
            report.model,
            report.terms,
            record.at_ms,
            self._prices,
        )
        flags = (
            IS_FINAL * record.is_final
            + IS_SIDECHAIN * origin.is_sidechain
            + IS_SHARE * (not record.is_message)
        )
        self._rows.append(
            (
                record.key,
                self._seq,
                record.at_ms,
                session,
                model,
                *report.tokens,
                names.terms(report.terms),
                cost,
                flags,
                report.at_ms,
                origin.at_ms,
                record.message_id,
                report.request_id,
            ),
        )
        self._seq += 1
        self._changes.add(record.at_ms, session, model, sums_of(record, cost))
        self._sessions.stretch(session, record.at_ms)

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
    (last,) = writer.execute("SELECT max(seq) FROM message").fetchone()
    return (last or 0) + 1


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


def _held(row: Sequence[Any]) -> Held:
    flags = row[17]
    report = Report(
        TokenCounts(*row[3:8]),
        Millis(row[8]),
        row[9],
        Terms(*row[10:14]),
        row[14],
    )
    # The project is the session's affair; an empty one is the least, so that
    # the same line read again changes nothing.
    origin = Origin(
        bool(flags & IS_SIDECHAIN),
        Millis(row[15]),
        SessionId(row[16]),
        ProjectPath(""),
    )
    record = UsageRecord(
        row[0],
        row[1],
        Millis(row[2]),
        report,
        origin,
        bool(flags & IS_FINAL),
        not flags & IS_SHARE,
    )
    return Held(record, row[18], row[19], row[20], row[21])
