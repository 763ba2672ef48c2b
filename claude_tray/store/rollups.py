"""Sums that are kept beside the records, by cell, session and project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.store.schema import SUM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.store.connection import Writer

# Messages, five kinds of tokens, cost, unpriced, incomplete: SUM_COLUMNS.
Sums = tuple[int, int, int, int, int, int, int, int, int]
CellKey = tuple[int, int, int]

CELL_MS: Final = 900_000

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
    """Differences to be added to the rollups, gathered over a transaction."""

    def __init__(self) -> None:
        self._cells: dict[CellKey, list[int]] = {}
        self._shrunk = False

    def add(self, at_ms: int, session: int, model: int, sums: Sums) -> None:
        """Count a record in."""
        key = (at_ms // CELL_MS, session, model)
        held = self._cells.get(key)
        if held is None:
            self._cells[key] = list(sums)
        else:
            # Written out: this is done for every record of a first load.
            held[0] += sums[0]
            held[1] += sums[1]
            held[2] += sums[2]
            held[3] += sums[3]
            held[4] += sums[4]
            held[5] += sums[5]
            held[6] += sums[6]
            held[7] += sums[7]
            held[8] += sums[8]

    def take(self, at_ms: int, session: int, model: int, sums: Sums) -> None:
        """Count a record out."""
        self._shrunk = True
        negative = [-value for value in sums]
        key = (at_ms // CELL_MS, session, model)
        held = self._cells.setdefault(key, [0] * len(negative))
        for place, value in enumerate(negative):
            held[place] += value

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
