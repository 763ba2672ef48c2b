"""Query what the costs are compared with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS, sum_by_day
from claude_tray.core.cost import NanoUsd, Totals, compute_request_cost
from claude_tray.core.cost_check import CostCheck
from claude_tray.core.time import from_epoch_ms
from claude_tray.core.usage import PricingTerms, TokenCounts
from claude_tray.store.schema import (
    IS_IMPORTED,
    IS_OTHER_REQUESTS,
    IS_SUMMED,
    TOKEN_COLUMNS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, tzinfo

    from claude_tray.core.price_table import PriceTable
    from claude_tray.store.connection import Reader, Writer


# Of sessions whose sums can be compared; only those with known prices.
_SELECT_CHECKS: Final = f"""
    SELECT uuid, cost_check.at_ms,
        sum(iif(flags & {IS_SUMMED}, message.cost, 0)),
        sum(iif(flags & {IS_OTHER_REQUESTS}, message.cost, 0)),
        cost_check.cost
    FROM cost_check
        JOIN session ON session.uuid = cost_check.session
        JOIN message ON message.session = session.id
    WHERE flags & {IS_SUMMED | IS_OTHER_REQUESTS} {{where}}
    GROUP BY uuid HAVING sum(message.cost IS NULL) = 0
    ORDER BY cost_check.at_ms
"""
_IN_SESSION: Final = """
    AND session.uuid = ?1 AND message.at_ms BETWEEN
        (SELECT min(first_ms) FROM session WHERE uuid = ?1)
        AND (SELECT max(last_ms) FROM session WHERE uuid = ?1)
"""
_SELECT_COMPACTIONS: Final = f"""
    SELECT session.uuid, model.name, message.at_ms,
        speed, inference_geo, service_tier,
        {", ".join(f"part.{name}" for name in TOKEN_COLUMNS)}
    FROM uncounted_part part
        JOIN message ON message.key = part.key
        JOIN session ON session.id = message.session
        JOIN model ON model.id = message.model
        JOIN terms ON terms.id = message.terms
    WHERE flags & {IS_SUMMED}
"""
# The status line reports the cost of a session since its start; what is not
# in the records yet is known when the session ends.
_SELECT_PENDING: Final = """
    SELECT told_session.uuid, told_session.cost_usd,
        ifnull(sum(usage.cost), 0) + (ifnull(sum(usage.cost_high), 0) << 40)
    FROM told_session
        JOIN session ON session.uuid = told_session.uuid
        JOIN usage_session usage ON usage.session = session.id
    WHERE told_ms >= ?1 AND (?2 IS NULL OR told_session.uuid = ?2)
        AND cost_usd > 0
    GROUP BY told_session.uuid HAVING sum(usage.unconfirmed) > 0
"""
_SELECT_OWN: Final = """
    SELECT session.uuid, max(last_ms),
        sum(usage.cost) + (sum(usage.cost_high) << 40),
        sum(usage.other_cost) + (sum(usage.other_cost_high) << 40),
        (SELECT sum(cost) FROM cost_state
         WHERE cost_state.session = session.uuid
         GROUP BY start_ms, at_ms ORDER BY start_ms DESC, at_ms DESC LIMIT 1)
    FROM session JOIN usage_session usage ON usage.session = session.id
    WHERE session.uuid IN (SELECT value FROM json_each(?))
    GROUP BY session.uuid HAVING sum(usage.unpriced) = 0
    ORDER BY session.uuid
"""
_SELECT_TOKENS_BY_BUCKET: Final = f"""
    SELECT at_ms / {BUCKET_MS}, sum(input + output) FROM message
    WHERE flags & {IS_IMPORTED | IS_OTHER_REQUESTS} = 0
    GROUP BY 1 ORDER BY 1
"""
_COUNT_UNCONFIRMED: Final = """
    SELECT ifnull(sum(messages), 0), ifnull(sum(unconfirmed), 0)
    FROM usage_project
"""
_SELECT_IMPORTED_DAYS: Final = "SELECT DISTINCT day FROM imported_sum"
_NANO: Final = 1_000_000_000
# No session costs more.
_MAX_USD: Final = 1e6
# The status line is rounded and may be ahead of the transcript by a line.
_MIN_PENDING: Final = 100_000


class SessionCheck(NamedTuple):
    """The check of one session."""

    session: str
    check: CostCheck


def load_session_checks(
    reader: Reader | Writer, prices: PriceTable, session: str | None = None
) -> list[SessionCheck]:
    """
    Return the checks of sessions, in the order of their ends.

    Args:
        reader: Open database.
        prices: Price table of the stored costs.
        session: UUID of one session; None for all.
    """
    compactions = _sum_compactions(reader, prices)
    if session is None:
        rows = reader.execute(_SELECT_CHECKS.format(where=""))
    else:
        rows = reader.execute(
            _SELECT_CHECKS.format(where=_IN_SESSION), (session,)
        )
    return [
        SessionCheck(
            uuid,
            CostCheck(
                at_ms, transcripts, other, compactions.get(uuid, 0), reported
            ),
        )
        for uuid, at_ms, transcripts, other, reported in rows
    ]


def load_pending_costs(
    reader: Reader | Writer, since_ms: int = 0, session: str | None = None
) -> dict[str, NanoUsd]:
    """
    Return what open sessions cost beyond their records, by UUID.

    Args:
        reader: Open database.
        since_ms: Earliest report of the status line.
        session: UUID of one session; None for all.
    """
    rows = reader.execute(_SELECT_PENDING, (since_ms, session))
    return {
        uuid: NanoUsd(pending)
        for uuid, cost_usd, own_cost in rows
        if cost_usd < _MAX_USD
        and (pending := round(cost_usd * _NANO) - own_cost) > _MIN_PENDING
    }


def load_last_cost_checks(
    reader: Reader | Writer, reported: Mapping[str, int]
) -> list[SessionCheck]:
    """
    Compare sessions with the costs in `.claude.json`.

    Args:
        reader: Open database.
        reported: Costs in nano-dollars by session.
    """
    rows = reader.execute(_SELECT_OWN, (json.dumps(sorted(reported)),))
    return [
        SessionCheck(
            uuid,
            # As Claude Code wrote it to the transcript, if it did.
            CostCheck(last_ms, state_cost, 0, 0, reported[uuid])
            if state_cost
            else CostCheck(last_ms, own - other, other, 0, reported[uuid]),
        )
        for uuid, last_ms, own, other, state_cost in rows
    ]


def _sum_compactions(
    reader: Reader | Writer, prices: PriceTable
) -> dict[str, int]:
    """Return the cost of tokens that the sums omit, by session."""
    costs: dict[str, int] = {}
    for row in reader.execute(_SELECT_COMPACTIONS):
        uuid, model, at_ms, *terms, _, _, _, _, _ = row
        tokens = TokenCounts(*row[-len(TOKEN_COLUMNS) :])
        cost = compute_request_cost(
            tokens, model, PricingTerms(*terms), at_ms, prices
        )
        costs[uuid] = costs.get(uuid, 0) + (cost or 0)
    return costs


def load_tokens_by_day(
    reader: Reader | Writer, zone: tzinfo | None = None
) -> dict[date, int]:
    """Return input and output of each local day, of transcript lines only."""
    rows = reader.execute(_SELECT_TOKENS_BY_BUCKET)
    buckets = (
        (bucket, Totals(tokens=TokenCounts(input=tokens)))
        for bucket, tokens in rows
    )
    days = sum_by_day(buckets, zone)
    return {day: totals.tokens.input for day, totals in days.items()}


def sum_checks_by_day(
    checks: Iterable[SessionCheck], zone: tzinfo | None = None
) -> dict[date, CostCheck]:
    """Return the checks by the local day on which the sessions ended."""
    days: dict[date, CostCheck] = {}
    for _, check in checks:
        day = from_epoch_ms(check.at_ms).astimezone(zone).date()
        days[day] = days[day].plus(check) if day in days else check
    return days


def count_unconfirmed(reader: Reader | Writer) -> tuple[int, int]:
    """Return the number of messages, and of those without own sums."""
    messages, unconfirmed = reader.execute(_COUNT_UNCONFIRMED).fetchone()
    return messages, unconfirmed


def list_days_with_totals(reader: Reader | Writer) -> set[str]:
    """Return the days that have imported totals, in ISO 8601."""
    return {day for (day,) in reader.execute(_SELECT_IMPORTED_DAYS)}
