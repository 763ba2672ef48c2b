"""Store imported totals of days, and add up everything imported."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import BUCKET_MS, compute_first_bucket
from claude_tray.core.cost import Totals, compute_aggregate_cost
from claude_tray.core.time import Millis
from claude_tray.core.usage import (
    STATS_CACHE,
    ZERO_TOKENS,
    ImportedDayTotal,
    ProjectPath,
    RecordOrigin,
    SessionId,
    TokenCounts,
)
from claude_tray.store.aggregates import (
    SUM_OF_HIGH_COSTS,
    SUM_OF_LOW_COSTS,
    SUM_OF_RECORDS,
    SUM_OF_TOKENS,
    AggregateDelta,
    parse_totals,
    split_cost,
)
from claude_tray.store.lookup_ids import LookupIds, SessionWriter
from claude_tray.store.schema import IS_IMPORTED, TOKEN_COLUMNS, build_insert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from claude_tray.core.price_table import PriceTable
    from claude_tray.store.connection import Reader, Writer


# Noon is in the right local day also for time zones some hours away.
_NOON_OFFSET_MS: Final = 12 * 3_600_000
_SELECT_ANY_RECORD: Final = (
    "SELECT 1 FROM message WHERE at_ms >= ? AND at_ms < ?"
)
_SELECT_OTHER_KIND: Final = """
    SELECT 1 FROM imported_sum WHERE day = ? AND kind != ?
"""
_SELECT_DAYS: Final = "SELECT DISTINCT day FROM imported_sum"
_KEY_COLUMNS: Final = ("kind", "day", "session", "model")
_HAS_KEY: Final = " AND ".join(f"{name} = ?" for name in _KEY_COLUMNS)
_TOKENS: Final = ", ".join(TOKEN_COLUMNS)
_SELECT_TOTALS: Final = f"""
    SELECT at_ms, session, model, kind = '{STATS_CACHE}', cost, {_TOKENS}
    FROM imported_sum
"""
_SELECT_TOTALS_OF_DAY: Final = f"{_SELECT_TOTALS} WHERE day = ?"
_SELECT_TOTAL: Final = f"{_SELECT_TOTALS} WHERE {_HAS_KEY}"
_UPSERT_TOTAL: Final = build_insert(
    "imported_sum",
    (*_KEY_COLUMNS, "at_ms", "cost", *TOKEN_COLUMNS),
    "INSERT OR REPLACE",
)
_DELETE_DAY: Final = "DELETE FROM imported_sum WHERE day = ?"
_UPDATE_SESSION_INTERVAL: Final = """
    UPDATE session SET (first_ms, last_ms) = (
        SELECT min(at_ms), max(at_ms) FROM imported_sum
        WHERE imported_sum.session = session.id)
    WHERE id = ?
"""
_SUM_IMPORTED_RECORDS: Final = f"""
    SELECT {SUM_OF_RECORDS} FROM message WHERE flags & {IS_IMPORTED}
"""
_SUM_IMPORTED_TOTALS: Final = f"""
    SELECT 0, {SUM_OF_TOKENS}, {SUM_OF_LOW_COSTS},
        ifnull(sum(cost IS NULL), 0), 0, {SUM_OF_HIGH_COSTS},
        ifnull(sum(kind = '{STATS_CACHE}'), 0), 0, 0, 0
    FROM imported_sum
"""
_COUNT_IMPORTED: Final = f"""
    SELECT (SELECT count(*) FROM message WHERE flags & {IS_IMPORTED}),
        (SELECT count(DISTINCT day) FROM imported_sum)
"""
_SELECT_ALL_TOTALS: Final = f"""
    SELECT kind, day, session, imported_sum.model, at_ms, cost, name, {_TOKENS}
    FROM imported_sum JOIN model ON model.id = imported_sum.model
"""
_UPDATE_COST: Final = f"UPDATE imported_sum SET cost = ? WHERE {_HAS_KEY}"


class ImportedCounts(NamedTuple):
    """Number of imported records and of days with imported totals."""

    replies: int
    days: int


def count_imported(reader: Reader | Writer) -> ImportedCounts:
    """Return how much of the stored usage is imported."""
    return ImportedCounts(*reader.execute(_COUNT_IMPORTED).fetchone())


def compute_imported_totals(reader: Reader | Writer) -> Totals:
    """Return the totals of everything imported."""
    record_totals = parse_totals(
        reader.execute(_SUM_IMPORTED_RECORDS).fetchone()
    )
    day_totals = parse_totals(reader.execute(_SUM_IMPORTED_TOTALS).fetchone())
    return record_totals.plus(day_totals)


def is_day_importable(
    reader: Reader | Writer,
    day: date,
    kind: str,
    zone: tzinfo | None = None,
) -> bool:
    """
    Return whether totals of a kind may be imported for a local day.

    They may unless the day has records or totals of another kind.

    Args:
        reader: Open database.
        day: Local day.
        kind: Kind of the totals.
        zone: Time zone; None means the system's.
    """
    return not _has_records(reader, day, zone) and (
        reader.execute(_SELECT_OTHER_KIND, (day.isoformat(), kind)).fetchone()
        is None
    )


def save_day_totals(
    writer: Writer,
    day_totals: Iterable[ImportedDayTotal],
    account: str,
    prices: PriceTable,
    zone: tzinfo | None = None,
) -> None:
    """Save totals of importable days, replacing existing ones."""
    lookup_ids, delta = LookupIds(writer), AggregateDelta()
    sessions = SessionWriter(writer, lookup_ids)
    account_id = lookup_ids.get_account_id(account)
    touched_sessions = set()
    path_by_folder_name = _load_paths_by_folder_name(writer)
    for original in day_totals:
        day_total = original
        if original.account is None:
            # Without an account it is not our export: the project is only
            # the name of Claude Code's folder, where its path is known.
            project_path = path_by_folder_name.get(
                original.project, original.project
            )
            day_total = original._replace(project=project_path)
        at_ms = _compute_noon_ms(day_total.day, zone)
        session_row_id = _ensure_session(
            sessions, day_total, account_id, at_ms
        )
        model_id = lookup_ids.get_model_id(day_total.model)
        cost = compute_aggregate_cost(
            day_total.tokens, day_total.model, at_ms, prices
        )
        total_key = (
            day_total.kind,
            day_total.day.isoformat(),
            session_row_id,
            model_id,
        )
        for row in writer.execute(_SELECT_TOTAL, total_key):
            _add_to_delta(delta, row, -1)
        place = (at_ms, session_row_id, model_id)
        is_minimum = day_total.kind == STATS_CACHE
        row = (*place, is_minimum, cost, *day_total.tokens)
        _add_to_delta(delta, row, 1)
        writer.execute(
            _UPSERT_TOTAL, (*total_key, at_ms, cost, *day_total.tokens)
        )
        touched_sessions.add(session_row_id)
    delta.apply(writer)
    writer.executemany(
        _UPDATE_SESSION_INTERVAL, [(row_id,) for row_id in touched_sessions]
    )


def drop_superseded_totals(writer: Writer, zone: tzinfo | None = None) -> bool:
    """Delete totals of days that have records; tell whether there were any."""
    delta = AggregateDelta()
    touched_sessions: set[int] = set()
    for (day_text,) in writer.execute(_SELECT_DAYS).fetchall():
        if not _has_records(writer, date.fromisoformat(day_text), zone):
            continue
        for row in writer.execute(_SELECT_TOTALS_OF_DAY, (day_text,)):
            _, session_row_id, *_ = row
            _add_to_delta(delta, row, -1)
            touched_sessions.add(session_row_id)
        writer.execute(_DELETE_DAY, (day_text,))
    delta.apply(writer)
    writer.executemany(
        _UPDATE_SESSION_INTERVAL, [(row_id,) for row_id in touched_sessions]
    )
    return bool(touched_sessions)


def reprice_imported_totals(writer: Writer, prices: PriceTable) -> None:
    """Recompute the cost of every imported total."""
    delta = AggregateDelta()
    for row in writer.execute(_SELECT_ALL_TOTALS).fetchall():
        kind, day, session_row_id, model_id, at_ms, *rest = row
        old_cost, model_name, *tokens = rest
        new_cost = compute_aggregate_cost(
            TokenCounts(*tokens), model_name, at_ms, prices
        )
        if new_cost != old_cost:
            place = (at_ms, session_row_id, model_id, 0)
            _add_to_delta(delta, (*place, old_cost, *ZERO_TOKENS), -1)
            _add_to_delta(delta, (*place, new_cost, *ZERO_TOKENS), 1)
            writer.execute(
                _UPDATE_COST, (new_cost, kind, day, session_row_id, model_id)
            )
    delta.apply(writer)


def _has_records(
    reader: Reader | Writer,
    day: date,
    zone: tzinfo | None,
) -> bool:
    start_ms = compute_first_bucket(day, zone) * BUCKET_MS
    end_ms = compute_first_bucket(day + timedelta(days=1), zone) * BUCKET_MS
    return (
        reader.execute(_SELECT_ANY_RECORD, (start_ms, end_ms)).fetchone()
        is not None
    )


def _compute_noon_ms(day: date, zone: tzinfo | None) -> int:
    return compute_first_bucket(day, zone) * BUCKET_MS + _NOON_OFFSET_MS


def _load_paths_by_folder_name(reader: Reader | Writer) -> dict[str, str]:
    """Return known project paths by the names of Claude Code's folders."""
    rows = reader.execute("SELECT path FROM project ORDER BY path")
    return {_NON_ALPHANUMERIC.sub("-", path): path for (path,) in rows}


def _ensure_session(
    sessions: SessionWriter,
    day_total: ImportedDayTotal,
    account_id: int,
    at_ms: int,
) -> int:
    """Return the row ID of the session that stands for a kind in a project."""
    source = day_total.kind.partition(" ")[0]
    fallback_project = f"imported from {source}"
    project = day_total.project or fallback_project
    suffix = "" if project == fallback_project else f": {project}"
    uuid = SessionId(f"imported: {day_total.kind}{suffix}")
    origin = RecordOrigin(
        is_sidechain=False,
        at_ms=Millis(at_ms),
        session_id=uuid,
        project=ProjectPath(project),
    )
    sessions.assign_project(origin, account_id, is_guess=False)
    return sessions.get_row_id(uuid, account_id)


def _add_to_delta(
    delta: AggregateDelta, row: Sequence[int | None], sign: int
) -> None:
    at_ms, session_row_id, model_id, is_minimum, cost, *tokens = row
    low, high = split_cost(cost or 0)
    values = (0, *tokens, low, int(cost is None), 0, high, is_minimum, 0, 0, 0)
    bucket_key = (
        (at_ms or 0) // BUCKET_MS,
        session_row_id or 0,
        model_id or 0,
    )
    delta.add(bucket_key, [sign * (value or 0) for value in values])


# Claude Code names a project's folder by its path with "-" for these.
_NON_ALPHANUMERIC: Final = re.compile(r"[^A-Za-z0-9]")
