"""What a reading is limited to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from claude_tray.server.usage.models import (
    Session,
    SessionShare,
    UsageSnapshot,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from django.db.models import QuerySet

    # Sessions by their numbers; None is all.
    Within = Collection[int] | QuerySet[Any, Any] | None

_ALWAYS_MS = 1 << 62


@dataclass(frozen=True, slots=True)
class Filters:
    """
    Whose usage, and which part of it.

    Attributes:
        user: The person's number; nothing of others is ever read.
        machine: Only of this machine id; None is all.
        account: Only of this Claude account; None is all, "" the unknown.
        model: Only of this model; None is all.
        since_ms: From this moment on, in milliseconds since 1970.
        until_ms: Before this moment.
    """

    user: int
    machine: str | None = None
    account: str | None = None
    model: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None

    @property
    def has_span(self) -> bool:
        return self.since_ms is not None or self.until_ms is not None

    @property
    def has_whose(self) -> bool:
        return any(
            value is not None
            for value in (self.machine, self.account, self.model)
        )

    @property
    def span(self) -> tuple[int, int]:
        """The first moment and the one after the last."""
        since, until = self.since_ms, self.until_ms
        return since or 0, _ALWAYS_MS if until is None else until

    def whose(self) -> Q:
        """Return the condition on machine, account and model."""
        given = {
            "machine__machine_id": self.machine,
            "account__key": self.account,
            "model__name": self.model,
        }
        return Q(**{k: v for k, v in given.items() if v is not None})


def inside(filters: Filters, prefix: str = "") -> Q:
    """Return the condition on sessions that lie in the span as a whole."""
    since, until = filters.span
    return Q(
        **{f"{prefix}first_ms__gte": since, f"{prefix}last_ms__lt": until},
    )


def sessions_of(filters: Filters) -> QuerySet[Session]:
    """Return the sessions that have any usage of this kind."""
    found = Session.objects.filter(user=filters.user, last_ms__gt=0)
    if filters.has_whose:
        shares = SessionShare.objects.filter(
            filters.whose(),
            session=OuterRef("pk"),
        )
        found = found.filter(Exists(shares))
    if filters.has_span:
        since, until = filters.span
        replies = UsageSnapshot.objects.filter(
            filters.whose(),
            session=OuterRef("pk"),
            at_ms__gte=since,
            at_ms__lt=until,
        )
        found = found.filter(last_ms__gte=since, first_ms__lt=until).filter(
            inside(filters) | Exists(replies),
        )
    return found


def across(filters: Filters, sessions: Within) -> list[int]:
    """Return the sessions that lie in the span only in part."""
    since, until = filters.span
    found = Session.objects.filter(
        ~inside(filters),
        user=filters.user,
        last_ms__gte=since,
        first_ms__lt=until,
    )
    if sessions is not None:
        found = found.filter(pk__in=sessions)
    return list(found.values_list("pk", flat=True))
