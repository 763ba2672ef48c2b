"""Load the last days of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import F

from claude_tray.core.calendar import (
    BUCKET_MS,
    compute_first_bucket,
    sum_by_day,
)
from claude_tray.server.usage.models import Session, UsageSnapshot
from claude_tray.server.usage.queries.aggregates import (
    RECORD_AGGREGATES,
    build_totals,
)
from claude_tray.web import charts, rows

if TYPE_CHECKING:
    from datetime import date

    from claude_tray.core.cost import Totals
    from claude_tray.web.page_context import PageContext


_DAYS_PER_WEEK: Final = 7


def load_project_days(
    user: int,
    name: str,
    day_count: int,
    context: PageContext,
) -> tuple[charts.DailyUsage, tuple[rows.UsageTile, ...]]:
    """Load the last days of a project, and tiles of the latest of them."""
    max_days = max(day_count, charts.DEFAULT_DAY_COUNT)
    since_ms = (
        compute_first_bucket(
            charts.compute_first_day(max_days, context), context.zone
        )
        * BUCKET_MS
    )
    totals_by_day = _load_project_totals(user, name, since_ms, context)
    gettext = context.translator.gettext
    tiles = tuple(
        rows.UsageTile(
            name, charts.build_daily_usage(totals_by_day, days, context).totals
        )
        for name, days in (
            (gettext("Last 7 days"), _DAYS_PER_WEEK),
            (gettext("Last 30 days"), charts.DEFAULT_DAY_COUNT),
        )
    )
    return charts.build_daily_usage(totals_by_day, day_count, context), tiles


def _load_project_totals(
    user: int,
    name: str,
    since_ms: int,
    context: PageContext,
) -> dict[date, Totals]:
    sessions = Session.objects.filter(
        user=user,
        project__name=name,
        last_ms__gte=since_ms,
    )
    sums_by_bucket = (
        UsageSnapshot.objects.filter(
            user=user,
            session__in=sessions.values("pk"),
            at_ms__gte=since_ms,
        )
        .annotate(cell=F("at_ms") / BUCKET_MS)
        .values_list("cell")
        .annotate(**RECORD_AGGREGATES)
        .order_by("cell")
    )
    return sum_by_day(
        (
            (int(bucket), build_totals(sums))
            for bucket, *sums in sums_by_bucket
        ),
        context.zone,
    )
