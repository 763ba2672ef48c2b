"""Read and write usage records, merging new with stored ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import compute_request_cost
from claude_tray.core.usage import (
    PricingTerms,
    SessionId,
    UsageRecord,
    is_other_requests,
    merge,
)
from claude_tray.store import metadata, minute_sums
from claude_tray.store.aggregates import AggregateDelta
from claude_tray.store.cost_states import save_shared_lines
from claude_tray.store.lookup_ids import (
    LookupIds,
    RowIdCache,
    SessionWriter,
    match_ids,
)
from claude_tray.store.schema import (
    IS_ADVISOR_PART,
    IS_CUT,
    IS_FINAL,
    IS_OTHER_REQUESTS,
    IS_SIDECHAIN,
    RECORD_COLUMNS,
    build_insert,
)
from claude_tray.store.stored_records import StoredRecord, load_by_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from claude_tray.core.price_table import PriceTable
    from claude_tray.store.connection import Writer


_INSERT_RECORD: Final = build_insert("message", RECORD_COLUMNS)
_DELETE_RECORD: Final = "DELETE FROM message WHERE seq = ?"


class UpsertResult(NamedTuple):
    """
    Changes made by an upsert.

    Attributes:
        added: Number of new responses.
        updated: Number of changed responses.
        first_changed_ms: Earliest time of a changed record; None without any.
    """

    added: int = 0
    updated: int = 0
    first_changed_ms: int | None = None


class RecordWriter:
    """
    Insert and merge the records of one transaction.

    Args:
        writer: Connection in a transaction.
        prices: Price table.
        origin_flag: IS_IMPORTED for imported records, IS_RELAYED for those
            that only another transcript repeats, else 0. Those of 0 always
            replace the others, relayed ones replace imported ones.

    Attributes:
        sessions: Assigns sessions to projects, before their records.
    """

    def __init__(
        self,
        writer: Writer,
        prices: PriceTable,
        origin_flag: int = 0,
    ) -> None:
        self._writer = writer
        self._prices = prices
        self._origin_flag = origin_flag
        self._pending: list[tuple[UsageRecord, str]] = []
        self._replaced_seqs: list[int] = []
        self._has_parts = False
        # Latest shared line of two sessions, by both.
        self._shared: dict[tuple[SessionId, SessionId], int] = {}
        last_seq = metadata.get_value(writer, metadata.LAST_SEQ, "0")
        self._first_seq = int(last_seq) + 1
        self._is_initial_load = self._first_seq == 1
        lookup_ids = LookupIds(writer)
        # Not a method: a cycle would keep all records until the end of a first
        # load, which collects no garbage.
        self._model_ids: RowIdCache[str] = RowIdCache(
            lambda name: lookup_ids.get_model_id(
                name, is_priced=bool(prices.get_model_prices(name))
            )
        )
        self._terms_ids = RowIdCache(lookup_ids.get_terms_id)
        self.sessions = SessionWriter(writer, lookup_ids)
        self._session_row_ids = RowIdCache(self.sessions.find_row_id)

    def upsert(
        self, records: Mapping[int, UsageRecord], account: str
    ) -> UpsertResult:
        """Insert records of an account, or merge them with stored ones."""
        stored_by_key = {}
        if not self._is_initial_load:
            records = match_ids(self._writer, records, self._origin_flag)
            stored_by_key = load_by_key(self._writer, records)
        added, updated, changed_times = 0, 0, []
        for key, record in records.items():
            stored = stored_by_key.get(key)
            if stored is None:
                added += record.is_message
                self._pending.append((record, account))
                changed_times.append(record.at_ms)
                continue
            self.note_shared(stored.record, record)
            if stored.origin_flag == self._origin_flag:
                merged, merged_account = _merge_stored(stored, record, account)
                if (
                    merged == stored.record
                    and merged_account == stored.account
                ):
                    continue
            elif self._outranks(stored.origin_flag):
                merged, merged_account = record, account
            else:
                continue
            updated += merged.is_message
            self._remove_stored(stored, merged, merged_account)
            self._pending.append((merged, merged_account))
            changed_times += (stored.record.at_ms, merged.at_ms)
        return UpsertResult(added, updated, min(changed_times, default=None))

    def _outranks(self, stored_flag: int) -> bool:
        """Return whether these records replace those of another origin."""
        own_flag = self._origin_flag
        return bool(stored_flag) and (not own_flag or own_flag > stored_flag)

    def note_shared(self, one: UsageRecord, other: UsageRecord) -> None:
        """Remember that two sessions report the same response."""
        if one.session_id != other.session_id:
            pair = one.session_id, other.session_id
            at_ms = max(one.at_ms, other.at_ms, self._shared.get(pair, 0))
            self._shared[pair] = at_ms

    def merge_records(
        self,
        records: dict[int, UsageRecord],
        new_records: Mapping[int, UsageRecord],
    ) -> None:
        """Merge the records of a file into those of others."""
        for key, record in new_records.items():
            existing = records.get(key)
            if existing:
                self.note_shared(existing, record)
                record = merge(existing, record)  # noqa: PLW2901
            records[key] = record

    def replace(
        self, records: Mapping[int, UsageRecord], account: str
    ) -> int | None:
        """
        Replace the records with these keys, whatever is stored.

        Returns:
            Time of the earliest change; None if nothing changed.
        """
        stored_by_key = load_by_key(self._writer, records)
        changed_times = []
        for key, record in records.items():
            stored = stored_by_key.get(key)
            if stored is not None:
                if stored[:1] + stored[3:] == (record, account, 0):
                    continue
                self._remove_stored(stored, record, account)
                changed_times.append(stored.record.at_ms)
            self._pending.append((record, account))
            changed_times.append(record.at_ms)
        return min(changed_times, default=None)

    def flush(self) -> None:
        """Write all pending records and sums."""
        if not (
            self._is_initial_load
            or self._pending
            or self._shared
            or self.sessions.moved_row_ids
        ):
            # Nothing is new, such as when other transcripts are repeated.
            return
        writer, rows = self._writer, list(self._build_rows())
        delta = AggregateDelta()
        if self._is_initial_load:
            metadata.set_value(
                writer, metadata.PRICE_TABLE_VERSION, self._prices.version
            )
        if self._replaced_seqs:
            delta.subtract_rows(writer, self._replaced_seqs)
            minute_sums.subtract_records(writer, self._replaced_seqs)
            writer.executemany(
                _DELETE_RECORD, [(seq,) for seq in self._replaced_seqs]
            )
        writer.executemany(_INSERT_RECORD, rows)
        delta.add_rows(
            writer, self._first_seq, is_all_messages=not self._has_parts
        )
        delta.apply(writer)
        minute_sums.add_records(writer, self._first_seq)
        if self._replaced_seqs:
            minute_sums.delete_empty(writer)
        self.sessions.flush(delta.session_intervals)
        if self._shared:
            save_shared_lines(writer, self._shared)
        last_seq = self._first_seq + len(self._pending) - 1
        seq = self.sessions.mark_moved(last_seq)
        metadata.set_value(writer, metadata.LAST_SEQ, str(seq))

    def _build_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield rows of pending records in the order of RECORD_COLUMNS."""
        # Hot path of a first load: local names save attribute lookups.
        session_row_ids, model_ids, terms_ids = (
            self._session_row_ids,
            self._model_ids,
            self._terms_ids,
        )
        prices, origin_flag = self._prices, self._origin_flag
        for seq, (record, account) in enumerate(
            self._pending, self._first_seq
        ):
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
                requested_ms,
                is_cut,
            ) = record
            yield (
                seq,
                key,
                at_ms,
                session_row_ids[session, account],
                model_ids[model],
                *tokens,
                terms_ids[terms],
                compute_request_cost(tokens, model, terms, at_ms, prices),
                IS_FINAL * is_final
                + IS_SIDECHAIN * is_sidechain
                + (0 if is_message else self._get_part_flags(terms))
                + IS_CUT * is_cut
                + origin_flag,
                counted_ms,
                origin_ms,
                message_id,
                request_id,
                requested_ms,
            )

    def _get_part_flags(self, terms: PricingTerms) -> int:
        """Return the flags of a record that is no message."""
        self._has_parts = True
        if is_other_requests(terms):
            return IS_ADVISOR_PART | IS_OTHER_REQUESTS
        return IS_ADVISOR_PART

    def _remove_stored(
        self,
        stored: StoredRecord,
        merged: UsageRecord,
        merged_account: str,
    ) -> None:
        old_record = stored.record
        self._replaced_seqs.append(stored.seq)
        old_origin = (old_record.at_ms, old_record.origin, stored.account)
        if old_origin != (merged.at_ms, merged.origin, merged_account):
            self.sessions.mark_shrunk(stored.session_row_id)
        old_session = (old_record.session_id, stored.account)
        if old_session != (merged.session_id, merged_account):
            self.sessions.moved_row_ids.add(stored.session_row_id)


def _merge_stored(
    stored: StoredRecord,
    record: UsageRecord,
    account: str,
) -> tuple[UsageRecord, str]:
    """Return the merged record and its account."""
    merged = merge(stored.record, record)
    line = _identify_origin(merged)
    if line != _identify_origin(record):
        return merged, stored.account
    if line == _identify_origin(stored.record):
        # Both report the same line: any order must give the same account.
        return merged, min(account, stored.account)
    return merged, account


def _identify_origin(
    record: UsageRecord,
) -> tuple[bool, int, int | None, str]:
    """Return the origin without the project, which stored records lack."""
    return (
        record.is_sidechain,
        record.origin_ms,
        record.requested_ms,
        record.session_id,
    )
