"""List the records of a session, and how it grew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import F

from claude_tray.core.cost import NanoUsd
from claude_tray.core.usage import TokenCounts
from claude_tray.server.usage.models import TOKEN_FIELDS, UsageSnapshot


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A record of a session; the cost is None if its price is unknown."""

    at_ms: int
    model: str
    tokens: TokenCounts
    cost: NanoUsd | None


def list_session_growth(
    user: int, session_pk: int
) -> list[tuple[int, int, NanoUsd | None]]:
    """
    List time, tokens of the context and cost of each response of a session.

    The context is what a response was sent: input and cache. Oldest first.
    """
    records = UsageSnapshot.objects.filter(user=user, session=session_pk)
    return [
        (at_ms, TokenCounts(*tokens).prompt, cost)
        for at_ms, *tokens, cost in records.order_by(
            "at_ms", "key"
        ).values_list("at_ms", *TOKEN_FIELDS, "cost_nano")
    ]


_RECORD_ORDERS: Final = {
    "time": F("at_ms"),
    "input": F(TOKEN_FIELDS[0]),
    "output": F(TOKEN_FIELDS[1]),
    "cost": F("cost_nano"),
}


def list_session_records(
    user: int,
    session_pk: int,
    limit: int,
    offset: int = 0,
    *,
    order: str = "time",
    is_reversed: bool = False,
) -> tuple[tuple[SessionRecord, ...], int]:
    """
    Return a page of a session's records, oldest first, and their number.

    Args:
        user: Primary key of the user.
        session_pk: Primary key of the session.
        limit: Number of records.
        offset: Number of records to skip.
        order: "time", "input", "output" or "cost", the largest first but
            for the time; anything else is "time".
        is_reversed: Latest or smallest first.
    """
    column = _RECORD_ORDERS.get(order, _RECORD_ORDERS["time"])
    is_ascending = (column == _RECORD_ORDERS["time"]) != is_reversed
    records = UsageSnapshot.objects.filter(user=user, session=session_pk)
    by_column = (
        column.asc(nulls_last=True)
        if is_ascending
        else column.desc(nulls_last=True)
    )
    rows = records.order_by(by_column, "at_ms", "key").values_list(
        "at_ms",
        "model__name",
        *TOKEN_FIELDS,
        "cost_nano",
    )[offset : offset + limit]
    page = tuple(
        SessionRecord(
            at_ms,
            model,
            TokenCounts(*tokens),
            None if cost is None else NanoUsd(cost),
        )
        for at_ms, model, *tokens, cost in rows
    )
    return page, records.count()
