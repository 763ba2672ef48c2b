"""List projects, sessions, models, machines and accounts with their usage."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.bulk_sql import fetch_rows, select_matching
from claude_tray.server.usage.models import (
    SUM_FIELDS,
    TOKEN_FIELDS,
    Session,
    UsageSnapshot,
)
from claude_tray.server.usage.queries import aggregates
from claude_tray.server.usage.queries.filters import (
    Filters,
    SessionSubset,
    filter_sessions,
)

if TYPE_CHECKING:
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


_COUNT_SQL: Final = (
    "SELECT count(*), count(DISTINCT project_id) FROM usage_session"
    " WHERE user_id = %s AND +last_ms > 0"
)
_PROJECT_SQL: Final = (
    "SELECT id, path FROM usage_project WHERE user_id = %s AND name = %s"
)
_PROJECTS_SQL: Final = (
    "SELECT id, name, path FROM usage_project WHERE user_id = %s AND id"
)
_MACHINES_SQL: Final = (
    "SELECT id, machine_id, name FROM usage_machine WHERE user_id = %s"
    " ORDER BY name, machine_id"
)
_ACCOUNTS_SQL: Final = (
    "SELECT id, key FROM usage_claudeaccount WHERE user_id = %s"
)
_PROJECT_NAMES_SQL: Final = (
    "SELECT name FROM usage_project WHERE user_id = %s ORDER BY name LIMIT %s"
)
_MODEL_NAMES_SQL: Final = (
    "SELECT DISTINCT name FROM usage_model WHERE id IN"
    " (SELECT model_id FROM usage_usagetotal WHERE user_id = %s)"
)
_SESSION_SOURCES_SQL: Final = (
    "SELECT part.session_id, model.name, machine.machine_id"
    " FROM usage_sessionshare AS part"
    " JOIN usage_model AS model ON model.id = part.model_id"
    " JOIN usage_machine AS machine"
    " ON machine.user_id = part.user_id AND machine.id = part.machine_id"
    " WHERE part.user_id = %s AND part.session_id"
)


def count_sessions_and_projects(filters: Filters) -> tuple[int, int]:
    """Count the sessions and the projects with usage."""
    if not (filters.has_time_range or filters.has_source_filter):
        sessions, projects = fetch_rows(_COUNT_SQL, [filters.user])[0]
        return sessions, projects
    row = filter_sessions(filters).aggregate(
        sessions=Count("pk"),
        projects=Count("project", distinct=True),
    )
    return row["sessions"], row["projects"]


def list_project_usage(filters: Filters) -> tuple[ProjectUsage, ...]:
    """List projects with usage, most recent first."""
    totals_by_key = aggregates.sum_by(filters, aggregates.BY_PROJECT)
    rows = select_matching(_PROJECTS_SQL, filters.user, totals_by_key)
    usages = [
        _build_project_usage(name, path, totals_by_key[pk])
        for pk, name, path in rows
    ]
    return tuple(
        sorted(usages, key=lambda usage: (-(usage.last_ms or 0), usage.name))
    )


def get_project_usage(filters: Filters, name: str) -> ProjectUsage | None:
    """Return a project, with zero usage if the filters match nothing."""
    found = fetch_rows(_PROJECT_SQL, [filters.user, name])
    if not found:
        return None
    pk, path = found[0]
    totals_by_key = aggregates.sum_by(
        filters, aggregates.BY_PROJECT, SessionSubset(name)
    )
    if not totals_by_key:
        return ProjectUsage(name, path, 0, ZERO_TOTALS, None, None)
    return _build_project_usage(name, path, totals_by_key[pk])


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
        matching = matching.filter(
            project__name=project, project__user=filters.user
        )
    matching = _search_sessions(matching, filters, search)
    column, is_ascending = _SESSION_ORDERS.get(
        search.order, _SESSION_ORDERS["used"]
    )
    order = (
        column.asc() if is_ascending != search.is_reversed else column.desc()
    )
    page = matching.order_by(order, "-last_ms", "pk")
    listed = _build_session_usage(filters, page[offset : offset + limit])
    return listed, matching.count()


def list_last_sessions(
    filters: Filters, limit: int
) -> tuple[SessionUsage, ...]:
    """List the sessions that were used last, most recent first."""
    matching = filter_sessions(filters).order_by("-last_ms", "pk")
    return _build_session_usage(filters, matching[:limit])


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


def list_project_names(user: int, limit: int) -> list[str]:
    """List the names of projects in alphabetical order."""
    return [name for (name,) in fetch_rows(_PROJECT_NAMES_SQL, [user, limit])]


def list_model_names(user: int) -> tuple[str, ...]:
    """List the IDs of the models that a user has used, by name."""
    return tuple(
        sorted(name for (name,) in fetch_rows(_MODEL_NAMES_SQL, [user]))
    )


def get_session_usage(user: int, session_id: str) -> SessionUsage | None:
    """Return a session; None if it does not exist."""
    matching = Session.objects.filter(
        user=user,
        session_id=session_id,
        last_ms__gt=0,
    )
    usages = _build_session_usage(Filters(user), matching)
    return usages[0] if usages else None


def list_model_usage(
    filters: Filters,
    project: str | None = None,
) -> tuple[ModelUsage, ...]:
    """List the usage of each model, by name."""
    totals_by_model = aggregates.sum_by(
        filters, aggregates.BY_MODEL, SessionSubset(project)
    )
    return tuple(
        ModelUsage(n, s.totals) for n, s in sorted(totals_by_model.items())
    )


def list_machine_usage(
    filters: Filters,
    project: str | None = None,
) -> tuple[MachineUsage, ...]:
    """List the usage of each machine, by name."""
    totals_by_machine = aggregates.sum_by(
        filters, aggregates.BY_MACHINE, SessionSubset(project)
    )
    return tuple(
        MachineUsage(machine_id, name, totals_by_machine[pk].totals)
        for pk, machine_id, name in fetch_rows(_MACHINES_SQL, [filters.user])
        if pk in totals_by_machine
    )


def list_account_usage(filters: Filters) -> tuple[AccountUsage, ...]:
    """List the usage of each Claude account, most recent first."""
    totals_by_account = aggregates.sum_by(filters, aggregates.BY_ACCOUNT)
    keys = dict(fetch_rows(_ACCOUNTS_SQL, [filters.user]))
    usages = [
        AccountUsage(keys[n], s.totals, s.last_ms)
        for n, s in totals_by_account.items()
    ]
    return tuple(sorted(usages, key=lambda usage: (-usage.last_ms, usage.key)))


def _build_project_usage(
    name: str, path: str, timed: TimedTotals
) -> ProjectUsage:
    totals, sessions, first_ms, last_ms = timed
    return ProjectUsage(name, path, sessions, totals, first_ms, last_ms)


def _build_session_usage(
    filters: Filters, page: QuerySet[Session]
) -> tuple[SessionUsage, ...]:
    rows = page.values_list(
        "pk", "session_id", "project__name", "first_ms", "last_ms", *SUM_FIELDS
    )
    found = {pk: tuple(values) for pk, *values in rows}
    totals_by_key = {
        pk: aggregates.TimedTotals(
            aggregates.build_totals(values[4:]), 1, values[2], values[3]
        )
        for pk, values in found.items()
    }
    if filters.has_time_range or filters.has_source_filter:
        totals_by_key = aggregates.sum_by(
            filters, aggregates.BY_SESSION, SessionSubset(pks=tuple(found))
        )
    model_names: dict[int, set[str]] = {}
    machine_ids: dict[int, set[str]] = {}
    for session_pk, model, machine in select_matching(
        _SESSION_SOURCES_SQL, filters.user, found
    ):
        model_names.setdefault(session_pk, set()).add(model)
        machine_ids.setdefault(session_pk, set()).add(machine)
    return tuple(
        SessionUsage(
            session_pk,
            values[0],
            values[1],
            totals_by_key[session_pk].totals,
            tuple(sorted(model_names.get(session_pk, ()))),
            tuple(sorted(machine_ids.get(session_pk, ()))),
            totals_by_key[session_pk].first_ms,
            totals_by_key[session_pk].last_ms,
        )
        for session_pk, values in found.items()
        if session_pk in totals_by_key
    )
