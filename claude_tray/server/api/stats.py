"""GET stats/: totals and the open window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.core.snapshot import AccountSnapshot
from claude_tray.protocol.usage_api import Stats, build_stats
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.query_params import (
    FILTER_PARAMETERS,
    parse_filters,
)
from claude_tray.server.usage.queries import aggregates
from claude_tray.server.usage.queries.account_states import (
    get_account_state,
)
from claude_tray.server.usage.queries.listings import (
    count_sessions_and_projects,
)

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

    from claude_tray.server.usage.queries.filters import Filters


class StatsView(APIView):
    """
    Totals, and the open window of the account used last.

    Filters limit the totals. The window counts all machines of one account,
    which `account` selects.
    """

    @describe_endpoint("stats", Stats, parameters=FILTER_PARAMETERS)
    def get(self, request: Request) -> Response:
        return Response(load_stats(parse_filters(request), timezone.now()))


def load_stats(filters: Filters, now: datetime) -> Stats:
    account = get_account_state(filters.user, now, filters.account)
    return build_stats(
        aggregates.compute_total(filters),
        count_sessions_and_projects(filters),
        account.snapshot if account else AccountSnapshot("", ""),
        now,
    )
