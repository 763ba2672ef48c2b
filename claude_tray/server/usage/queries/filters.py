"""Filter usage by machine, account, model and time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Exists, OuterRef, Q

from claude_tray.server.usage.bulk_sql import build_in_condition, fetch_rows
from claude_tray.server.usage.models import (
    ClaudeAccount,
    Machine,
    Model,
    Session,
    SessionShare,
    UsageSnapshot,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from claude_tray.server.usage.day_sums import UsedDays


_MACHINE_SQL: Final = (
    " AND machine_id IN (SELECT id FROM usage_machine"
    " WHERE user_id = %s AND machine_id = %s)"
)
_ACCOUNT_SQL: Final = (
    " AND account_id IN (SELECT id FROM usage_claudeaccount"
    " WHERE user_id = %s AND key = %s)"
)
_MODEL_SQL: Final = (
    " AND model_id IN (SELECT id FROM usage_model WHERE name = %s)"
)
_PROJECT_SQL: Final = (
    " AND session.project_id IN (SELECT id FROM usage_project"
    " WHERE user_id = %s AND name = %s)"
)
# Later than any time, and still within 64 bits.
END_OF_TIME_MS = 1 << 62


@dataclass(frozen=True, slots=True)
class Filters:
    """
    Filters of a query.

    Attributes:
        user: Primary key of the user; only their data is read.
        machine: Machine ID; None is all.
        account: Key of a Claude account; None is all, "" the unknown one.
        model: Model name; None is all.
        since_ms: Start in milliseconds since 1970, inclusive.
        until_ms: End in milliseconds since 1970, exclusive.
        used_days: The user's days with sums, if they are loaded: a page
            loads them once for all its queries.
    """

    user: int
    machine: str | None = None
    account: str | None = None
    model: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    used_days: UsedDays | None = field(default=None, compare=False)

    @property
    def has_time_range(self) -> bool:
        return self.since_ms is not None or self.until_ms is not None

    @property
    def has_source_filter(self) -> bool:
        return any(
            value is not None
            for value in (self.machine, self.account, self.model)
        )

    @property
    def time_range(self) -> tuple[int, int]:
        """Start (inclusive) and end (exclusive) in milliseconds."""
        since, until = self.since_ms, self.until_ms
        return since or 0, END_OF_TIME_MS if until is None else until

    def build_source_condition(self) -> Q:
        """
        Build the condition on machine, account and model.

        It names keys of other tables, without joins.
        """
        condition = Q()
        if self.machine is not None:
            condition &= Q(
                machine__in=Machine.objects.filter(
                    user=self.user, machine_id=self.machine
                ).values("pk")
            )
        if self.account is not None:
            condition &= Q(
                account__in=ClaudeAccount.objects.filter(
                    user=self.user, key=self.account
                ).values("pk")
            )
        if self.model is not None:
            condition &= Q(
                model__in=Model.objects.filter(name=self.model).values("pk")
            )
        return condition

    def build_source_sql(self) -> tuple[str, list[int | str]]:
        """Return the condition as SQL that begins with AND, and its values."""
        conditions, values = "", list[int | str]()
        if self.machine is not None:
            conditions += _MACHINE_SQL
            values += [self.user, self.machine]
        if self.account is not None:
            conditions += _ACCOUNT_SQL
            values += [self.user, self.account]
        if self.model is not None:
            conditions += _MODEL_SQL
            values.append(self.model)
        return conditions, values


def build_inside_condition(filters: Filters, prefix: str = "") -> Q:
    """Build the condition on sessions entirely within the time range."""
    since, until = filters.time_range
    return Q(
        **{
            f"{prefix}user": filters.user,
            f"{prefix}first_ms__gte": since,
            f"{prefix}last_ms__lt": until,
        },
    )


def filter_sessions(filters: Filters) -> QuerySet[Session]:
    """Select the sessions with any matching usage."""
    matching_sessions = Session.objects.filter(
        user=filters.user, last_ms__gt=0
    )
    if filters.has_source_filter:
        shares = SessionShare.objects.filter(
            filters.build_source_condition(),
            user=filters.user,
            session=OuterRef("pk"),
        )
        matching_sessions = matching_sessions.filter(Exists(shares))
    if filters.has_time_range:
        since, until = filters.time_range
        records = UsageSnapshot.objects.filter(
            filters.build_source_condition(),
            user=filters.user,
            session=OuterRef("pk"),
            at_ms__gte=since,
            at_ms__lt=until,
        )
        matching_sessions = matching_sessions.filter(
            last_ms__gte=since, first_ms__lt=until
        ).filter(
            build_inside_condition(filters) | Exists(records),
        )
    return matching_sessions


class SessionSubset(NamedTuple):
    """
    Some of a user's sessions.

    Attributes:
        project: Name of their project; None is any.
        pks: Their primary keys; None is any.
    """

    project: str | None = None
    pks: tuple[int, ...] | None = None

    def build_sql(self, user: int) -> tuple[str, list[Any]]:
        """Return a condition that begins with AND, and its values."""
        condition, values = "", list[Any]()
        if self.project is not None:
            condition += _PROJECT_SQL
            values += [user, self.project]
        if self.pks is not None:
            is_within, pks = build_in_condition(self.pks)
            condition += f" AND session.id {is_within}"
            values.append(pks)
        return condition, values


ALL_SESSIONS: Final = SessionSubset()
_PARTIAL_SQL: Final = (
    "SELECT id, project_id FROM usage_session AS session"
    " WHERE user_id = %s AND last_ms >= %s AND first_ms < %s"
    " AND NOT (first_ms >= %s AND last_ms < %s)"
)


def load_partial_sessions(
    filters: Filters, sessions: SessionSubset
) -> dict[int, int]:
    """Return the projects of sessions that are partly in the time range."""
    bounds = filters.time_range
    condition, values = sessions.build_sql(filters.user)
    return dict(
        fetch_rows(
            _PARTIAL_SQL + condition, [filters.user, *bounds, *bounds, *values]
        )
    )
