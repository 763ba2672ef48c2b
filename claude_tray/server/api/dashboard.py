"""GET dashboard/: the page's figures for programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.server.api import encode
from claude_tray.server.api.parameters import FILTERS, filters_of
from claude_tray.server.api.schema import described
from claude_tray.server.api.stats import stats
from claude_tray.server.usage.queries import listings, machines, series
from claude_tray.server.usage.queries.windows import millis
from claude_tray.wire.server_api import Dashboard

if TYPE_CHECKING:
    from rest_framework.request import Request

_PROJECTS: Final = 20
_DAYS: Final = timedelta(days=30)


class DashboardView(APIView):
    """
    The page's figures: stats, projects, models, accounts, machines, days.

    The days are those of UTC, without `since` the last 30.
    """

    @described("dashboard", Dashboard, parameters=FILTERS)
    def get(self, request: Request) -> Response:
        filters, now = filters_of(request), timezone.now()
        lately = filters
        if filters.since_ms is None:
            lately = replace(filters, since_ms=millis(now - _DAYS))
        answer: Dashboard = {
            "stats": stats(filters, now),
            "projects": [
                encode.project(use)
                for use in listings.projects(filters)[:_PROJECTS]
            ],
            "models": [encode.model(use) for use in listings.models(filters)],
            "accounts": [
                encode.account(use) for use in listings.accounts(filters)
            ],
            "machines": [
                encode.machine(info) for info in machines.listing(filters.user)
            ],
            "days": [
                encode.day(date, totals)
                for date, totals in series.days(lately, UTC).items()
            ],
        }
        return Response(answer)
