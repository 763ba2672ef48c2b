"""GET timeseries/: usage by quarter of an hour, hour or day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.core.calendar import BUCKET_SECONDS
from claude_tray.core.time import format_iso_ms, to_epoch_ms
from claude_tray.protocol.server_api import Timeseries
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.query_params import (
    FILTER_PARAMETERS,
    STEP_PARAMETER,
    STEP_WIDTHS,
    parse_choice,
    parse_filters,
)
from claude_tray.server.api.serializers import serialize_bucket
from claude_tray.server.usage.queries import timeseries

if TYPE_CHECKING:
    from rest_framework.request import Request


_MAX_POINTS: Final = 10_000
_DEFAULT_STEPS: Final = 720


class TimeseriesView(APIView):
    """
    Usage in each quarter of an hour, hour or day (in UTC).

    Without `since`: the 720 steps before `until`. Without `until`: up to now.
    """

    @describe_endpoint(
        "timeseries",
        Timeseries,
        parameters=(*FILTER_PARAMETERS, STEP_PARAMETER),
    )
    def get(self, request: Request) -> Response:
        filters = parse_filters(request)
        width = parse_choice(request, "step", STEP_WIDTHS, "hour")
        step_ms = width * BUCKET_SECONDS * 1000
        until = filters.until_ms
        if until is None:
            until = to_epoch_ms(timezone.now()) + step_ms
        since = filters.since_ms
        if since is None:
            since = until - _DEFAULT_STEPS * step_ms
        if (until - since) // step_ms > _MAX_POINTS:
            raise ValidationError({"since": "more than 10000 steps"})
        limited = replace(filters, since_ms=max(since, 0), until_ms=until)
        body: Timeseries = {
            "step_seconds": width * BUCKET_SECONDS,
            "since": format_iso_ms(since),
            "until": format_iso_ms(until),
            "points": [
                serialize_bucket(bucket * BUCKET_SECONDS * 1000, totals)
                for bucket, totals in timeseries.load_step_totals(
                    limited, width
                )
            ],
        }
        return Response(body)
