"""What was imported: sums of days, and what it all amounts to."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.days import CELL_SECONDS, first_cell_of
from claude_tray.domain.price_list import price_of_sum
from claude_tray.domain.usage import (
    Millis,
    Origin,
    ProjectPath,
    SessionId,
    TokenCounts,
)
from claude_tray.store.held import IS_IMPORTED
from claude_tray.store.names import Names
from claude_tray.store.rollups import CELL_MS, SUM_OF_MESSAGES, Changes
from claude_tray.store.sessions import Sessions
from claude_tray.store.sums import totals_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from claude_tray.domain.history import DaySum
    from claude_tray.domain.price_list import PriceTable
    from claude_tray.domain.totals import Totals
    from claude_tray.store.connection import Reader, Writer

_NOON_MS: Final = 12 * 3_600_000
_HAS_REPLIES: Final = "SELECT 1 FROM message WHERE at_ms >= ? AND at_ms < ?"
_HAS_OTHERS: Final = """
    SELECT 1 FROM imported_sum WHERE day = ? AND kind != ?
"""
_DAYS: Final = "SELECT DISTINCT day FROM imported_sum"
_OF_DAY: Final = """
    SELECT at_ms, session, model, input, output, cache_5m, cache_1h,
        cache_read, cost
    FROM imported_sum WHERE day = ?
"""
_OLD: Final = """
    SELECT at_ms, session, model, input, output, cache_5m, cache_1h,
        cache_read, cost
    FROM imported_sum WHERE kind = ? AND day = ? AND session = ? AND model = ?
"""
_PUT: Final = f"""
    INSERT OR REPLACE INTO imported_sum VALUES ({", ".join("?" * 11)})
"""
_DROP: Final = "DELETE FROM imported_sum WHERE day = ?"
_MEASURE: Final = """
    UPDATE session SET (first_ms, last_ms) = (
        SELECT min(at_ms), max(at_ms) FROM imported_sum
        WHERE imported_sum.session = session.id)
    WHERE id = ?
"""
_OF_REPLIES: Final = f"""
    SELECT {SUM_OF_MESSAGES} FROM message WHERE flags & {IS_IMPORTED}
"""
_OF_SUMS: Final = """
    SELECT 0, ifnull(sum(input), 0), ifnull(sum(output), 0),
        ifnull(sum(cache_5m), 0), ifnull(sum(cache_1h), 0),
        ifnull(sum(cache_read), 0), ifnull(sum(cost), 0),
        ifnull(sum(cost IS NULL), 0), 0
    FROM imported_sum
"""
_COUNTS: Final = f"""
    SELECT (SELECT count(*) FROM message WHERE flags & {IS_IMPORTED}),
        (SELECT count(DISTINCT day) FROM imported_sum)
"""
_ALL: Final = """
    SELECT kind, day, session, imported_sum.model, at_ms, cost, name,
        input, output, cache_5m, cache_1h, cache_read
    FROM imported_sum JOIN model ON model.id = imported_sum.model
"""
_REPRICE: Final = """
    UPDATE imported_sum SET cost = ?
    WHERE kind = ? AND day = ? AND session = ? AND model = ?
"""


class Imported(NamedTuple):
    """How many replies and how many days' sums were imported and hold."""

    replies: int
    days: int


def counts(reader: Reader | Writer) -> Imported:
    """Return how much of what is stored was imported."""
    return Imported(*reader.execute(_COUNTS).fetchone())


def totals(reader: Reader | Writer) -> Totals:
    """Return what was imported and holds adds up to."""
    replies = totals_of(reader.execute(_OF_REPLIES).fetchone())
    sums = totals_of(reader.execute(_OF_SUMS).fetchone())
    return replies.plus(sums)


def is_free(
    reader: Reader | Writer,
    day: date,
    kind: str,
    zone: tzinfo | None = None,
) -> bool:
    """
    Tell whether nothing is known of a local day but sums of a kind.

    Args:
        reader: The store.
        day: The day.
        kind: What the sums would be of.
        zone: Where the day is; None is this machine's.
    """
    return not _has_replies(reader, day, zone) and (
        reader.execute(_HAS_OTHERS, (day.isoformat(), kind)).fetchone() is None
    )


def keep_sums(
    writer: Writer,
    sums: Iterable[DaySum],
    account: str,
    prices: PriceTable,
    zone: tzinfo | None = None,
) -> None:
    """Keep sums of days that are free; one that is known is replaced."""
    names, changes = Names(writer), Changes()
    sessions = Sessions(writer, names)
    profile = names.profile(account)
    touched = set()
    paths = _paths(writer)
    for given in sums:
        one = given
        if given.account is None:
            # Our own export has the project as it was.
            known = paths.get(given.project, given.project)
            one = given._replace(project=known)
        at_ms = _noon(one.day, zone)
        session = _session(sessions, one, profile, at_ms)
        model = names.model(one.model)
        cost = price_of_sum(one.tokens, one.model, at_ms, prices)
        place = (one.kind, one.day.isoformat(), session, model)
        for row in writer.execute(_OLD, place):
            _count(changes, row, -1)
        row = (at_ms, session, model, *one.tokens, cost)
        _count(changes, row, 1)
        writer.execute(_PUT, (*place, at_ms, *one.tokens, cost))
        touched.add(session)
    changes.write(writer)
    writer.executemany(_MEASURE, [(number,) for number in touched])


def yield_to_replies(writer: Writer, zone: tzinfo | None = None) -> bool:
    """Let go of sums of days that replies are known of; tell if any were."""
    changes = Changes()
    touched: set[int] = set()
    for (text,) in writer.execute(_DAYS).fetchall():
        if not _has_replies(writer, date.fromisoformat(text), zone):
            continue
        for row in writer.execute(_OF_DAY, (text,)):
            _count(changes, row, -1)
            touched.add(row[1])
        writer.execute(_DROP, (text,))
    changes.write(writer)
    writer.executemany(_MEASURE, [(number,) for number in touched])
    return bool(touched)


def reprice_sums(writer: Writer, prices: PriceTable) -> None:
    """Give every sum its cost by a table."""
    changes = Changes()
    for row in writer.execute(_ALL).fetchall():
        (kind, day, session, model, at_ms, old, name), tokens = (
            row[:7],
            row[7:],
        )
        new = price_of_sum(TokenCounts(*tokens), name, at_ms, prices)
        if new != old:
            _count(changes, (at_ms, session, model, *_NONE, old), -1)
            _count(changes, (at_ms, session, model, *_NONE, new), 1)
            writer.execute(_REPRICE, (new, kind, day, session, model))
    changes.write(writer)


def _has_replies(
    reader: Reader | Writer,
    day: date,
    zone: tzinfo | None,
) -> bool:
    first = first_cell_of(day, zone) * CELL_MS
    end = first_cell_of(day + timedelta(days=1), zone) * CELL_MS
    return reader.execute(_HAS_REPLIES, (first, end)).fetchone() is not None


def _noon(day: date, zone: tzinfo | None) -> int:
    return first_cell_of(day, zone) * CELL_SECONDS * 1000 + _NOON_MS


def _paths(reader: Reader | Writer) -> dict[str, str]:
    """Return known projects' folders by their transcripts' folders' names."""
    rows = reader.execute("SELECT path FROM project ORDER BY path")
    return {_NO_LETTER.sub("-", path): path for (path,) in rows}


def _session(
    sessions: Sessions,
    one: DaySum,
    profile: int,
    at_ms: int,
) -> int:
    """Return the session that stands for all of a kind in a project."""
    source = one.kind.partition(" ")[0]
    nowhere = f"imported from {source}"
    project = one.project or nowhere
    place = "" if project == nowhere else f": {project}"
    uuid = SessionId(f"imported: {one.kind}{place}")
    origin = Origin(
        is_sidechain=False,
        at_ms=Millis(at_ms),
        session_id=uuid,
        project=ProjectPath(project),
    )
    sessions.place(origin, profile, is_guess=False)
    return sessions.number(uuid, profile)


def _count(changes: Changes, row: Sequence[int | None], sign: int) -> None:
    at_ms, session, model, *tokens, cost = row
    sums = (0, *tokens, cost or 0, int(cost is None), 0)
    key = ((at_ms or 0) // CELL_MS, session or 0, model or 0)
    changes.add(key, [sign * (value or 0) for value in sums])


# How Claude Code names the folder of a project's transcripts.
_NO_LETTER: Final = re.compile(r"[^A-Za-z0-9]")
_NONE: Final = (0, 0, 0, 0, 0)
