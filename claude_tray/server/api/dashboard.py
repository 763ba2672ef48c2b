"""GET dashboard/: the data of the overview as JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.core.time import to_epoch_ms
from claude_tray.protocol.server_api import DashboardSummary
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.query_params import (
    FILTER_PARAMETERS,
    parse_filters,
)
from claude_tray.server.api.serializers import (
    serialize_account,
    serialize_day,
    serialize_machine,
    serialize_model,
    serialize_project,
)
from claude_tray.server.api.stats import load_stats
from claude_tray.server.usage.queries import machines, timeseries
from claude_tray.server.usage.queries.listings import (
    list_account_usage,
    list_model_usage,
    list_project_usage,
)

if TYPE_CHECKING:
    from rest_framework.request import Request


_MAX_PROJECTS: Final = 20
_DEFAULT_PERIOD: Final = timedelta(days=30)


class DashboardView(APIView):
    """
    The overview: stats, projects, models, accounts, machines and days.

    Days are in UTC; without `since` the last 30.
    """

    @describe_endpoint(
        "dashboard", DashboardSummary, parameters=FILTER_PARAMETERS
    )
    def get(self, request: Request) -> Response:
        filters, now = parse_filters(request), timezone.now()
        daily_filters = filters
        if filters.since_ms is None:
            daily_filters = replace(
                filters, since_ms=to_epoch_ms(now - _DEFAULT_PERIOD)
            )
        body: DashboardSummary = {
            "stats": load_stats(filters, now),
            "projects": [
                serialize_project(usage)
                for usage in list_project_usage(filters)[:_MAX_PROJECTS]
            ],
            "models": [
                serialize_model(usage) for usage in list_model_usage(filters)
            ],
            "accounts": [
                serialize_account(usage)
                for usage in list_account_usage(filters)
            ],
            "machines": [
                serialize_machine(info)
                for info in machines.list_machines(filters.user)
            ],
            "days": [
                serialize_day(date, totals)
                for date, totals in timeseries.load_daily_totals(
                    daily_filters, UTC
                ).items()
            ],
        }
        return Response(body)
