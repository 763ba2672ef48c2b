"""GET projects/, projects/<name>/ and projects/<name>/sessions/."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.core.calendar import BUCKET_SECONDS
from claude_tray.core.snapshot import AccountSnapshot
from claude_tray.core.time import format_iso_ms, to_epoch_ms
from claude_tray.protocol.server_api import DashboardSummary, Timeseries
from claude_tray.protocol.usage_api import (
    ProjectDetail,
    ProjectList,
    SessionDetail,
    SessionList,
    Stats,
    build_stats,
)
from claude_tray.server.accounts.permissions import CanRead, require_user
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.serializers import (
    FILTER_PARAMETERS,
    PAGE_PARAMETERS,
    STEP_PARAMETER,
    STEP_WIDTHS,
    parse_choice,
    parse_filters,
    parse_page_range,
    serialize_account,
    serialize_bucket,
    serialize_day,
    serialize_machine,
    serialize_machine_usage,
    serialize_message,
    serialize_model,
    serialize_project,
    serialize_session,
)
from claude_tray.server.usage.queries import aggregates, machines, timeseries
from claude_tray.server.usage.queries.account_states import (
    get_account_state,
    load_assessed_account,
)
from claude_tray.server.usage.queries.listings import (
    ProjectUsage,
    count_sessions_and_projects,
    get_project_usage,
    get_session_usage,
    list_account_usage,
    list_machine_usage,
    list_model_usage,
    list_project_usage,
    list_session_records,
    list_session_usage,
)

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

    from claude_tray.server.usage.queries.filters import Filters


class ProjectsView(APIView):
    """Projects with usage, most recent first."""

    permission_classes = (CanRead,)

    @describe_endpoint(
        "projects",
        ProjectList,
        parameters=(*FILTER_PARAMETERS, *PAGE_PARAMETERS),
    )
    def get(self, request: Request) -> Response:
        limit, offset = parse_page_range(request)
        usages = list_project_usage(parse_filters(request))
        page = usages[offset : offset + limit]
        body: ProjectList = {
            "count": len(usages),
            "projects": [serialize_project(usage) for usage in page],
        }
        return Response(body)


class ProjectView(APIView):
    """A project with its models and machines."""

    permission_classes = (CanRead,)

    @describe_endpoint("project", ProjectDetail, parameters=FILTER_PARAMETERS)
    def get(self, request: Request, name: str) -> Response:
        filters = parse_filters(request)
        usage = _get_project_or_404(filters, name)
        body: ProjectDetail = {
            **serialize_project(usage),
            "models": [
                serialize_model(model)
                for model in list_model_usage(filters, name)
            ],
            "machines": [
                serialize_machine_usage(machine)
                for machine in list_machine_usage(filters, name)
            ],
        }
        return Response(body)


class ProjectSessionsView(APIView):
    """The sessions of a project, most recent first."""

    permission_classes = (CanRead,)

    @describe_endpoint(
        "project_sessions",
        SessionList,
        parameters=(*FILTER_PARAMETERS, *PAGE_PARAMETERS),
    )
    def get(self, request: Request, name: str) -> Response:
        filters, (limit, offset) = (
            parse_filters(request),
            parse_page_range(request),
        )
        _get_project_or_404(filters, name)
        usages, count = list_session_usage(
            filters,
            project=name,
            limit=limit,
            offset=offset,
        )
        body: SessionList = {
            "count": count,
            "sessions": [serialize_session(usage) for usage in usages],
        }
        return Response(body)


def _get_project_or_404(filters: Filters, name: str) -> ProjectUsage:
    usage = None if "\0" in name else get_project_usage(filters, name)
    if usage is None:
        detail = "No such project."
        raise NotFound(detail)
    return usage


class SessionView(APIView):
    """A session with its records, oldest first."""

    permission_classes = (CanRead,)

    @describe_endpoint("session", SessionDetail, parameters=PAGE_PARAMETERS)
    def get(self, request: Request, session_id: str) -> Response:
        limit, offset = parse_page_range(request)
        user = require_user(request).pk
        usage = None
        if "\0" not in session_id:
            usage = get_session_usage(user, session_id)
        if usage is None:
            detail = "No such session."
            raise NotFound(detail)
        page, count = list_session_records(
            user, usage.session_pk, limit, offset
        )
        body: SessionDetail = {
            **serialize_session(usage),
            "count": count,
            "messages": [serialize_message(record) for record in page],
        }
        return Response(body)


class StatsView(APIView):
    """
    Totals, and the open window of the account used last.

    Filters limit the totals. The window counts all machines of one account,
    which `account` selects.
    """

    permission_classes = (CanRead,)

    @describe_endpoint("stats", Stats, parameters=FILTER_PARAMETERS)
    def get(self, request: Request) -> Response:
        return Response(load_stats(parse_filters(request), timezone.now()))


def load_stats(filters: Filters, now: datetime) -> Stats:
    account = get_account_state(filters.user, now, filters.account)
    return build_stats(
        aggregates.compute_total(filters),
        count_sessions_and_projects(filters),
        load_assessed_account(account, now)
        if account
        else AccountSnapshot("", ""),
        now,
    )


_MAX_PROJECTS: Final = 20
_DEFAULT_PERIOD: Final = timedelta(days=30)


class DashboardView(APIView):
    """
    The overview: stats, projects, models, accounts, machines and days.

    Days are in UTC; without `since` the last 30.
    """

    permission_classes = (CanRead,)

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


_MAX_POINTS: Final = 10_000
_DEFAULT_STEPS: Final = 720


class TimeseriesView(APIView):
    """
    Usage in each quarter of an hour, hour or day (in UTC).

    Without `since`: the 720 steps before `until`. Without `until`: up to now.
    """

    permission_classes = (CanRead,)

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
