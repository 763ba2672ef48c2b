"""GET timeseries/."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.domain.days import CELL_SECONDS
from claude_tray.server.api import encode
from claude_tray.server.api.parameters import (
    FILTERS,
    STEP,
    STEPS,
    choice_of,
    filters_of,
)
from claude_tray.server.api.schema import described
from claude_tray.server.usage.queries import series
from claude_tray.server.usage.queries.windows import millis
from claude_tray.wire.server_api import Timeseries
from claude_tray.wire.timestamps import iso_of

if TYPE_CHECKING:
    from rest_framework.request import Request

_MOST_POINTS: Final = 10_000
_USUAL_STEPS: Final = 720


class TimeseriesView(APIView):
    """
    What was used in each quarter of an hour, hour or day (in UTC).

    Without `since` the 720 steps before `until`; without `until` up to now.
    """

    @described("timeseries", Timeseries, parameters=(*FILTERS, STEP))
    def get(self, request: Request) -> Response:
        filters = filters_of(request)
        width = choice_of(request, "step", STEPS, "hour")
        step_ms = width * CELL_SECONDS * 1000
        until = filters.until_ms
        if until is None:
            until = millis(timezone.now()) + step_ms
        since = filters.since_ms
        if since is None:
            since = until - _USUAL_STEPS * step_ms
        if (until - since) // step_ms > _MOST_POINTS:
            raise ValidationError({"since": "more than 10000 steps"})
        limited = replace(filters, since_ms=max(since, 0), until_ms=until)
        answer: Timeseries = {
            "step_seconds": width * CELL_SECONDS,
            "since": iso_of(since),
            "until": iso_of(until),
            "points": [
                encode.bucket(cell * CELL_SECONDS * 1000, totals)
                for cell, totals in series.steps(limited, width)
            ],
        }
        return Response(answer)
