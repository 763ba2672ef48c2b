"""
Search, sort and page the list of all sessions in SQL.

An account has tens of thousands of sessions; a page shows fifty. Only those
are read completely.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.store.aggregates import parse_totals
from claude_tray.store.range_usage import RangeSession
from claude_tray.store.schema import (
    AGGREGATE_COLUMNS,
    COST_HALF_BITS,
    SHOWN_PATH,
    TOKEN_COLUMNS,
)

if TYPE_CHECKING:
    from claude_tray.store.connection import Reader, Writer


_COST: Final = f"sum(cost_high) * {float(1 << COST_HALF_BITS)} + sum(cost)"
# Columns in their own direction; only the last ones need sums.
_ORDERS: Final = {
    "used": "max(last_ms) DESC",
    "duration": "max(last_ms) - min(first_ms) DESC",
    "project": f"lower({SHOWN_PATH}), max(last_ms) DESC",
}
_SUM_ORDERS: Final = {
    "cost": f"{_COST} DESC",
    "messages": "sum(messages) DESC",
    "tokens": f"sum({' + '.join(TOKEN_COLUMNS)}) DESC",
}
_JOIN_SUMS: Final = "JOIN usage_session ON usage_session.session = session.id"
# The text is in lower case, of which SQLite knows ASCII only.
_MATCHES: Final = f"""
    AND (instr(lower(uuid), ?1) OR instr(lower({SHOWN_PATH}), ?1) OR EXISTS (
        SELECT 1 FROM usage_session u JOIN model ON model.id = u.model
        WHERE u.session = session.id AND instr(lower(model.name), ?1)))
"""
_FROM_SESSIONS: Final = """
    FROM session JOIN project ON project.id = session.project {sums}
    WHERE last_ms IS NOT NULL {matches} GROUP BY uuid
"""
_COUNT: Final = f"SELECT count(*) FROM (SELECT 1 {_FROM_SESSIONS})"
_SELECT_IDS: Final = f"""
    SELECT uuid {_FROM_SESSIONS} ORDER BY {{order}}, uuid LIMIT ?2 OFFSET ?3
"""
_SUM_EACH_COLUMN: Final = ", ".join(f"sum(u.{c})" for c in AGGREGATE_COLUMNS)
_SELECT_SESSIONS: Final = f"""
    SELECT uuid, {SHOWN_PATH}, min(first_ms), max(last_ms),
        {_SUM_EACH_COLUMN}, json_group_array(DISTINCT model.name)
    FROM json_each(?) chosen
        CROSS JOIN session ON session.uuid = chosen.value
        JOIN project ON project.id = session.project
        JOIN usage_session u ON u.session = session.id
        JOIN model ON model.id = u.model
    GROUP BY chosen.key ORDER BY chosen.key
"""

_SELECT_SESSION_IDS: Final = """
    SELECT DISTINCT uuid FROM session
    WHERE substr(uuid, 1, length(?1)) = ?1 AND last_ms IS NOT NULL
    ORDER BY uuid
"""


class SessionQuery(NamedTuple):
    """
    What to list.

    Attributes:
        text: Part of an ID, a project's path or a model; "" is all.
        order: "used", "duration", "project", "cost", "messages" or "tokens";
            any other is "used".
        is_reversed: Against the column's own direction.
        limit: Number of sessions to read.
        offset: Number of sessions to skip.
    """

    text: str = ""
    order: str = ""
    is_reversed: bool = False
    limit: int = 50
    offset: int = 0


def count_matching_sessions(
    reader: Reader | Writer, query: SessionQuery
) -> int:
    """Return the number of sessions on all pages."""
    matches = _MATCHES if query.text else ""
    statement = _COUNT.format(sums="", matches=matches)
    parameters = (query.text.lower(),) if query.text else ()
    (count,) = reader.execute(statement, parameters).fetchone()
    return int(count)


def list_matching_sessions(
    reader: Reader | Writer, query: SessionQuery
) -> list[RangeSession]:
    """Return the sessions of a page, with all their usage."""
    sum_order = _SUM_ORDERS.get(query.order)
    order = sum_order or _ORDERS.get(query.order, _ORDERS["used"])
    statement = _SELECT_IDS.format(
        sums=_JOIN_SUMS if sum_order else "",
        # The parameter is used in any case.
        matches=_MATCHES if query.text else "AND ?1 IS NOT NULL",
        order=_reverse(order) if query.is_reversed else order,
    )
    rows = reader.execute(
        statement, (query.text.lower(), query.limit, query.offset)
    )
    uuids = json.dumps([uuid for (uuid,) in rows])
    return [
        RangeSession(
            uuid,
            path,
            first_ms,
            last_ms,
            parse_totals(sums),
            tuple(sorted(json.loads(models))),
        )
        for uuid, path, first_ms, last_ms, *sums, models in reader.execute(
            _SELECT_SESSIONS, (uuids,)
        )
    ]


def _reverse(order: str) -> str:
    """Return the opposite of an order of one or two columns."""
    first, separator, rest = order.partition(", ")
    if first.endswith(" DESC"):
        return f"{first.removesuffix(' DESC')}{separator}{rest}"
    return f"{first} DESC{separator}{rest}"


def list_session_ids(reader: Reader | Writer, prefix: str) -> list[str]:
    """Return the IDs of the sessions that begin with a text, sorted."""
    rows = reader.execute(_SELECT_SESSION_IDS, (prefix,))
    return [uuid for (uuid,) in rows]
