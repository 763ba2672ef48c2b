"""Keep the records of other requests up to date."""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import Totals
from claude_tray.core.other_requests import (
    CountedRecord,
    KnownUsage,
    OtherRequests,
    compute_other_requests,
)
from claude_tray.core.usage import (
    SessionId,
    TokenCounts,
    UsageRecord,
)
from claude_tray.store import (
    aggregates,
    cost_states,
    minute_sums,
    schema,
    stored_records,
)
from claude_tray.store.records import RecordWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.core.price_table import PriceTable
    from claude_tray.store.connection import Writer


_TOKENS: Final = ", ".join(
    f"message.{name} - ifnull(part.{name}, 0)" for name in schema.TOKEN_COLUMNS
)
_SELECT_RECORDS: Final = f"""
    WITH used AS (
        SELECT id, uuid, first_ms, last_ms FROM session
        WHERE uuid IN (SELECT value FROM json_each(?)))
    SELECT used.uuid, seq, message.key, at_ms, flags, message.session,
        message.model, model.name, web_searches, {_TOKENS}
    FROM message
        JOIN used ON used.id = message.session
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
        LEFT JOIN uncounted_part part ON part.key = message.key
    WHERE at_ms BETWEEN (SELECT min(first_ms) FROM used)
        AND (SELECT max(last_ms) FROM used)
"""
_SELECT_ACCOUNT: Final = """
    SELECT min(account) FROM session
        JOIN profile ON profile.id = session.profile
    WHERE uuid = ? GROUP BY last_ms IS NULL ORDER BY last_ms IS NULL LIMIT 1
"""
_MARKS: Final = schema.IS_CONFIRMED | schema.IS_SUMMED
_SET_MARKS: Final = f"""
    UPDATE message SET flags = flags & ~{_MARKS} | ? WHERE seq = ?
"""
_SAVE_CHECK: Final = """
    INSERT OR REPLACE INTO cost_check (session, at_ms, cost) VALUES (?, ?, ?)
"""


_SELECT_LOST: Final = "SELECT at_ms FROM open_request WHERE session = ?"
_MAX_SEQ: Final = 1 << 62
_DELETE_CHECK: Final = "DELETE FROM cost_check WHERE session = ?"


class _StoredRow(NamedTuple):
    """A stored record of a session."""

    seq: int
    key: int
    at_ms: int
    flags: int
    session_row_id: int
    model_id: int
    record: CountedRecord


def update_other_requests(
    writer: Writer, prices: PriceTable, sessions: Iterable[SessionId]
) -> int | None:
    """
    Compute the other requests of sessions, and of their forks, again.

    Args:
        writer: Connection in a transaction.
        prices: Price table.
        sessions: Sessions with new sums or records.

    Returns:
        Time of the earliest change; None if nothing changed.
    """
    related = cost_states.drop_large_families(
        writer, cost_states.find_related(writer, sessions)
    )
    affected = cost_states.find_with_states(writer, related)
    if not affected:
        return None
    # The parents of an affected fork.
    members = cost_states.find_related(writer, affected)
    rows = _load_rows(writer, members)
    family = _load_family(writer, members, rows)
    changed_times = []
    record_writer = RecordWriter(writer, prices)
    for session_id in sorted(affected):
        result = compute_other_requests(session_id, family)
        changed_times += [
            _replace_records(
                writer, record_writer, session_id, result, rows[session_id]
            ),
            _confirm(writer, session_id, result, rows[session_id]),
        ]
        last_ms = max(s.at_ms for s in family[session_id].states)
        if result.reported_cost is None:
            writer.execute(_DELETE_CHECK, (session_id,))
        else:
            writer.execute(
                _SAVE_CHECK, (session_id, last_ms, result.reported_cost)
            )
    record_writer.flush()
    return min([at for at in changed_times if at is not None], default=None)


def _load_family(
    writer: Writer,
    members: set[SessionId],
    rows: Mapping[SessionId, list[_StoredRow]],
) -> dict[SessionId, KnownUsage]:
    states = cost_states.load_states(writer, members)
    shared = cost_states.load_shared_lines(writer, members)
    return {
        member: KnownUsage(
            tuple(states.get(member, ())),
            tuple(
                row.record
                for row in rows[member]
                if not row.flags & schema.IS_OTHER_REQUESTS
            ),
            shared.get(member, {}),
        )
        for member in members
    }


def _load_rows(
    writer: Writer, sessions: set[SessionId]
) -> dict[SessionId, list[_StoredRow]]:
    rows_by_session: dict[SessionId, list[_StoredRow]] = {
        session: [] for session in sessions
    }
    for row in writer.execute(
        _SELECT_RECORDS, (json.dumps(sorted(sessions)),)
    ):
        rows_by_session[row[0]].append(_parse_row(row))
    return rows_by_session


def _parse_row(row: tuple[Any, ...]) -> _StoredRow:
    _, seq, key, at_ms, flags, session_row_id, model_id, *values = row
    model, searches, *tokens = values
    return _StoredRow(
        seq,
        key,
        at_ms,
        flags,
        session_row_id,
        model_id,
        CountedRecord(
            at_ms,
            bool(flags & schema.IS_SIDECHAIN),
            model,
            TokenCounts(*tokens),
            searches,
        ),
    )


def _replace_records(
    writer: Writer,
    record_writer: RecordWriter,
    session_id: SessionId,
    result: OtherRequests,
    rows: Iterable[_StoredRow],
) -> int | None:
    """Store the records of other requests; empty those that are gone."""
    records = {record.key: record for record in result.records}
    gone = [
        row.key
        for row in rows
        if row.flags & schema.IS_OTHER_REQUESTS and row.key not in records
    ]
    for key, stored in stored_records.load_by_key(writer, gone).items():
        records[key] = _empty(stored.record)
    row = writer.execute(_SELECT_ACCOUNT, (session_id,)).fetchone()
    if row is None or not records:
        return None
    return record_writer.replace(records, row[0])


def _empty(record: UsageRecord) -> UsageRecord:
    """Return a record that replaces one on servers, which delete nothing."""
    return record._replace(
        tokens=TokenCounts(), terms=record.terms._replace(web_searches=0)
    )


def _find_before_lost(
    writer: Writer, session_id: SessionId, rows: Iterable[_StoredRow]
) -> set[int]:
    """Return the responses before requests whose own output is unknown."""
    times = sorted(
        (row.at_ms, row.seq)
        for row in rows
        if not row.flags & schema.IS_ADVISOR_PART
    )
    lost = (
        writer.execute(_SELECT_LOST, (session_id,)).fetchall() if times else ()
    )
    return {
        times[max(0, bisect_right(times, (at_ms, _MAX_SEQ)) - 1)][1]
        for (at_ms,) in lost
    }


def _confirm(
    writer: Writer,
    session_id: SessionId,
    result: OtherRequests,
    rows: Sequence[_StoredRow],
) -> int | None:
    """
    Mark the records whose time the sums cover, and no others.

    The sums have the input of a request that got no response, but not its
    output: the response before it stands for that time.
    """
    delta, changes = aggregates.AggregateDelta(), []
    before_lost = _find_before_lost(writer, session_id, rows)
    for row in rows:
        if row.flags & schema.IS_OTHER_REQUESTS:
            continue
        is_summed = any(
            first_ms <= row.at_ms <= last_ms
            for first_ms, last_ms in result.confirmed
        )
        is_confirmed = is_summed and row.seq not in before_lost
        marks = (
            schema.IS_SUMMED * is_summed | schema.IS_CONFIRMED * is_confirmed
        )
        if marks == row.flags & _MARKS:
            continue
        changes.append((row.at_ms, marks, row.seq))
        change = bool(row.flags & schema.IS_CONFIRMED) - is_confirmed
        if not row.flags & schema.IS_ADVISOR_PART:
            delta.add(
                (row.at_ms // BUCKET_MS, row.session_row_id, row.model_id),
                aggregates.build_aggregate_row(Totals(unconfirmed=change)),
            )
    writer.executemany(_SET_MARKS, [change[1:] for change in changes])
    delta.apply(writer)
    if changes:
        minute_sums.stop_maintaining(writer)
    return min((at_ms for at_ms, _, _ in changes), default=None)
