"""Maintain and query sums by bucket, session and project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import ZERO_TOTALS, NanoUsd, ProjectModelKey, Totals
from claude_tray.core.usage import TokenCounts
from claude_tray.store.schema import (
    ACCOUNT_ID,
    AGGREGATE_COLUMNS,
    COST_HALF_BITS,
    COST_HALF_MASK,
    IS_ADVISOR_PART,
    IS_CONFIRMED,
    IS_INCOMPLETE,
    IS_OTHER_REQUESTS,
    SHOWN_PATH,
    TOKEN_COLUMNS,
    build_insert,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.store.connection import Reader, Writer


# Bucket, session and model.
BucketKey = tuple[int, int, int]

SUM_OF_TOKENS: Final = ", ".join(
    f"ifnull(sum({name}), 0)" for name in TOKEN_COLUMNS
)
SUM_OF_LOW_COSTS: Final = f"ifnull(sum(cost & {COST_HALF_MASK}), 0)"
SUM_OF_HIGH_COSTS: Final = f"ifnull(sum(cost >> {COST_HALF_BITS}), 0)"
_OTHER_COST: Final = f"iif(flags & {IS_OTHER_REQUESTS}, cost, 0)"
_CONFIRMED_SUMS: Final = f"""
    ifnull(sum(flags & {IS_CONFIRMED | IS_ADVISOR_PART} = 0), 0),
    ifnull(sum({_OTHER_COST} & {COST_HALF_MASK}), 0),
    ifnull(sum({_OTHER_COST} >> {COST_HALF_BITS}), 0),
    ifnull(sum(iif(flags & {IS_OTHER_REQUESTS},
        {" + ".join(TOKEN_COLUMNS)}, 0)), 0)
"""
_SUMS: Final = f"""
    {{messages}}, {SUM_OF_TOKENS},
    {SUM_OF_LOW_COSTS}, ifnull(sum(cost IS NULL), 0),
    ifnull(sum({IS_INCOMPLETE}), 0),
    {SUM_OF_HIGH_COSTS}, {{confirmed}}
"""
# Sums over records, in the order of AGGREGATE_COLUMNS.
SUM_OF_RECORDS: Final = _SUMS.format(
    messages=f"count(*) - ifnull(sum(flags & {IS_ADVISOR_PART} != 0), 0)",
    confirmed=_CONFIRMED_SUMS,
)
# The same of new messages: a first load adds hundreds of thousands.
_SUM_OF_NEW_MESSAGES: Final = _SUMS.format(
    messages="count(*)", confirmed="count(*), 0, 0, 0"
)
# SQLite rounds toward zero; times before 1970 belong to the bucket below.
_SELECT_BUCKETS: Final = f"""
    SELECT at_ms / {BUCKET_MS} - (at_ms < 0 AND at_ms % {BUCKET_MS} != 0) AS bucket,
        session, model, min(at_ms), max(at_ms), {{sums}}
    FROM message WHERE {{which}} GROUP BY bucket, session, model
"""
_SELECT_ADDED: Final = _SELECT_BUCKETS.format(
    sums=SUM_OF_RECORDS, which="seq >= ?"
)
_SELECT_NEW_MESSAGES: Final = _SELECT_BUCKETS.format(
    sums=_SUM_OF_NEW_MESSAGES, which="seq >= ?"
)
_SELECT_REMOVED: Final = _SELECT_BUCKETS.format(
    sums=SUM_OF_RECORDS,
    which="seq IN (SELECT value FROM json_each(?))",
)

_ADD_EXCLUDED: Final = ", ".join(
    f"{c} = {c} + excluded.{c}" for c in AGGREGATE_COLUMNS
)
# Every column: an advisor's part is no message, but it costs.
_IS_EMPTY: Final = " AND ".join(f"{c} = 0" for c in AGGREGATE_COLUMNS)
_BUCKET_KEY: Final = ("bucket", "session", "model")
_SESSION_KEY: Final = ("session", "model")
_PROJECT_KEY: Final = ("project", "model")


def _build_upsert(table: str, key: tuple[str, ...]) -> str:
    insert = build_insert(table, (*key, *AGGREGATE_COLUMNS))
    conflict = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {_ADD_EXCLUDED}"
    return f"{insert} {conflict}"


def _build_delete_empty(table: str, key: tuple[str, ...]) -> str:
    condition = " AND ".join(f"{name} = ?" for name in key)
    return f"DELETE FROM {table} WHERE {condition} AND {_IS_EMPTY}"


_UPSERT_BUCKET: Final = _build_upsert("cell", _BUCKET_KEY)
_UPSERT_SESSION: Final = _build_upsert("usage_session", _SESSION_KEY)
_UPSERT_PROJECT: Final = _build_upsert("usage_project", _PROJECT_KEY)
_DELETE_EMPTY_BUCKET: Final = _build_delete_empty("cell", _BUCKET_KEY)
_DELETE_EMPTY_SESSION: Final = _build_delete_empty(
    "usage_session", _SESSION_KEY
)
_DELETE_EMPTY_PROJECT: Final = _build_delete_empty(
    "usage_project", _PROJECT_KEY
)


class AggregateDelta:
    """
    Differences to apply to the sums at the end of a transaction.

    Attributes:
        session_intervals: First and last time of the added records by
            session.
    """

    def __init__(self) -> None:
        self.session_intervals: dict[int, tuple[int, int]] = {}
        self._buckets: dict[BucketKey, list[int]] = {}
        self._has_removals = False

    def add(self, key: BucketKey, values: Iterable[int]) -> None:
        """Add values to a bucket."""
        existing = self._buckets.get(key)
        if existing is None:
            self._buckets[key] = list(values)
        else:
            self._buckets[key] = [
                a + b for a, b in zip(existing, values, strict=True)
            ]

    def add_rows(
        self, writer: Writer, first_seq: int, *, is_all_messages: bool = False
    ) -> None:
        """Add all records from a sequence number on; all may be messages."""
        intervals = self.session_intervals
        select = _SELECT_NEW_MESSAGES if is_all_messages else _SELECT_ADDED
        rows = writer.execute(select, (first_seq,))
        for bucket, session_row_id, model_id, *values in rows:
            first_ms, last_ms, *sums = values
            self.add((bucket, session_row_id, model_id), sums)
            interval = intervals.get(session_row_id, (first_ms, last_ms))
            intervals[session_row_id] = (
                min(first_ms, interval[0]),
                max(last_ms, interval[1]),
            )

    def subtract_rows(self, writer: Writer, seqs: Sequence[int]) -> None:
        """Subtract records before they are deleted."""
        self._has_removals = True
        seq_list = f"[{','.join(map(str, seqs))}]"
        rows = writer.execute(_SELECT_REMOVED, (seq_list,))
        for bucket, session_row_id, model_id, _, _, *values in rows:
            self.add(
                (bucket, session_row_id, model_id),
                [-value for value in values],
            )

    def apply(self, writer: Writer) -> None:
        """Apply the differences to buckets, sessions and projects."""
        by_session = _sum_by_key(
            ((session_row_id, model_id), values)
            for (_, session_row_id, model_id), values in self._buckets.items()
        )
        project_ids = _load_project_ids(writer, {key[0] for key in by_session})
        by_project = _sum_by_key(
            ((project_ids[session_row_id], model_id), values)
            for (session_row_id, model_id), values in by_session.items()
        )
        _upsert_sums(writer, _UPSERT_BUCKET, self._buckets)
        _upsert_sums(writer, _UPSERT_SESSION, by_session)
        _upsert_sums(writer, _UPSERT_PROJECT, by_project)
        if self._has_removals:
            writer.executemany(_DELETE_EMPTY_BUCKET, list(self._buckets))
            writer.executemany(_DELETE_EMPTY_SESSION, list(by_session))
            writer.executemany(_DELETE_EMPTY_PROJECT, list(by_project))


def move_session(
    writer: Writer,
    session_row_id: int,
    old_project_id: int,
    new_project_id: int,
) -> None:
    """Move the sums of a session to another project."""
    columns = ", ".join(AGGREGATE_COLUMNS)
    rows = writer.execute(
        f"SELECT model, {columns} FROM usage_session WHERE session = ?",
        (session_row_id,),
    ).fetchall()
    _upsert_sums(
        writer,
        _UPSERT_PROJECT,
        {
            (new_project_id, model_id): list(values)
            for model_id, *values in rows
        },
    )
    removed = {
        (old_project_id, model_id): [-value for value in values]
        for model_id, *values in rows
    }
    _upsert_sums(writer, _UPSERT_PROJECT, removed)
    writer.executemany(_DELETE_EMPTY_PROJECT, list(removed))


def _sum_by_key(
    parts: Iterable[tuple[tuple[int, int], list[int]]],
) -> dict[tuple[int, int], list[int]]:
    totals: dict[tuple[int, int], list[int]] = {}
    for key, values in parts:
        existing = totals.get(key)
        if existing is None:
            totals[key] = values.copy()
        else:
            for index, value in enumerate(values):
                existing[index] += value
    return totals


def _upsert_sums(
    writer: Writer,
    statement: str,
    values_by_key: Mapping[Any, list[int]],
) -> None:
    writer.executemany(
        statement,
        [(*key, *values_by_key[key]) for key in sorted(values_by_key)],
    )


def _load_project_ids(
    writer: Writer, session_row_ids: set[int]
) -> dict[int, int]:
    select = "SELECT project FROM session WHERE id = ?"
    return {
        session_row_id: writer.execute(select, (session_row_id,)).fetchone()[0]
        for session_row_id in session_row_ids
    }


SUM_OF_BUCKETS: Final = ", ".join(
    f"ifnull(sum({c}), 0)" for c in AGGREGATE_COLUMNS
)
# Checked row by row: a range has few sessions, an account thousands.
_FOR_ACCOUNT: Final = """
    AND EXISTS (SELECT 1 FROM session s WHERE s.id = session AND profile = ?3)
"""
_SUM_BUCKETS: Final = f"""
    SELECT {SUM_OF_BUCKETS} FROM cell WHERE bucket >= ?1 AND bucket < ?2
"""
_SUM_RECORDS: Final = f"""
    SELECT {SUM_OF_RECORDS} FROM message WHERE at_ms >= ?1 AND at_ms < ?2
"""


_SUM_EACH_COLUMN: Final = ", ".join(f"sum({c}) {c}" for c in AGGREGATE_COLUMNS)
# Joins names after grouping thousands of buckets.
_SELECT_TOTALS_BETWEEN: Final = f"""
    SELECT {SHOWN_PATH}, model.name, {_SUM_EACH_COLUMN}
    FROM (
        SELECT session.project, cell.model, {_SUM_EACH_COLUMN}
        FROM cell JOIN session ON session.id = cell.session
        WHERE bucket >= ? AND bucket < ?
        GROUP BY session.project, cell.model
    ) used
        JOIN project ON project.id = used.project
        JOIN model ON model.id = used.model
    GROUP BY 1, 2
"""


def parse_totals(row: Sequence[int]) -> Totals:
    """Return sums in the order of AGGREGATE_COLUMNS as totals."""
    messages, *tokens, cost, unpriced, incomplete, cost_high = row[:-4]
    unconfirmed, other_cost, other_cost_high, other_tokens = row[-4:]
    return Totals(
        messages,
        TokenCounts(*tokens),
        join_cost(cost, cost_high),
        unpriced,
        incomplete,
        unconfirmed,
        join_cost(other_cost, other_cost_high),
        other_tokens,
    )


def split_cost(cost: int) -> tuple[int, int]:
    """Return the halves of a cost: for `cost` and for `cost_high`."""
    return cost & COST_HALF_MASK, cost >> COST_HALF_BITS


def join_cost(low: int, high: int) -> NanoUsd:
    """Return the cost of two halves, or the sum of costs of their sums."""
    return NanoUsd(low + (high << COST_HALF_BITS))


def build_aggregate_row(totals: Totals) -> list[int]:
    """Return totals as sums in the order of AGGREGATE_COLUMNS."""
    cost, cost_high = split_cost(totals.priced_cost)
    return [
        totals.messages,
        *totals.tokens,
        cost,
        totals.unpriced,
        totals.incomplete,
        cost_high,
        totals.unconfirmed,
        *split_cost(totals.other_cost),
        totals.other_tokens,
    ]


def compute_totals(
    reader: Reader | Writer,
    start_ms: int,
    end_ms: int,
    account_id: int | None = None,
) -> Totals:
    """
    Return the exact totals of a time range.

    Whole buckets are summed as buckets, both ends by record.

    Args:
        reader: Open database.
        start_ms: First millisecond.
        end_ms: Millisecond after the last.
        account_id: Row ID of an account; None for all.
    """
    first_bucket, end_bucket = -(-start_ms // BUCKET_MS), end_ms // BUCKET_MS
    if first_bucket >= end_bucket:
        parts = [(_SUM_RECORDS, start_ms, end_ms)]
    else:
        buckets_start_ms = first_bucket * BUCKET_MS
        buckets_end_ms = end_bucket * BUCKET_MS
        parts = [(_SUM_BUCKETS, first_bucket, end_bucket)]
        if start_ms < buckets_start_ms:
            parts.append((_SUM_RECORDS, start_ms, buckets_start_ms))
        if buckets_end_ms < end_ms:
            parts.append((_SUM_RECORDS, buckets_end_ms, end_ms))
    rows = [_query_sums(reader, *part, account_id) for part in parts]
    return parse_totals([*map(sum, zip(*rows, strict=True))])


def compute_account_totals(
    reader: Reader | Writer,
    start_ms: int,
    end_ms: int,
    account: str,
) -> Totals:
    """Return the exact totals of an account in a time range."""
    account_id = find_account_id(reader, account)
    return (
        ZERO_TOTALS
        if account_id is None
        else compute_totals(reader, start_ms, end_ms, account_id)
    )


def _query_sums(
    reader: Reader | Writer,
    statement: str,
    start: int,
    end: int,
    account_id: int | None,
) -> tuple[int, ...]:
    """Return sums in the order of AGGREGATE_COLUMNS."""
    parameters: tuple[int, ...] = (start, end)
    if account_id is not None:
        statement, parameters = (
            statement + _FOR_ACCOUNT,
            (*parameters, account_id),
        )
    row: tuple[int, ...] = reader.execute(statement, parameters).fetchone()
    return row


def find_account_id(reader: Reader | Writer, account: str) -> int | None:
    """Return the row ID of an account, None if it has no usage."""
    (account_id,) = reader.execute(
        f"SELECT {ACCOUNT_ID}", (account,)
    ).fetchone()
    return None if account_id is None else int(account_id)


def load_totals_by_project_and_model(
    reader: Reader | Writer,
    first_bucket: int,
    end_bucket: int,
) -> dict[ProjectModelKey, Totals]:
    """Return the totals of a range of buckets."""
    rows = reader.execute(_SELECT_TOTALS_BETWEEN, (first_bucket, end_bucket))
    return {
        (project, model): parse_totals(sums) for project, model, *sums in rows
    }
