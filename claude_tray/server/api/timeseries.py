"""GET timeseries/ and GET comparison/: usage over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.core.calendar import BUCKET_SECONDS
from claude_tray.core.cost import Totals, compute_change_percent
from claude_tray.core.time import format_iso_ms, to_epoch_ms
from claude_tray.protocol.server_api import (
    Comparison,
    PeriodUsage,
    SeriesItem,
    Timeseries,
    TimeseriesPoint,
)
from claude_tray.protocol.usage_api import (
    build_usage_sums,
    build_usage_totals,
)
from claude_tray.server.accounts.permissions import CanRead
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.serializers import (
    FILTER_PARAMETERS,
    STEP_PARAMETER,
    STEP_WIDTHS,
    parse_choice,
    parse_filters,
    serialize_bucket,
)
from claude_tray.server.usage.queries import aggregates, timeseries
from claude_tray.server.usage.queries.listings import (
    count_sessions_and_projects,
)
from claude_tray.server.usage.queries.series import (
    SeriesDimension,
    StepSeries,
    load_series,
)

if TYPE_CHECKING:
    from rest_framework.request import Request

    from claude_tray.server.usage.queries.filters import Filters


_MAX_POINTS: Final = 10_000
_MAX_POINTS_OF_SERIES: Final = 1_000
_DEFAULT_STEPS: Final = 720
_DIMENSIONS: Final = {
    str(dimension): dimension for dimension in SeriesDimension
}
_DIMENSION_PARAMETER: Final = OpenApiParameter(
    "by",
    {"type": "string", "enum": list(_DIMENSIONS)},
    description=(
        "Split into series. By project: only the time for which single"
        " responses are stored."
    ),
)


class _StepRange(NamedTuple):
    filters: Filters
    width: int

    @property
    def step_ms(self) -> int:
        return self.width * BUCKET_SECONDS * 1000

    @property
    def step_count(self) -> int:
        since, until = self.filters.time_range
        return (until - since) // self.step_ms


class TimeseriesView(APIView):
    """
    Usage in each quarter of an hour, hour or day (in UTC).

    Without `since`: the 720 steps before `until`. Without `until`: up to now.
    At most 10,000 steps, 1,000 with `by`: of more, the last ones, and
    `is_truncated` is true. `by` adds the 20 most expensive series and the
    rest as one.
    """

    permission_classes = (CanRead,)

    @describe_endpoint(
        "timeseries",
        Timeseries,
        parameters=(*FILTER_PARAMETERS, STEP_PARAMETER, _DIMENSION_PARAMETER),
    )
    def get(self, request: Request) -> Response:
        filters = parse_filters(request)
        steps = _build_range(
            filters, parse_choice(request, "step", STEP_WIDTHS, "hour")
        )
        dimension = None
        if "by" in request.query_params:
            dimension = parse_choice(request, "by", _DIMENSIONS, "")
        steps, is_truncated = _truncate(
            steps, _MAX_POINTS_OF_SERIES if dimension else _MAX_POINTS
        )
        since, until = steps.filters.time_range
        body: Timeseries = {
            "step_seconds": steps.width * BUCKET_SECONDS,
            "since": format_iso_ms(since),
            "until": format_iso_ms(until),
            "is_truncated": is_truncated,
            "by": dimension.value if dimension else None,
            "points": [
                _serialize_step(*step)
                for step in timeseries.load_step_totals(*steps)
            ],
            "series": [
                _serialize_series(series)
                for series in load_series(*steps, dimension)
            ]
            if dimension
            else [],
        }
        return Response(body)


def _build_range(filters: Filters, width: int) -> _StepRange:
    step_ms = width * BUCKET_SECONDS * 1000
    until = filters.until_ms
    if until is None:
        until = to_epoch_ms(timezone.now()) + step_ms
    since = filters.since_ms
    if since is None:
        since = until - _DEFAULT_STEPS * step_ms
    limited = replace(filters, since_ms=max(since, 0), until_ms=until)
    return _StepRange(limited, width)


def _truncate(steps: _StepRange, maximum: int) -> tuple[_StepRange, bool]:
    """Keep the last steps; return whether there are more."""
    if steps.step_count <= maximum:
        return steps, False
    _, until = steps.filters.time_range
    since = until - maximum * steps.step_ms
    filters = replace(steps.filters, since_ms=since)
    return steps._replace(filters=filters), True


def _serialize_step(bucket: int, totals: Totals) -> TimeseriesPoint:
    return serialize_bucket(bucket * BUCKET_SECONDS * 1000, totals)


def _serialize_series(series: StepSeries) -> SeriesItem:
    return {
        "key": series.key,
        "name": series.name,
        "is_rest": series.is_rest,
        **build_usage_sums(series.totals),
        "points": [_serialize_step(*step) for step in series.steps.items()],
    }


_DEFAULT_PERIOD: Final = timedelta(days=7)


class ComparisonView(APIView):
    """
    Usage of a period, and of the period of the same length before it.

    Without `until`: up to now. Without `since`: the 7 days before `until`. A
    period that ends before it starts is empty.
    """

    permission_classes = (CanRead,)

    @describe_endpoint("comparison", Comparison, parameters=FILTER_PARAMETERS)
    def get(self, request: Request) -> Response:
        filters = parse_filters(request)
        until = filters.until_ms
        if until is None:
            until = to_epoch_ms(timezone.now())
        since = filters.since_ms
        if since is None:
            since = max(
                0, until - _DEFAULT_PERIOD // timedelta(milliseconds=1)
            )
        since = min(since, until)
        now = replace(filters, since_ms=since, until_ms=until)
        before = replace(
            filters, since_ms=max(0, 2 * since - until), until_ms=since
        )
        totals, previous = map(aggregates.compute_total, (now, before))
        body: Comparison = {
            "current": _build_period(now, totals),
            "previous": _build_period(before, previous),
            "change_percent": {
                "total_tokens": compute_change_percent(
                    totals.tokens.input + totals.tokens.output,
                    previous.tokens.input + previous.tokens.output,
                ),
                "total_tokens_with_cache": compute_change_percent(
                    totals.tokens.total, previous.tokens.total
                ),
                "total_messages": compute_change_percent(
                    totals.messages, previous.messages
                ),
                "total_cost_usd": compute_change_percent(
                    totals.cost, previous.cost
                ),
            },
        }
        return Response(body)


def _build_period(filters: Filters, totals: Totals) -> PeriodUsage:
    since, until = filters.time_range
    sessions, projects = count_sessions_and_projects(filters)
    return {
        "since": format_iso_ms(since),
        "until": format_iso_ms(until),
        "total_sessions": sessions,
        "projects": projects,
        **build_usage_totals(totals),
    }
