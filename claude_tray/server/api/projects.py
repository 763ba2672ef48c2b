"""GET projects/, projects/<name>/ and projects/<name>/sessions/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.protocol.usage_api import (
    ProjectDetail,
    ProjectList,
    SessionList,
)
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.query_params import (
    FILTER_PARAMETERS,
    PAGE_PARAMETERS,
    parse_filters,
    parse_page_range,
)
from claude_tray.server.api.serializers import (
    serialize_machine_usage,
    serialize_model,
    serialize_project,
    serialize_session,
)
from claude_tray.server.usage.queries.listings import (
    ProjectUsage,
    get_project_usage,
    list_machine_usage,
    list_model_usage,
    list_project_usage,
    list_session_usage,
)

if TYPE_CHECKING:
    from rest_framework.request import Request

    from claude_tray.server.usage.queries.filters import Filters


class ProjectsView(APIView):
    """Projects with usage, most recent first."""

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
