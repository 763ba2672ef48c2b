"""GET stats/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.domain.snapshot import ProfileState
from claude_tray.server.api.parameters import FILTERS, filters_of
from claude_tray.server.api.schema import described
from claude_tray.server.usage.queries import listings, sums, windows
from claude_tray.wire.stats import stats_of
from claude_tray.wire.usage_api import Stats

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

    from claude_tray.server.usage.queries.filters import Filters


class StatsView(APIView):
    """
    The totals, and the open window of the account that was used last.

    Filters limit the totals; the window is that of one account over all its
    machines, which `account` chooses.
    """

    @described("stats", Stats, parameters=FILTERS)
    def get(self, request: Request) -> Response:
        return Response(stats(filters_of(request), timezone.now()))


def stats(filters: Filters, now: datetime) -> Stats:
    state = windows.state(filters.user, now, filters.account)
    return stats_of(
        sums.total(filters),
        listings.counts(filters),
        state.profile if state else ProfileState("", ""),
        now,
    )
