"""List projects, sessions, models, machines and accounts with their usage."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.models import (
    TOKEN_FIELDS,
    ClaudeAccount,
    Machine,
    Project,
    Session,
    SessionShare,
    UsageSnapshot,
)
from claude_tray.server.usage.queries import aggregates
from claude_tray.server.usage.queries.filters import Filters, filter_sessions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from claude_tray.server.usage.queries.aggregates import TimedTotals


@dataclass(frozen=True, slots=True)
class ProjectUsage:
    """A project and its usage; times in milliseconds since 1970."""

    name: str
    path: str
    sessions: int
    totals: Totals
    first_ms: int | None
    last_ms: int | None


@dataclass(frozen=True, slots=True)
class SessionUsage:
    """A session and its usage; times in milliseconds since 1970."""

    session_pk: int
    session_id: str
    project: str
    totals: Totals
    models: tuple[str, ...]
    machines: tuple[str, ...]
    first_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """A model and its usage."""

    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class MachineUsage:
    """A machine and its usage."""

    machine_id: str
    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class AccountUsage:
    """A Claude account and its usage; the key "" is the unknown one."""

    key: str
    totals: Totals
    last_ms: int


def count_sessions_and_projects(filters: Filters) -> tuple[int, int]:
    """Count the sessions and the projects with usage."""
    if not (filters.has_time_range or filters.has_source_filter):
        used = Session.objects.filter(user=filters.user, last_ms__gt=0)
        projects = Project.objects.filter(
            Exists(used.filter(project=OuterRef("pk"))), user=filters.user
        )
        return used.count(), projects.count()
    row = filter_sessions(filters).aggregate(
        sessions=Count("pk"),
        projects=Count("project", distinct=True),
    )
    return row["sessions"], row["projects"]


def list_project_usage(filters: Filters) -> tuple[ProjectUsage, ...]:
    """List projects with usage, most recent first."""
    totals_by_key = aggregates.sum_by(filters, aggregates.BY_PROJECT)
    return _build_project_usage(filters, totals_by_key)


def get_project_usage(filters: Filters, name: str) -> ProjectUsage | None:
    """Return a project, with zero usage if the filters match nothing."""
    project_row = Project.objects.filter(user=filters.user, name=name).first()
    if project_row is None:
        return None
    session_pks = _filter_project_sessions(filters, name)
    totals_by_key = aggregates.sum_by(
        filters, aggregates.BY_PROJECT, session_pks
    )
    if not totals_by_key:
        return ProjectUsage(name, project_row.path, 0, ZERO_TOTALS, None, None)
    return _build_project_usage(filters, totals_by_key)[0]


@dataclass(frozen=True, slots=True)
class SessionSearch:
    """
    Which sessions to list, and in which order.

    Attributes:
        text: Part of the project's name or path, or the start of the
            session ID; empty is all.
        hours: Times of use, each from start to end (exclusive) in
            milliseconds since 1970; empty is any.
        order: "used", "project", "duration", "messages", "tokens" or
            "cost"; anything else is "used". Sizes are of whole sessions.
        is_reversed: Oldest, last in the alphabet or smallest first.
    """

    text: str = ""
    hours: tuple[tuple[int, int], ...] = ()
    order: str = "used"
    is_reversed: bool = False


_ALL_SESSIONS: Final = SessionSearch()
_TOKEN_SUM: Final = functools.reduce(operator.add, map(F, TOKEN_FIELDS))
# Each column, and whether its first value is the smallest.
_SESSION_ORDERS: Final[dict[str, tuple[Any, bool]]] = {
    "used": (F("last_ms"), False),
    "project": (F("project__name"), True),
    "duration": (F("last_ms") - F("first_ms"), False),
    "messages": (F("messages"), False),
    "tokens": (_TOKEN_SUM, False),
    "cost": (F("cost_nano"), False),
}


def list_session_usage(
    filters: Filters,
    *,
    project: str | None = None,
    search: SessionSearch = _ALL_SESSIONS,
    limit: int,
    offset: int = 0,
) -> tuple[tuple[SessionUsage, ...], int]:
    """Return a page of sessions, most recent first, and their number."""
    matching = filter_sessions(filters)
    if project is not None:
        matching = matching.filter(project__name=project)
    matching = _search_sessions(matching, filters, search)
    column, is_ascending = _SESSION_ORDERS.get(
        search.order, _SESSION_ORDERS["used"]
    )
    order = (
        column.asc() if is_ascending != search.is_reversed else column.desc()
    )
    page = matching.order_by(order, "-last_ms", "pk").select_related("project")
    page_sessions = list(page[offset : offset + limit])
    return _build_session_usage(filters, page_sessions), matching.count()


def _search_sessions(
    sessions: QuerySet[Session], filters: Filters, search: SessionSearch
) -> QuerySet[Session]:
    if search.text:
        sessions = sessions.filter(
            Q(project__name__icontains=search.text)
            | Q(project__path__icontains=search.text)
            | Q(session_id__startswith=search.text)
        )
    if search.hours:
        is_used = functools.reduce(
            operator.or_,
            (
                Q(at_ms__gte=since, at_ms__lt=end)
                for since, end in search.hours
            ),
        )
        records = UsageSnapshot.objects.filter(
            filters.build_source_condition(),
            is_used,
            user=filters.user,
            session=OuterRef("pk"),
        )
        sessions = sessions.filter(Exists(records))
    return sessions


def list_model_names(user: int) -> tuple[str, ...]:
    """List the IDs of the models that a user has used, by name."""
    shares = SessionShare.objects.filter(user=user)
    return tuple(
        shares.order_by("model__name")
        .values_list("model__name", flat=True)
        .distinct()
    )


def get_session_usage(user: int, session_id: str) -> SessionUsage | None:
    """Return a session; None if it does not exist."""
    matching = Session.objects.filter(
        user=user,
        session_id=session_id,
        last_ms__gt=0,
    ).select_related("project")
    usages = _build_session_usage(Filters(user), list(matching))
    return usages[0] if usages else None


def list_model_usage(
    filters: Filters,
    project: str | None = None,
) -> tuple[ModelUsage, ...]:
    """List the usage of each model, by name."""
    session_pks = (
        None if project is None else _filter_project_sessions(filters, project)
    )
    totals_by_model = aggregates.sum_by(
        filters, aggregates.BY_MODEL, session_pks
    )
    return tuple(
        ModelUsage(n, s.totals) for n, s in sorted(totals_by_model.items())
    )


def list_machine_usage(
    filters: Filters,
    project: str | None = None,
) -> tuple[MachineUsage, ...]:
    """List the usage of each machine, by name."""
    session_pks = (
        None if project is None else _filter_project_sessions(filters, project)
    )
    totals_by_machine = aggregates.sum_by(
        filters, aggregates.BY_MACHINE, session_pks
    )
    used_machines = Machine.objects.filter(
        user=filters.user, pk__in=totals_by_machine
    ).order_by("name", "machine_id")
    return tuple(
        MachineUsage(m.machine_id, m.name, totals_by_machine[m.pk].totals)
        for m in used_machines
    )


def list_account_usage(filters: Filters) -> tuple[AccountUsage, ...]:
    """List the usage of each Claude account, most recent first."""
    totals_by_account = aggregates.sum_by(filters, aggregates.BY_ACCOUNT)
    keys = dict(
        ClaudeAccount.objects.filter(
            user=filters.user, pk__in=totals_by_account
        ).values_list("pk", "key"),
    )
    usages = [
        AccountUsage(keys[n], s.totals, s.last_ms)
        for n, s in totals_by_account.items()
    ]
    return tuple(sorted(usages, key=lambda usage: (-usage.last_ms, usage.key)))


def _filter_project_sessions(
    filters: Filters, project: str
) -> QuerySet[Session, int]:
    matching = Session.objects.filter(user=filters.user, project__name=project)
    return matching.values_list("pk", flat=True)


def _build_project_usage(
    filters: Filters,
    totals_by_key: dict[int, TimedTotals],
) -> tuple[ProjectUsage, ...]:
    session_counts = dict(
        filter_sessions(filters)
        .filter(project__in=totals_by_key)
        .values_list("project")
        .annotate(Count("pk")),
    )
    used_projects = Project.objects.filter(
        user=filters.user, pk__in=totals_by_key
    )
    usages = [
        ProjectUsage(
            project.name,
            project.path,
            session_counts.get(project.pk, 0),
            *totals_by_key[project.pk],
        )
        for project in used_projects
    ]
    return tuple(
        sorted(usages, key=lambda usage: (-(usage.last_ms or 0), usage.name))
    )


def _build_session_usage(
    filters: Filters,
    page_sessions: Iterable[Session],
) -> tuple[SessionUsage, ...]:
    rows = {session.pk: session for session in page_sessions}
    totals_by_key = aggregates.sum_by(
        filters, aggregates.BY_SESSION, rows.keys()
    )
    model_names: dict[int, set[str]] = {}
    machine_ids: dict[int, set[str]] = {}
    shares = SessionShare.objects.filter(
        user=filters.user, session__in=rows.keys()
    )
    for session_pk, model, machine in shares.values_list(
        "session_id",
        "model__name",
        "machine__machine_id",
    ):
        model_names.setdefault(session_pk, set()).add(model)
        machine_ids.setdefault(session_pk, set()).add(machine)
    return tuple(
        SessionUsage(
            session_pk,
            row.session_id,
            row.project.name,
            totals_by_key[session_pk].totals,
            tuple(sorted(model_names.get(session_pk, ()))),
            tuple(sorted(machine_ids.get(session_pk, ()))),
            totals_by_key[session_pk].first_ms,
            totals_by_key[session_pk].last_ms,
        )
        for session_pk, row in rows.items()
        if session_pk in totals_by_key
    )
