"""Store the sums that Claude Code writes for its sessions."""

from __future__ import annotations

import json
from collections import Counter
from heapq import heapify, heappop, heappush
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.cost_states import CostState, ModelCounts
from claude_tray.core.usage import SessionId, TokenCounts, UsageRecord
from claude_tray.store.schema import TOKEN_COLUMNS, build_insert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.store.connection import Reader, Writer


_MAX_FAMILY: Final = 100
_KEY_COLUMNS: Final = ("session", "start_ms", "at_ms", "model")
_COUNT_COLUMNS: Final = (*TOKEN_COLUMNS, "web_searches", "cost", "is_split")
_VALUE_COLUMNS: Final = ("until_ms", *_COUNT_COLUMNS)
_TAKE_MAXIMUM: Final = ", ".join(
    f"{name} = max({name}, excluded.{name})" for name in _VALUE_COLUMNS
)
_UPSERT_STATE: Final = f"""
    {build_insert("cost_state", (*_KEY_COLUMNS, *_VALUE_COLUMNS))}
    ON CONFLICT ({", ".join(_KEY_COLUMNS)}) DO UPDATE SET {_TAKE_MAXIMUM}
"""
_SELECT_STATES: Final = f"""
    SELECT session, start_ms, at_ms, until_ms, model,
        {", ".join(_COUNT_COLUMNS)}
    FROM cost_state WHERE session IN (SELECT value FROM json_each(?))
    ORDER BY session, start_ms, at_ms
"""
_UPSERT_SHARED: Final = """
    INSERT INTO shared_lines (session, other, until_ms) VALUES (?, ?, ?)
    ON CONFLICT (session, other) DO UPDATE SET
        until_ms = max(until_ms, excluded.until_ms)
"""
_SELECT_SHARED: Final = """
    SELECT session, other, until_ms FROM shared_lines
    WHERE session IN (SELECT value FROM json_each(?))
"""
_UPSERT_UNCOUNTED: Final = build_insert(
    "uncounted_part", ("key", *TOKEN_COLUMNS), "INSERT OR REPLACE"
)
_SELECT_UNCOUNTED_TOTAL: Final = f"""
    SELECT {" + ".join(TOKEN_COLUMNS)} FROM uncounted_part WHERE key = ?
"""
_SELECT_WITH_STATES: Final = """
    SELECT DISTINCT session FROM cost_state
    WHERE session IN (SELECT value FROM json_each(?))
"""
# Sessions that share lines, also by way of others.
_SELECT_RELATED: Final = """
    WITH RECURSIVE related (session) AS (
        SELECT value FROM json_each(?)
        UNION
        SELECT other FROM related
            JOIN shared_lines ON shared_lines.session = related.session)
    SELECT session FROM related
"""
_SELECT_UNTIL: Final = """
    SELECT session, max(until_ms) FROM cost_state
    WHERE session IN (SELECT value FROM json_each(?)) GROUP BY session
"""
_SELECT_SHARING: Final = """
    SELECT DISTINCT session FROM shared_lines
    WHERE session IN (SELECT value FROM json_each(?))
"""


def save_states(writer: Writer, states: Iterable[CostState]) -> None:
    """Save sums; of the same sums written twice, the larger count."""
    writer.executemany(
        _UPSERT_STATE,
        [
            (
                state.session_id,
                state.start_ms,
                state.at_ms,
                model,
                state.until_ms,
                *counts.tokens,
                counts.web_searches,
                counts.cost,
                counts.is_split,
            )
            for state in states
            for model, counts in state.counts.items()
        ],
    )


def save_shared_lines(
    writer: Writer, until_by_pair: Mapping[tuple[SessionId, SessionId], int]
) -> None:
    """Save until when two sessions share lines, in both directions."""
    writer.executemany(
        _UPSERT_SHARED,
        [
            row
            for (one, other), until_ms in until_by_pair.items()
            for row in ((one, other, until_ms), (other, one, until_ms))
        ],
    )


def save_uncounted(
    writer: Writer, uncounted: Mapping[int, TokenCounts]
) -> None:
    """Save tokens of records that the sums omit; the larger part counts."""
    for key, tokens in uncounted.items():
        row = writer.execute(_SELECT_UNCOUNTED_TOTAL, (key,)).fetchone()
        if row is None or row[0] < tokens.total:
            writer.execute(_UPSERT_UNCOUNTED, (key, *tokens))


def find_with_states(
    reader: Reader | Writer, sessions: Iterable[SessionId]
) -> set[SessionId]:
    """Return the sessions that have sums."""
    rows = reader.execute(_SELECT_WITH_STATES, (_encode(sessions),))
    return {SessionId(session) for (session,) in rows}


def find_outdated(
    reader: Reader | Writer, records: Iterable[UsageRecord]
) -> set[SessionId]:
    """Return the sessions whose other requests these records may change."""
    by_session: dict[SessionId, list[UsageRecord]] = {}
    for record in records:
        by_session.setdefault(record.session_id, []).append(record)
    sessions = _encode(by_session)
    outdated = {
        SessionId(session)
        for (session,) in reader.execute(_SELECT_SHARING, (sessions,))
    }
    for session, until_ms in reader.execute(_SELECT_UNTIL, (sessions,)):
        # A later response belongs to the next sums of the session; that of a
        # subagent may be later than all lines of the session itself.
        if any(
            record.at_ms <= until_ms or record.is_sidechain
            for record in by_session[session]
        ):
            outdated.add(session)
    return outdated


def find_related(
    reader: Reader | Writer, sessions: Iterable[SessionId]
) -> set[SessionId]:
    """Return sessions that may be forks or parents of these, and these."""
    rows = reader.execute(_SELECT_RELATED, (_encode(sessions),))
    return {SessionId(session) for (session,) in rows}


def drop_large_families(
    reader: Reader | Writer, sessions: Iterable[SessionId]
) -> set[SessionId]:
    """
    Return the sessions that share lines with few others.

    Real forks form families of a few sessions. Comparing all members of a
    crafted one of thousands would take hours.

    Args:
        reader: Open database.
        sessions: Sessions and everything that `find_related` returns for
            them.
    """
    root = {session: session for session in sessions}

    def find_root(session: SessionId) -> SessionId:
        while root[session] != session:
            root[session] = root[root[session]]
            session = root[session]
        return session

    for session, other, _ in reader.execute(_SELECT_SHARED, (_encode(root),)):
        root[find_root(session)] = find_root(other)
    sizes = Counter(map(find_root, root))
    return {s for s in root if sizes[find_root(s)] <= _MAX_FAMILY}


def load_states(
    reader: Reader | Writer, sessions: Iterable[SessionId]
) -> dict[SessionId, list[CostState]]:
    """Return the sums of sessions, in the order of their times."""
    states: dict[SessionId, list[CostState]] = {}
    rows = reader.execute(_SELECT_STATES, (_encode(sessions),))
    for (session, start_ms, at_ms), group in groupby(rows, lambda r: r[:3]):
        group_rows = list(group)
        states.setdefault(session, []).append(
            CostState(
                session,
                start_ms,
                at_ms,
                max(until_ms for _, _, _, until_ms, *_ in group_rows),
                dict(_parse_counts(row[4:]) for row in group_rows),
            )
        )
    return states


def _parse_counts(values: Sequence[Any]) -> tuple[str, ModelCounts]:
    """Return the model and the counts of the last columns of a row."""
    model, *tokens, searches, cost, is_split = values
    counts = ModelCounts(TokenCounts(*tokens), searches, cost, bool(is_split))
    return model, counts


def load_shared_lines(
    reader: Reader | Writer, sessions: Iterable[SessionId]
) -> dict[SessionId, dict[SessionId, int]]:
    """Return until when sessions share lines with others, of `find_related`."""
    shared: dict[SessionId, dict[SessionId, int]] = {}
    rows = reader.execute(_SELECT_SHARED, (_encode(sessions),))
    for session, other, until_ms in rows:
        shared.setdefault(session, {})[other] = until_ms
    return {session: _connect(session, shared) for session in shared}


def _connect(
    session: SessionId, shared: Mapping[SessionId, Mapping[SessionId, int]]
) -> dict[SessionId, int]:
    """Return until when a session shares lines with all others."""
    # The longest first, as far as each step of the way goes.
    until_by_session: dict[SessionId, int] = {}
    pending = [
        (-until_ms, other) for other, until_ms in shared[session].items()
    ]
    heapify(pending)
    while pending:
        negated, other = heappop(pending)
        if other == session or other in until_by_session:
            continue
        until_by_session[other] = -negated
        for following, until_ms in shared.get(other, {}).items():
            heappush(pending, (max(negated, -until_ms), following))
    return until_by_session


def _encode(sessions: Iterable[SessionId]) -> str:
    return json.dumps(sorted(sessions))
