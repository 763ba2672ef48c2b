"""Sums that are kept beside the records, by cell, session and project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.store.held import IS_FINAL, IS_SHARE
from claude_tray.store.schema import SUM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.store.connection import Writer

# Bucket, session and model.
CellKey = tuple[int, int, int]

CELL_MS: Final = 900_000

# What single records add up to, in the order of SUM_COLUMNS.
SUM_OF_MESSAGES: Final = f"""
    count(*) - ifnull(sum(flags & {IS_SHARE} != 0), 0),
    ifnull(sum(input), 0), ifnull(sum(output), 0), ifnull(sum(cache_5m), 0),
    ifnull(sum(cache_1h), 0), ifnull(sum(cache_read), 0),
    ifnull(sum(cost), 0), ifnull(sum(cost IS NULL), 0),
    ifnull(sum(flags & {IS_FINAL | IS_SHARE} = 0), 0)
"""
# SQLite divides towards zero: times before 1970 are in the cell below.
_CELLS: Final = f"""
    SELECT at_ms / {CELL_MS} - (at_ms < 0 AND at_ms % {CELL_MS} != 0) AS bucket,
        session, model, min(at_ms), max(at_ms), {SUM_OF_MESSAGES}
    FROM message WHERE {{which}} GROUP BY bucket, session, model
"""
_NEW: Final = _CELLS.format(which="seq >= ?")
_OLD: Final = _CELLS.format(
    which="seq IN (SELECT value FROM json_each(?))",
)

_ADD: Final = ", ".join(f"{c} = {c} + excluded.{c}" for c in SUM_COLUMNS)
_MARKS: Final = ", ".join("?" * len(SUM_COLUMNS))
_ADD_CELL: Final = (
    f"INSERT INTO cell VALUES (?, ?, ?, {_MARKS})"
    f" ON CONFLICT (bucket, session, model) DO UPDATE SET {_ADD}"
)
_ADD_SESSION: Final = (
    f"INSERT INTO usage_session VALUES (?, ?, {_MARKS})"
    f" ON CONFLICT (session, model) DO UPDATE SET {_ADD}"
)
_ADD_PROJECT: Final = (
    f"INSERT INTO usage_project VALUES (?, ?, {_MARKS})"
    f" ON CONFLICT (project, model) DO UPDATE SET {_ADD}"
)
# A row that nothing is left of: an advisor's share is no message, but costs.
_EMPTY: Final = " AND ".join(f"{c} = 0" for c in SUM_COLUMNS)
_DROP_CELL: Final = (
    "DELETE FROM cell WHERE bucket = ? AND session = ? AND model = ?"
    f" AND {_EMPTY}"
)
_DROP_SESSION: Final = (
    f"DELETE FROM usage_session WHERE session = ? AND model = ? AND {_EMPTY}"
)
_DROP_PROJECT: Final = (
    f"DELETE FROM usage_project WHERE project = ? AND model = ? AND {_EMPTY}"
)


class Changes:
    """
    Differences to be added to the rollups, gathered over a transaction.

    Attributes:
        spans: The first and the last time of each session's records that
            were counted in.
    """

    def __init__(self) -> None:
        self.spans: dict[int, tuple[int, int]] = {}
        self._cells: dict[CellKey, list[int]] = {}
        self._shrunk = False

    def add(self, key: CellKey, sums: Iterable[int]) -> None:
        """Add to a cell."""
        held = self._cells.get(key)
        if held is None:
            self._cells[key] = list(sums)
        else:
            self._cells[key] = [a + b for a, b in zip(held, sums, strict=True)]

    def count_in(self, writer: Writer, seq: int) -> None:
        """Add the records that were written from a number on."""
        spans = self.spans
        rows = writer.execute(_NEW, (seq,))
        for bucket, session, model, first, last, *sums in rows:
            self.add((bucket, session, model), sums)
            held = spans.get(session, (first, last))
            spans[session] = (min(first, held[0]), max(last, held[1]))

    def count_out(self, writer: Writer, seqs: Sequence[int]) -> None:
        """Take back the records of these numbers, before they are gone."""
        self._shrunk = True
        numbers = f"[{','.join(map(str, seqs))}]"
        rows = writer.execute(_OLD, (numbers,))
        for bucket, session, model, _, _, *sums in rows:
            self.add((bucket, session, model), [-value for value in sums])

    def write(self, writer: Writer) -> None:
        """Add what was gathered to all three rollups."""
        by_session = _summed(
            ((session, model), sums)
            for (_, session, model), sums in self._cells.items()
        )
        project_of = _projects(writer, {key[0] for key in by_session})
        by_project = _summed(
            ((project_of[session], model), sums)
            for (session, model), sums in by_session.items()
        )
        _apply(writer, _ADD_CELL, self._cells)
        _apply(writer, _ADD_SESSION, by_session)
        _apply(writer, _ADD_PROJECT, by_project)
        if self._shrunk:
            writer.executemany(_DROP_CELL, list(self._cells))
            writer.executemany(_DROP_SESSION, list(by_session))
            writer.executemany(_DROP_PROJECT, list(by_project))


def move_session(writer: Writer, session: int, old: int, new: int) -> None:
    """Count all of a session to another project."""
    columns = ", ".join(SUM_COLUMNS)
    rows = writer.execute(
        f"SELECT model, {columns} FROM usage_session WHERE session = ?",
        (session,),
    ).fetchall()
    _apply(writer, _ADD_PROJECT, {(new, m): list(s) for m, *s in rows})
    out = {(old, m): [-value for value in s] for m, *s in rows}
    _apply(writer, _ADD_PROJECT, out)
    writer.executemany(_DROP_PROJECT, list(out))


def _summed(
    parts: Iterable[tuple[tuple[int, int], list[int]]],
) -> dict[tuple[int, int], list[int]]:
    totals: dict[tuple[int, int], list[int]] = {}
    for key, sums in parts:
        held = totals.get(key)
        if held is None:
            totals[key] = sums.copy()
        else:
            for place, value in enumerate(sums):
                held[place] += value
    return totals


def _apply(
    writer: Writer,
    statement: str,
    sums: Mapping[Any, list[int]],
) -> None:
    writer.executemany(
        statement,
        [(*key, *sums[key]) for key in sorted(sums)],
    )


def _projects(writer: Writer, sessions: set[int]) -> dict[int, int]:
    find = "SELECT project FROM session WHERE id = ?"
    return {
        session: writer.execute(find, (session,)).fetchone()[0]
        for session in sessions
    }
