"""Store requests without a response, and mark responses that were cut."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import Totals
from claude_tray.core.time import Millis, to_epoch_ms
from claude_tray.core.usage import UsageRecord, compute_record_key
from claude_tray.store import minute_sums
from claude_tray.store.aggregates import AggregateDelta, build_aggregate_row
from claude_tray.store.schema import (
    IS_ADVISOR_PART,
    IS_CUT,
    IS_FINAL,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.core.requests import RequestLog
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.store.connection import Reader, Writer


_DAY_MS: Final = 86_400_000
# A response may come later than this, but then it is rather lost.
MAX_RESPONSE_MS: Final = 600_000
_SELECT_TIMES: Final = """
    SELECT ref, at_ms FROM open_request
    WHERE ref IN (SELECT value FROM json_each(?))
"""
_DELETE_ANSWERED: Final = """
    DELETE FROM open_request WHERE ref IN (SELECT value FROM json_each(?))
"""
_DELETE_FAILED: Final = "DELETE FROM open_request WHERE thread = ? AND is_last"
_SUPERSEDE: Final = "UPDATE open_request SET is_last = 0 WHERE thread = ?"
_UPSERT: Final = """
    INSERT OR REPLACE INTO open_request
        (ref, thread, account, session, model, at_ms, is_last)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_IS_UNANSWERED: Final = "(NOT is_last OR at_ms < ?2)"
_COUNT_ALL_UNANSWERED: Final = (
    f"SELECT count(*) FROM open_request WHERE at_ms < ?1 AND {_IS_UNANSWERED}"
)
_COUNT_UNANSWERED: Final = f"""
    SELECT count(*), ifnull(sum(at_ms >= ?4), 0), ifnull(sum(at_ms >= ?5), 0)
    FROM open_request WHERE at_ms >= ?3 AND at_ms < ?1 AND {_IS_UNANSWERED}
"""
_SELECT_NEXT_OPEN: Final = """
    SELECT min(at_ms) FROM open_request
    WHERE at_ms BETWEEN ?1 AND ?2
        AND model GLOB 'claude-*' AND model NOT GLOB '*@*'
        AND (?3 IS NULL
            OR account = (SELECT account FROM profile WHERE id = ?3))
"""
_SELECT_TO_CUT: Final = f"""
    SELECT seq, at_ms, session, model, flags FROM message
    WHERE key IN (SELECT value FROM json_each(?)) AND flags & {IS_CUT} = 0
"""
_MARK_CUT: Final = f"""
    UPDATE message SET flags = flags | {IS_CUT} WHERE seq = ?
"""


def add_request_times(
    writer: Writer, log: RequestLog | None, records: Mapping[int, UsageRecord]
) -> Mapping[int, UsageRecord]:
    """
    Return records with the times of requests that an earlier scan found.

    Args:
        writer: The store.
        log: What the scan found about requests.
        records: Records of the same scan by key.
    """
    refs = log.answered_refs if log else None
    if not refs:
        return records
    completed = dict(records)
    rows = writer.execute(_SELECT_TIMES, (json.dumps(list(refs)),))
    for ref, at_ms in rows.fetchall():
        record = completed.get(refs[ref])
        if record is not None and record.requested_ms is None:
            completed[record.key] = record._replace(requested_ms=Millis(at_ms))
    return completed


def save_requests(
    writer: Writer, log: RequestLog, path: str, account: str
) -> int | None:
    """
    Save the requests of a transcript that have no response.

    Args:
        writer: The store.
        log: What became known about requests.
        path: The transcript.
        account: Account key.

    Returns:
        Earliest time of a change; None if there is none.
    """
    thread = compute_record_key("", "", path)
    if log.answered_refs:
        writer.execute(
            _DELETE_ANSWERED, (json.dumps(list(log.answered_refs)),)
        )
    if log.has_early_failure:
        writer.execute(_DELETE_FAILED, (thread,))
    if log.has_sent:
        writer.execute(_SUPERSEDE, (thread,))
    writer.executemany(
        _UPSERT,
        [
            (
                request.ref,
                thread,
                account,
                request.session_id,
                request.model,
                request.at_ms,
                request.is_last,
            )
            for request in log.open
        ],
    )
    return min((request.at_ms for request in log.open), default=None)


def count_unanswered(reader: Reader | Writer, now_ms: int) -> int:
    """Return how many requests remained without a response."""
    query_params = (now_ms, now_ms - MAX_RESPONSE_MS)
    (count,) = reader.execute(_COUNT_ALL_UNANSWERED, query_params).fetchone()
    return int(count)


def add_unanswered(
    reader: Reader | Writer, snapshot: Snapshot, today_ms: int
) -> Snapshot:
    """
    Return a snapshot whose totals are a minimum because of lost responses.

    Args:
        reader: Open database.
        snapshot: Snapshot of the stored usage.
        today_ms: Beginning of its day.
    """
    now_ms = to_epoch_ms(snapshot.taken_at)
    last_30_days, last_7_days, today = reader.execute(
        _COUNT_UNANSWERED,
        (
            now_ms,
            now_ms - MAX_RESPONSE_MS,
            today_ms - 29 * _DAY_MS,
            today_ms - 6 * _DAY_MS,
            today_ms,
        ),
    ).fetchone()
    if not last_30_days:
        return snapshot
    return replace(
        snapshot,
        unanswered_requests=last_30_days,
        today=_add_incomplete(snapshot.today, today),
        last_7_days=_add_incomplete(snapshot.last_7_days, last_7_days),
        last_30_days=_add_incomplete(snapshot.last_30_days, last_30_days),
    )


def _add_incomplete(totals: Totals, count: int) -> Totals:
    return totals._replace(incomplete=totals.incomplete + count)


def find_next_open(
    reader: Reader | Writer,
    from_ms: int,
    until_ms: int,
    account_id: int | None,
) -> int | None:
    """
    Return the time of the next request without a response, None without one.

    It opens a window too. Only those to models that limits count.

    Args:
        reader: Open database.
        from_ms: Earliest time.
        until_ms: Latest time.
        account_id: Row ID of the account; None for all.
    """
    (at_ms,) = reader.execute(
        _SELECT_NEXT_OPEN, (from_ms, until_ms, account_id)
    ).fetchone()
    return None if at_ms is None else int(at_ms)


def mark_cut(writer: Writer, keys: Iterable[int]) -> int | None:
    """
    Mark stored responses as cut, so that their output is a minimum.

    Returns:
        Earliest time of a change; None if there is none.
    """
    rows = writer.execute(
        _SELECT_TO_CUT, (f"[{','.join(map(str, keys))}]",)
    ).fetchall()
    delta = AggregateDelta()
    for _, at_ms, session_row_id, model_id, flags in rows:
        if flags & (IS_FINAL | IS_ADVISOR_PART) == IS_FINAL:
            delta.add(
                (at_ms // BUCKET_MS, session_row_id, model_id),
                build_aggregate_row(Totals(incomplete=1)),
            )
    writer.executemany(_MARK_CUT, [(row[0],) for row in rows])
    delta.apply(writer)
    if rows:
        minute_sums.stop_maintaining(writer)
    return min((row[1] for row in rows), default=None)
