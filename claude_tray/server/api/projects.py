"""GET projects/, projects/<name>/ and projects/<name>/sessions/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.server.api import encode
from claude_tray.server.api.parameters import (
    FILTERS,
    PAGE,
    filters_of,
    page_of,
)
from claude_tray.server.api.schema import described
from claude_tray.server.usage.queries import listings
from claude_tray.wire.usage_api import ProjectDetail, ProjectList, SessionList

if TYPE_CHECKING:
    from rest_framework.request import Request

    from claude_tray.server.usage.queries.filters import Filters
    from claude_tray.server.usage.queries.listings import ProjectUse


class ProjectsView(APIView):
    """The projects that were used, the latest first."""

    @described("projects", ProjectList, parameters=(*FILTERS, *PAGE))
    def get(self, request: Request) -> Response:
        limit, offset = page_of(request)
        found = listings.projects(filters_of(request))
        page = found[offset : offset + limit]
        answer: ProjectList = {
            "count": len(found),
            "projects": [encode.project(use) for use in page],
        }
        return Response(answer)


class ProjectView(APIView):
    """One project, with its models and machines."""

    @described("project", ProjectDetail, parameters=FILTERS)
    def get(self, request: Request, name: str) -> Response:
        filters = filters_of(request)
        use = _project(filters, name)
        answer: ProjectDetail = {
            **encode.project(use),
            "models": [
                encode.model(model) for model in listings.models(filters, name)
            ],
            "machines": [
                encode.machine_share(machine)
                for machine in listings.machines(filters, name)
            ],
        }
        return Response(answer)


class ProjectSessionsView(APIView):
    """The sessions of a project, the latest first."""

    @described("project_sessions", SessionList, parameters=(*FILTERS, *PAGE))
    def get(self, request: Request, name: str) -> Response:
        filters, (limit, offset) = filters_of(request), page_of(request)
        _project(filters, name)
        uses, count = listings.sessions(
            filters,
            project=name,
            limit=limit,
            offset=offset,
        )
        answer: SessionList = {
            "count": count,
            "sessions": [encode.session(use) for use in uses],
        }
        return Response(answer)


def _project(filters: Filters, name: str) -> ProjectUse:
    use = None if "\0" in name else listings.project(filters, name)
    if use is None:
        told = "There is no such project."
        raise NotFound(told)
    return use
