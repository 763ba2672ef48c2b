"""GET stats/, dashboard/, projects/ and sessions/: usage of a user."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.core import cost, snapshot, time
from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.protocol.server_api import (
    DashboardSummary,
    RecordItem,
    RecordList,
)
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
    parse_filters,
    parse_page_range,
    serialize_account,
    serialize_day,
    serialize_machine,
    serialize_machine_usage,
    serialize_message,
    serialize_model,
    serialize_project,
    serialize_session,
)
from claude_tray.server.usage.projects import find_new_name
from claude_tray.server.usage.queries import aggregates, machines, timeseries
from claude_tray.server.usage.queries.account_states import (
    get_account_state,
    load_assessed_account,
)
from claude_tray.server.usage.queries.listings import (
    ProjectUsage,
    SessionUsage,
    count_sessions_and_projects,
    get_project_usage,
    get_session_usage,
    list_account_usage,
    list_machine_usage,
    list_model_usage,
    list_project_usage,
    list_session_usage,
)
from claude_tray.server.usage.queries.records import (
    RecordDetails,
    list_record_details,
)
from claude_tray.server.usage.queries.session_records import (
    list_session_records,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
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
        usage = _find_project(filters, name)
        body: ProjectDetail = {
            **serialize_project(usage),
            "models": [
                serialize_model(model)
                for model in list_model_usage(filters, usage.name)
            ],
            "machines": [
                serialize_machine_usage(machine)
                for machine in list_machine_usage(filters, usage.name)
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
        usage = _find_project(filters, name)
        usages, count = list_session_usage(
            filters,
            project=usage.name,
            limit=limit,
            offset=offset,
        )
        body: SessionList = {
            "count": count,
            "sessions": [serialize_session(usage) for usage in usages],
        }
        return Response(body)


def _find_project(filters: Filters, name: str) -> ProjectUsage:
    """
    Return a project by its name, or by one that it had.

    Raises:
        NotFound: There is none, or no usage in the filters.
    """
    usage = get_project_usage(filters, name)
    if usage is None:
        new_name = find_new_name(filters.user, name)
        if new_name is not None:
            usage = get_project_usage(filters, new_name)
    return _require_found(usage, "No such project.")


_Found = TypeVar("_Found")


def _require_found(found: _Found | None, detail: str) -> _Found:
    if found is None:
        raise NotFound(detail)
    return found


class SessionView(APIView):
    """A session with its records, oldest first."""

    permission_classes = (CanRead,)

    @describe_endpoint("session", SessionDetail, parameters=PAGE_PARAMETERS)
    def get(self, request: Request, session_id: str) -> Response:
        limit, offset = parse_page_range(request)
        user = require_user(request).pk
        usage = _find_session(user, session_id)
        page, count = list_session_records(
            user, usage.session_pk, limit, offset
        )
        body: SessionDetail = {
            **serialize_session(usage),
            "count": count,
            "messages": [serialize_message(record) for record in page],
        }
        return Response(body)


def _find_session(user: int, session_id: str) -> SessionUsage:
    usage = get_session_usage(user, session_id)
    return _require_found(usage, "No such session.")


_KEY_BITS: Final = 64


class RecordsView(APIView):
    """The responses of a session with all that is stored of them."""

    permission_classes = (CanRead,)

    @describe_endpoint(
        "session_records", RecordList, parameters=PAGE_PARAMETERS
    )
    def get(self, request: Request, session_id: str) -> Response:
        limit, offset = parse_page_range(request)
        user = require_user(request).pk
        usage = _find_session(user, session_id)
        page, count = list_record_details(
            user, usage.session_pk, limit, offset
        )
        body: RecordList = {
            "count": count,
            "records": [_serialize_record(record) for record in page],
        }
        return Response(body)


def _serialize_record(record: RecordDetails) -> RecordItem:
    tokens, terms = record.tokens, record.terms
    return {
        # The key is a signed number.
        "record_id": f"{record.key % (1 << _KEY_BITS):016x}",
        "timestamp": time.format_iso_ms(record.at_ms),
        "model": record.model,
        "speed": terms.speed,
        "inference_geo": terms.inference_geo,
        "service_tier": terms.service_tier,
        "machine_id": record.machine,
        "account": record.account,
        "is_subagent": record.is_sidechain,
        "tokens": dict(
            zip([kind.name for kind in TOKEN_KINDS], tokens, strict=True)
        ),
        "total_tokens": tokens.input + tokens.output,
        "total_tokens_with_cache": tokens.total,
        "cost_usd": cost.format_usd(record.cost),
    }


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


def load_stats(
    filters: Filters,
    now: datetime,
    counts: tuple[int, int] | None = None,
    infos: Sequence[machines.MachineInfo] | None = None,
) -> Stats:
    """
    Load totals and window.

    Args:
        filters: Usage to sum.
        now: Current time.
        counts: Numbers of sessions and projects; None counts them.
        infos: The user's machines; None loads them.
    """
    account = get_account_state(filters.user, now, filters.account, infos)
    return build_stats(
        aggregates.compute_total(filters),
        counts or count_sessions_and_projects(filters),
        load_assessed_account(account, now)
        if account
        else snapshot.AccountSnapshot("", ""),
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
                filters, since_ms=time.to_epoch_ms(now - _DEFAULT_PERIOD)
            )
        infos = machines.list_machines(filters.user)
        projects = list_project_usage(filters)
        counts = sum(usage.sessions for usage in projects), len(projects)
        body: DashboardSummary = {
            "stats": load_stats(filters, now, counts, infos),
            "projects": [
                serialize_project(usage) for usage in projects[:_MAX_PROJECTS]
            ],
            "models": [
                serialize_model(usage) for usage in list_model_usage(filters)
            ],
            "accounts": [
                serialize_account(usage)
                for usage in list_account_usage(filters)
            ],
            "machines": [serialize_machine(info) for info in infos],
            "days": [
                serialize_day(date, totals)
                for date, totals in timeseries.load_daily_totals(
                    daily_filters, UTC
                ).items()
            ],
        }
        return Response(body)
