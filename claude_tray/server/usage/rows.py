"""A reply as its row has it, and as the record that it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.price_list import price_of
from claude_tray.domain.usage import (
    Millis,
    ProjectPath,
    SessionId,
    Terms,
    TokenCounts,
    UsageRecord,
)

if TYPE_CHECKING:
    from claude_tray.domain.price_list import PriceTable

CELL_MS: Final = 900_000


class Row(NamedTuple):
    """
    The columns of `UsageSnapshot`, in the order of COLUMNS.

    `counted_ms` and `origin_ms` are None where they are `at_ms`: the times
    of the counts and of the line that tells the session.
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
    is_sidechain: bool
    messages: int
    input_tokens: int
    output_tokens: int
    cache_5m_tokens: int
    cache_1h_tokens: int
    cache_read_tokens: int
    web_searches: int
    cost_nano: int | None


COLUMNS: Final = Row._fields


class Names(NamedTuple):
    """
    What the numbers in a row stand for.

    The account and the machine tell apart what was sent from several.
    """

    session: str
    account: str
    machine: str
    model: str
    terms: Terms


class Place(NamedTuple):
    """The numbers of a row's neighbours."""

    user: int
    session: int
    machine: int
    account: int
    model: int


def row_of(record: UsageRecord, place: Place, table: PriceTable) -> Row:
    """Return the row of a record, priced."""
    at_ms, counted, origin = record.at_ms, record.counted_ms, record.origin_ms
    tokens, terms = record.tokens, record.terms
    cost = price_of(tokens, record.model, terms, at_ms, table)
    return Row(
        place.user,
        record.key,
        place.session,
        place.machine,
        place.account,
        place.model,
        at_ms,
        None if counted == at_ms else counted,
        None if origin == at_ms else origin,
        record.is_sidechain,
        1 if record.is_message else 0,
        *tokens,
        terms.web_searches,
        cost,
    )


def record_of(row: Row, names: Names) -> UsageRecord:
    """Return the record that a row stands for, without its ids and project."""
    at_ms = row.at_ms
    counted = at_ms if row.counted_ms is None else row.counted_ms
    origin = at_ms if row.origin_ms is None else row.origin_ms
    return UsageRecord(
        row.key,
        "",
        Millis(at_ms),
        TokenCounts(*row[11:16]),
        Millis(counted),
        names.model,
        names.terms._replace(web_searches=row.web_searches),
        "",
        bool(row.is_sidechain),
        Millis(origin),
        SessionId(names.session),
        ProjectPath(""),
        is_final=True,
        is_message=bool(row.messages),
    )


def sums_of(row: Row) -> tuple[int, ...]:
    """Return what a row adds to sums, in the order of models.SUM_FIELDS."""
    cost = row.cost_nano
    if cost is None:
        return (*row[10:16], 0, 1)
    return (*row[10:16], cost, 0)
