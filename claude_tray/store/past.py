"""What was used on the days before today, as far as a snapshot shows them."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from claude_tray.domain.days import first_cell_of
from claude_tray.domain.project import labels
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.store.rankings import by_project_and_model

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, tzinfo

    from claude_tray.store.connection import Reader, Writer


class Past(NamedTuple):
    """
    Sums over earlier days.

    Attributes:
        week: Of six days.
        month: Of 29 days.
        projects: Of 29 days, by path.
        models: Of 29 days, by name.
        names: The projects', by path.
    """

    week: Totals
    month: Totals
    projects: dict[str, Totals]
    models: dict[str, Totals]
    names: dict[str, str]

    def names_of(self, paths: dict[str, Totals]) -> dict[str, str]:
        """Return the names of these projects and of others today."""
        return (
            self.names if paths.keys() == self.names.keys() else labels(paths)
        )


def past_before(
    reader: Reader | Writer,
    today: date,
    zone: tzinfo | None,
) -> Past:
    """Return what was used before a local day."""
    end = first_cell_of(today, zone)
    begin = first_cell_of(today - timedelta(days=6), zone)
    week = by_project_and_model(reader, begin, end)
    first = first_cell_of(today - timedelta(days=29), zone)
    before = by_project_and_model(reader, first, begin)
    parts = [*before.items(), *week.items()]
    projects = summed({}, ((path, totals) for (path, _), totals in parts))
    return Past(
        total(week.values()),
        total(projects.values()),
        projects,
        summed({}, ((model, totals) for (_, model), totals in parts)),
        labels(projects),
    )


def summed(
    held: dict[str, Totals],
    parts: Iterable[tuple[str, Totals]],
) -> dict[str, Totals]:
    """Return sums with more added to them, by name."""
    sums = held.copy()
    for name, totals in parts:
        known = sums.get(name)
        sums[name] = known.plus(totals) if known else totals
    return sums


def total(parts: Iterable[Totals]) -> Totals:
    """Return what parts add up to."""
    return reduce(Totals.plus, parts, NOTHING)
