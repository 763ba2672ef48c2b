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
    from collections.abc import Iterable, Mapping
    from datetime import date, tzinfo

    from claude_tray.store.connection import Reader, Writer
    from claude_tray.store.rankings import Key


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
    models_of_week = by_model(week)
    models = summed(models_of_week, by_model(before).items())
    projects = summed(by_project(week), by_project(before).items())
    return Past(
        total(models_of_week.values()),
        total(models.values()),
        projects,
        models,
        labels(projects),
    )


def by_project(parts: Mapping[Key, Totals]) -> dict[str, Totals]:
    """Return what parts add up to by the path of their project."""
    return summed({}, ((path, totals) for (path, _), totals in parts.items()))


def by_model(parts: Mapping[Key, Totals]) -> dict[str, Totals]:
    """Return what parts add up to by the name of their model."""
    return summed({}, ((name, totals) for (_, name), totals in parts.items()))


def summed(
    held: Mapping[str, Totals],
    parts: Iterable[tuple[str, Totals]],
) -> dict[str, Totals]:
    """Return sums with more added to them, by name."""
    sums = dict(held)
    for name, totals in parts:
        known = sums.get(name)
        sums[name] = known.plus(totals) if known else totals
    return sums


def total(parts: Iterable[Totals]) -> Totals:
    """Return what parts add up to."""
    return reduce(Totals.plus, parts, NOTHING)
