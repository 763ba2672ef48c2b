"""Load the timeline of a project."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import F

from claude_tray.core.calendar import BUCKET_MS, compute_bucket_start
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.dashboard.selection import limit_to_days
from claude_tray.server.usage.models import Session, UsageSnapshot
from claude_tray.server.usage.queries import aggregates
from claude_tray.web import rows, timeline
from claude_tray.web.ranges import (
    DEFAULT_DAY_COUNT,
    DayRange,
    build_last_days,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from claude_tray.server.usage.queries.filters import Filters
    from claude_tray.web.page_context import PageContext


_DAYS_PER_WEEK: Final = 7
_StepsByDay = dict[Any, timeline.StepTotals]


class ProjectTimeline(NamedTuple):
    """
    Usage of a project over time.

    Attributes:
        timeline: The selected days.
        change: Their cost compared with as many days before.
        tiles: The last days.
    """

    timeline: timeline.UsageTimeline
    change: str
    tiles: tuple[rows.UsageTile, ...]


def load_project_timeline(
    filters: Filters, name: str, days: DayRange, context: PageContext
) -> ProjectTimeline:
    """
    Load the selected days of a project, and tiles of the last ones.

    Args:
        filters: User and sources; the time range is not used.
        name: Name of the project.
        days: Selected days.
        context: Time zone and formats.
    """
    recent = build_last_days(DEFAULT_DAY_COUNT, context.today)
    recent_steps = _load_steps(filters, name, recent, context)
    usage = timeline.build_timeline(
        recent_steps
        if recent.contains(days) and not timeline.is_by_hour(days)
        else _load_steps(filters, name, days, context),
        days,
        context,
    )
    before = _load_steps(filters, name, days.previous, context)
    return ProjectTimeline(
        usage,
        rows.format_change(
            usage.totals, _sum_all(before), days.length, context
        ),
        _build_tiles(recent_steps, context),
    )


def _build_tiles(
    steps: _StepsByDay, context: PageContext
) -> tuple[rows.UsageTile, ...]:
    gettext = context.translator.gettext
    week_start = context.today - timedelta(days=_DAYS_PER_WEEK - 1)
    week = {day: step for day, step in steps.items() if day >= week_start}
    return (
        rows.UsageTile(gettext("Last 7 days"), _sum_all(week), query="days=7"),
        rows.UsageTile(
            gettext("Last 30 days"), _sum_all(steps), query="days=30"
        ),
    )


def _sum_all(steps: Mapping[date, timeline.StepTotals]) -> Totals:
    combined = ZERO_TOTALS
    for by_model in steps.values():
        for totals in by_model.values():
            combined = combined.plus(totals)
    return combined


def _load_steps(
    filters: Filters, name: str, days: DayRange, context: PageContext
) -> _StepsByDay:
    """Sum the records of a project by model, and by hour or day."""
    range_filters = limit_to_days(filters, days, context)
    since, until = range_filters.time_range
    sessions = Session.objects.filter(
        user=filters.user,
        project__user=filters.user,
        project__name=name,
        last_ms__gte=since,
        first_ms__lt=until,
    )
    buckets = (
        UsageSnapshot.objects.filter(
            range_filters.build_source_condition(),
            user=filters.user,
            session__in=sessions.values("pk"),
            at_ms__gte=since,
            at_ms__lt=until,
        )
        .annotate(cell=F("at_ms") / BUCKET_MS)
        .values_list("cell", "model__name")
        .annotate(**aggregates.RECORD_AGGREGATES)
    )
    is_by_hour = timeline.is_by_hour(days)
    steps: _StepsByDay = {}
    for bucket, model, *sums in buckets:
        at = compute_bucket_start(int(bucket)).astimezone(context.zone)
        by_model = steps.setdefault(at.hour if is_by_hour else at.date(), {})
        by_model[model] = by_model.get(model, ZERO_TOTALS).plus(
            aggregates.build_totals(sums)
        )
    return steps
