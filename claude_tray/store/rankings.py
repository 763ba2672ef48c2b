"""What projects and models used, over stretches and over all time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.store.schema import SUM_COLUMNS
from claude_tray.store.sums import SUM_OF_CELLS, totals_of

if TYPE_CHECKING:
    from claude_tray.domain.totals import Totals
    from claude_tray.store.connection import Reader, Writer

# The path of a project and the name of a model.
Key = tuple[str, str]

_COLUMNS: Final = ", ".join(SUM_COLUMNS)
_CELL_SUMS: Final = ", ".join(f"sum({c}) {c}" for c in SUM_COLUMNS)
# Names are looked up for what is left of thousands of cells.
_BETWEEN: Final = f"""
    SELECT project.path, model.name, {_COLUMNS}
    FROM (
        SELECT session.project, cell.model, {_CELL_SUMS}
        FROM cell JOIN session ON session.id = cell.session
        WHERE bucket >= ? AND bucket < ?
        GROUP BY session.project, cell.model
    ) used
        JOIN project ON project.id = used.project
        JOIN model ON model.id = used.model
"""
_MODELS: Final = f"""
    SELECT model.name, {SUM_OF_CELLS}
    FROM usage_project JOIN model ON model.id = usage_project.model
    GROUP BY model.id ORDER BY model.name
"""
_DAYS: Final = f"""
    SELECT bucket, {SUM_OF_CELLS} FROM cell WHERE bucket >= ?
    GROUP BY bucket ORDER BY bucket
"""


def by_project_and_model(
    reader: Reader | Writer,
    first_cell: int,
    end_cell: int,
) -> dict[Key, Totals]:
    """Return the totals of a stretch of whole cells."""
    rows = reader.execute(_BETWEEN, (first_cell, end_cell))
    return {(row[0], row[1]): totals_of(row[2:]) for row in rows}


def by_model(reader: Reader | Writer) -> dict[str, Totals]:
    """Return the totals of all time, by model."""
    return {row[0]: totals_of(row[1:]) for row in reader.execute(_MODELS)}


def by_cell(
    reader: Reader | Writer,
    first_cell: int = 0,
) -> list[tuple[int, Totals]]:
    """Return the totals of each quarter of an hour, oldest first."""
    rows = reader.execute(_DAYS, (first_cell,))
    return [(row[0], totals_of(row[1:])) for row in rows]
