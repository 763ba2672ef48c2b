"""Convert records to rows of the database and back, and merge them."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import compute_request_cost
from claude_tray.core.time import Millis
from claude_tray.core.usage import (
    PricingTerms,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
    merge,
)
from claude_tray.server.usage.bulk_sql import select_matching
from claude_tray.server.usage.models import TOKEN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from claude_tray.core.price_table import PriceTable


class UsageRow(NamedTuple):
    """
    The columns of `UsageSnapshot`, in the order of ROW_COLUMNS.

    `counted_ms` is the time of the token counts, `origin_ms` that of the line
    that names the session. Both are None if equal to `at_ms`. `is_original`
    says whether that session sent the request. Booleans are 0 or 1, because
    SQLite's module takes long to adapt other types.
    """

    user_id: int
    key: int
    session_id: int
    machine_id: int
    account_id: int
    model_id: int
    at_ms: int
    counted_ms: int | None
    origin_ms: int | None
    is_sidechain: int
    is_original: int
    messages: int
    input_tokens: int
    output_tokens: int
    cache_5m_tokens: int
    cache_1h_tokens: int
    cache_read_tokens: int
    web_searches: int
    cost_nano: int | None


ROW_COLUMNS: Final = UsageRow._fields
# The columns of tokens are adjacent, in the order of TokenCounts.
_TOKENS: Final = slice(
    ROW_COLUMNS.index(TOKEN_FIELDS[0]),
    ROW_COLUMNS.index(TOKEN_FIELDS[-1]) + 1,
)
# The number of responses is next to them, as in SUM_FIELDS.
_COUNTS: Final = slice(ROW_COLUMNS.index("messages"), _TOKENS.stop)
_get_token_values: Final = itemgetter(_TOKENS)
_get_counts: Final = itemgetter(_COUNTS)


def get_row_tokens(row: UsageRow) -> TokenCounts:
    """Return the token counts of a row."""
    return TokenCounts(*_get_token_values(row))


class RowNames(NamedTuple):
    """
    Names of the foreign keys of a row.

    Account and machine are part of it because several may send one record.
    """

    session: str
    account: str
    machine: str
    model: str
    terms: PricingTerms


class RowIds(NamedTuple):
    """Foreign keys of a row."""

    user: int
    session: int
    machine: int
    account: int
    model: int


def build_row(
    record: UsageRecord, row_ids: RowIds, table: PriceTable
) -> UsageRow:
    """Build the row of a record, including its cost."""
    at_ms, counted_ms, origin_ms = (
        record.at_ms,
        record.counted_ms,
        record.origin_ms,
    )
    tokens, terms = record.tokens, record.terms
    cost = compute_request_cost(tokens, record.model, terms, at_ms, table)
    return UsageRow(
        row_ids.user,
        record.key,
        row_ids.session,
        row_ids.machine,
        row_ids.account,
        row_ids.model,
        at_ms,
        None if counted_ms == at_ms else counted_ms,
        None if origin_ms == at_ms else origin_ms,
        1 if record.is_sidechain else 0,
        0 if record.requested_ms is None else 1,
        1 if record.is_message else 0,
        *tokens,
        terms.web_searches,
        cost,
    )


def build_record(row: UsageRow, names: RowNames) -> UsageRecord:
    """Rebuild the record of a row, without its IDs and project."""
    at_ms = row.at_ms
    counted_ms = at_ms if row.counted_ms is None else row.counted_ms
    origin_ms = at_ms if row.origin_ms is None else row.origin_ms
    return UsageRecord(
        row.key,
        "",
        Millis(at_ms),
        get_row_tokens(row),
        Millis(counted_ms),
        names.model,
        names.terms._replace(web_searches=row.web_searches),
        "",
        bool(row.is_sidechain),
        Millis(origin_ms),
        SessionId(names.session),
        ProjectPath(""),
        is_final=True,
        is_message=bool(row.messages),
        # Only whether it is known matters.
        requested_ms=Millis(origin_ms) if row.is_original else None,
    )


def sum_rows(rows: Sequence[UsageRow]) -> tuple[int, ...]:
    """Return what rows add to sums, in the order of SUM_FIELDS."""
    counts = map(sum, zip(*map(_get_counts, rows), strict=True))
    costs = [row.cost_nano for row in rows]
    cost = sum([cost or 0 for cost in costs])
    return (*counts, cost, costs.count(None))


_STORED_ROWS_SQL: Final = (
    f"SELECT {', '.join(ROW_COLUMNS)} FROM usage_usagesnapshot"
    " WHERE user_id = %s AND key "
)
_ROW_NAMES_SQL: Final = """
    SELECT record.key, session.session_id, account.key, machine.machine_id,
        model.name, model.speed, model.inference_geo, model.service_tier
    FROM usage_usagesnapshot AS record
        JOIN usage_session AS session ON session.user_id = record.user_id
            AND session.id = record.session_id
        JOIN usage_claudeaccount AS account
            ON account.user_id = record.user_id
            AND account.id = record.account_id
        JOIN usage_machine AS machine ON machine.user_id = record.user_id
            AND machine.id = record.machine_id
        JOIN usage_model AS model ON model.id = record.model_id
    WHERE record.user_id = %s AND record.key """


class SentRecord(NamedTuple):
    """A record, its account and the machine that sent it."""

    record: UsageRecord
    account: str
    machine: str


def load_stored_rows(
    user_id: int, keys: Collection[int]
) -> dict[int, UsageRow]:
    """Load the stored rows with these keys, by key."""
    return {
        row.key: row
        for row in map(
            UsageRow._make, select_matching(_STORED_ROWS_SQL, user_id, keys)
        )
    }


def load_stored_records(
    user_id: int,
    rows: Collection[UsageRow],
) -> dict[int, SentRecord]:
    """Rebuild the records of stored rows, by key."""
    if not rows:
        return {}
    names_by_key = {
        key: RowNames(session, account, machine, model, PricingTerms(*terms))
        for key, session, account, machine, model, *terms in select_matching(
            _ROW_NAMES_SQL, user_id, [row.key for row in rows]
        )
    }
    return {
        row.key: SentRecord(
            build_record(row, names_by_key[row.key]),
            names_by_key[row.key].account,
            names_by_key[row.key].machine,
        )
        for row in rows
    }


def merge_sent_records(left: SentRecord, right: SentRecord) -> SentRecord:
    """
    Merge two versions of a record; the order does not matter.

    Account and machine are those of the line that names the session; a known
    account has precedence over an unknown one.
    """
    first = min(left, right, key=_compute_origin_rank)
    record = merge(left.record, right.record)
    return SentRecord(record, first.account, first.machine)


def _compute_origin_rank(
    sent_record: SentRecord,
) -> tuple[bool, int, bool, str, bool, str, str]:
    record = sent_record.record
    # As `core.usage.merge`, which does not know accounts and machines.
    return (
        record.is_sidechain,
        record.origin_ms,
        record.requested_ms is None,
        record.session_id,
        not sent_record.account,
        sent_record.account,
        sent_record.machine,
    )
