"""
Sums by any dimension, exact to the reply, without adding up every reply.

Sessions that lie in the asked span as a whole are taken from their sums; only
those that reach over its ends are added up from their replies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Count, Max, Min, Q, Sum, Value
from django.db.models.functions import Coalesce

from claude_tray.domain.price import NanoUsd
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.server.usage.models import (
    SUM_FIELDS,
    Session,
    SessionShare,
    UsageSnapshot,
)
from claude_tray.server.usage.queries.filters import across, inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.server.usage.queries.filters import Filters, Within

# What sums can be told apart by, as a session's share names it.
SESSION: Final = "session_id"
PROJECT: Final = "session__project_id"
MODEL: Final = "model__name"
MACHINE: Final = "machine_id"
ACCOUNT: Final = "account_id"
_ENDS: Final = {
    "first": Min("session__first_ms"),
    "last": Max("session__last_ms"),
}
# Nobody asks when a model or a machine was used, and it takes a join.
_UNTOLD: Final = {"first": Value(0), "last": Value(0)}
_OF_SESSION: Final = {SESSION: "pk", PROJECT: "project_id"}

SUMS: Final = {f"sum_{name}": Sum(name) for name in SUM_FIELDS}
REPLY_SUMS: Final = SUMS | {
    "sum_cost_nano": Coalesce(Sum("cost_nano"), 0),
    "sum_unpriced": Count("pk", filter=Q(cost_nano=None)),
}


class Stretch(NamedTuple):
    """
    What something amounts to, and from when until when it was used.

    The times of models and machines are 0.
    """

    totals: Totals
    first_ms: int
    last_ms: int

    def plus(self, other: Stretch) -> Stretch:
        return Stretch(
            self.totals.plus(other.totals),
            min(self.first_ms, other.first_ms),
            max(self.last_ms, other.last_ms),
        )


def totals_of(values: Sequence[Any]) -> Totals:
    """Return sums in the order of models.SUM_FIELDS as totals."""
    messages, *tokens, cost, unpriced = values
    return Totals(messages, TokenCounts(*tokens), NanoUsd(cost), unpriced)


def total(filters: Filters) -> Totals:
    """Return what all of it amounts to."""
    found = NOTHING
    # Of all dimensions the one whose sums are fewest to read.
    for stretch in by(filters, PROJECT).values():
        found = found.plus(stretch.totals)
    return found


def by(
    filters: Filters,
    dimension: str,
    sessions: Within = None,
) -> dict[Any, Stretch]:
    """
    Return what each project, session, model, machine or account amounts to.

    Args:
        filters: What to add up.
        dimension: One of this module's constants.
        sessions: Only these; None is all.
    """
    found: dict[Any, Stretch] = {}
    for key, stretch in _parts(filters, dimension, sessions):
        known = found.get(key)
        found[key] = known.plus(stretch) if known else stretch
    return found


def _parts(
    filters: Filters,
    dimension: str,
    sessions: Within,
) -> Iterable[tuple[Any, Stretch]]:
    if not filters.has_whose and dimension in _OF_SESSION:
        yield from _of_sessions(filters, dimension, sessions)
    else:
        yield from _of_shares(filters, dimension, sessions)
    if filters.has_span:
        yield from _of_replies(filters, dimension, sessions)


def _of_sessions(
    filters: Filters,
    dimension: str,
    sessions: Within,
) -> Iterable[tuple[Any, Stretch]]:
    found = Session.objects.filter(user=filters.user, last_ms__gt=0)
    if filters.has_span:
        found = found.filter(inside(filters))
    if sessions is not None:
        found = found.filter(pk__in=sessions)
    rows = found.values_list(_OF_SESSION[dimension]).annotate(
        **SUMS,
        first=Min("first_ms"),
        last=Max("last_ms"),
    )
    return map(_stretch, rows)


def _of_shares(
    filters: Filters,
    dimension: str,
    sessions: Within,
) -> Iterable[tuple[Any, Stretch]]:
    found = SessionShare.objects.filter(filters.whose(), user=filters.user)
    if filters.has_span:
        found = found.filter(inside(filters, "session__"))
    if sessions is not None:
        found = found.filter(session__in=sessions)
    rows = found.values_list(dimension).annotate(
        **SUMS,
        **(_UNTOLD if dimension in {MODEL, MACHINE} else _ENDS),
    )
    return map(_stretch, rows)


def _of_replies(
    filters: Filters,
    dimension: str,
    sessions: Within,
) -> Iterable[tuple[Any, Stretch]]:
    """Add up the replies of sessions that reach over an end of the span."""
    numbers = across(filters, sessions)
    since, until = filters.span
    rows = (
        UsageSnapshot.objects.filter(
            filters.whose(),
            session__in=numbers,
            at_ms__gte=since,
            at_ms__lt=until,
        )
        .values_list(dimension)
        .annotate(**REPLY_SUMS, first=Min("at_ms"), last=Max("at_ms"))
    )
    return map(_stretch, rows)


def _stretch(row: Sequence[Any]) -> tuple[Any, Stretch]:
    key, *sums, first_ms, last_ms = row
    return key, Stretch(totals_of(sums), first_ms, last_ms)
