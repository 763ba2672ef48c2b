"""Projects, sessions, models, machines and accounts with what they used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.server.usage.models import (
    ClaudeAccount,
    Machine,
    Project,
    Session,
    SessionShare,
)
from claude_tray.server.usage.queries import sums
from claude_tray.server.usage.queries.filters import Filters, sessions_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from claude_tray.server.usage.queries.sums import Stretch


@dataclass(frozen=True, slots=True)
class ProjectUse:
    """A project and what it used; times in milliseconds since 1970."""

    name: str
    path: str
    sessions: int
    totals: Totals
    first_ms: int | None
    last_ms: int | None


@dataclass(frozen=True, slots=True)
class SessionUse:
    """A session and what it used."""

    number: int
    session_id: str
    project: str
    totals: Totals
    models: tuple[str, ...]
    machines: tuple[str, ...]
    first_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model and what was used of it."""

    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class MachineUse:
    """What was sent from a machine."""

    machine_id: str
    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class AccountUse:
    """What a Claude account used; the key "" is the unknown one."""

    key: str
    totals: Totals
    last_ms: int


def counts(filters: Filters) -> tuple[int, int]:
    """Return how many sessions and how many projects were used."""
    row = sessions_of(filters).aggregate(
        sessions=Count("pk"),
        projects=Count("project", distinct=True),
    )
    return row["sessions"], row["projects"]


def projects(filters: Filters) -> tuple[ProjectUse, ...]:
    """Return the projects that were used, the latest first."""
    stretches = sums.by(filters, sums.PROJECT)
    return _projects(filters, stretches)


def project(filters: Filters, name: str) -> ProjectUse | None:
    """Return a project, with nothing used if the filters leave nothing."""
    found = Project.objects.filter(user=filters.user, name=name).first()
    if found is None:
        return None
    numbers = _sessions_in(filters, name)
    stretches = sums.by(filters, sums.PROJECT, numbers)
    if not stretches:
        return ProjectUse(name, found.path, 0, NOTHING, None, None)
    return _projects(filters, stretches)[0]


def sessions(
    filters: Filters,
    *,
    project: str | None = None,
    limit: int,
    offset: int = 0,
) -> tuple[tuple[SessionUse, ...], int]:
    """Return a page of sessions, the latest first, and how many there are."""
    found = sessions_of(filters)
    if project is not None:
        found = found.filter(project__name=project)
    page = found.order_by("-last_ms", "pk").select_related("project")
    shown = list(page[offset : offset + limit])
    return _session_uses(filters, shown), found.count()


def session(user: int, session_id: str) -> SessionUse | None:
    """Return one session; None where there is no such one."""
    found = Session.objects.filter(
        user=user,
        session_id=session_id,
        last_ms__gt=0,
    ).select_related("project")
    uses = _session_uses(Filters(user), list(found))
    return uses[0] if uses else None


def models(
    filters: Filters,
    project: str | None = None,
) -> tuple[ModelUse, ...]:
    """Return what was used of each model, by name."""
    numbers = None if project is None else _sessions_in(filters, project)
    found = sums.by(filters, sums.MODEL, numbers)
    return tuple(ModelUse(n, s.totals) for n, s in sorted(found.items()))


def machines(
    filters: Filters,
    project: str | None = None,
) -> tuple[MachineUse, ...]:
    """Return what was sent from each machine, by name."""
    numbers = None if project is None else _sessions_in(filters, project)
    found = sums.by(filters, sums.MACHINE, numbers)
    named = Machine.objects.filter(pk__in=found).order_by("name", "machine_id")
    return tuple(
        MachineUse(m.machine_id, m.name, found[m.pk].totals) for m in named
    )


def accounts(filters: Filters) -> tuple[AccountUse, ...]:
    """Return what each Claude account used, the one used last first."""
    found = sums.by(filters, sums.ACCOUNT)
    keys = dict(
        ClaudeAccount.objects.filter(pk__in=found).values_list("pk", "key"),
    )
    uses = [AccountUse(keys[n], s.totals, s.last_ms) for n, s in found.items()]
    return tuple(sorted(uses, key=lambda use: (-use.last_ms, use.key)))


def _sessions_in(filters: Filters, project: str) -> QuerySet[Session, int]:
    found = Session.objects.filter(user=filters.user, project__name=project)
    return found.values_list("pk", flat=True)


def _projects(
    filters: Filters,
    stretches: dict[int, Stretch],
) -> tuple[ProjectUse, ...]:
    counted = dict(
        sessions_of(filters)
        .filter(project__in=stretches)
        .values_list("project")
        .annotate(Count("pk")),
    )
    named = Project.objects.filter(user=filters.user, pk__in=stretches)
    uses = [
        ProjectUse(
            project.name,
            project.path,
            counted.get(project.pk, 0),
            *stretches[project.pk],
        )
        for project in named
    ]
    return tuple(sorted(uses, key=lambda use: (-(use.last_ms or 0), use.name)))


def _session_uses(
    filters: Filters,
    shown: Iterable[Session],
) -> tuple[SessionUse, ...]:
    rows = {session.pk: session for session in shown}
    stretches = sums.by(filters, sums.SESSION, rows.keys())
    models: dict[int, set[str]] = {}
    machines: dict[int, set[str]] = {}
    shares = SessionShare.objects.filter(session__in=rows.keys())
    for number, model, machine in shares.values_list(
        "session_id",
        "model__name",
        "machine__machine_id",
    ):
        models.setdefault(number, set()).add(model)
        machines.setdefault(number, set()).add(machine)
    return tuple(
        SessionUse(
            number,
            row.session_id,
            row.project.name,
            stretches[number].totals,
            tuple(sorted(models.get(number, ()))),
            tuple(sorted(machines.get(number, ()))),
            stretches[number].first_ms,
            stretches[number].last_ms,
        )
        for number, row in rows.items()
        if number in stretches
    )
