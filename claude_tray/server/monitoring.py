"""GET /readyz and GET /metrics: readiness and Prometheus metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.protocol.server_api import ReadinessStatus
from claude_tray.server.accounts.permissions import (
    CanReadMetrics,
    require_user,
)
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.metrics.exposition import expose_samples
from claude_tray.server.metrics.usage_metrics import collect_user_samples
from claude_tray.server.readiness import readiness

if TYPE_CHECKING:
    from rest_framework.request import Request


class ReadyView(APIView):
    """Ready once all migrations are applied and the database is writable."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @describe_endpoint(
        "ready", ReadinessStatus, is_public=True, error_statuses=(507,)
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        readiness.check()
        body: ReadinessStatus = {"status": "ready"}
        return Response(body)


class MetricsView(APIView):
    """The user's own usage, limits and machines for Prometheus."""

    permission_classes = (CanReadMetrics,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        samples = collect_user_samples(
            require_user(request).pk, timezone.now()
        )
        body, content_type = expose_samples(
            samples, request.headers.get("Accept", "")
        )
        return HttpResponse(body, content_type=content_type)
