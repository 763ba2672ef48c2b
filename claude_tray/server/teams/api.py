"""GET teams/, teams/<id>/ and teams/<id>/limits/: teams for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.protocol import team_api, usage_api
from claude_tray.server.accounts.permissions import CanRead, require_user
from claude_tray.server.api import openapi, serializers
from claude_tray.server.teams import access, page_values
from claude_tray.web.page_context import PageContext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rest_framework.request import Request


# More than any team has in a month; the rest is cheap.
_MAX_ITEMS: Final = 1000
_MONTH: Final = OpenApiParameter(
    "month",
    {"type": "string", "maxLength": 255, "pattern": r"^[^\x00-\x1f\x7f]*$"},
    description="As 2026-03; by default, and if unknown, the current one.",
)


class TeamsView(APIView):
    """The teams of the user."""

    permission_classes = (CanRead,)

    @openapi.describe_endpoint("teams", team_api.TeamList)
    def get(self, request: Request) -> Response:
        """List your teams and your role in each."""
        found = access.list_team_access(require_user(request))
        body: team_api.TeamList = {
            "count": len(found),
            "teams": [
                {"id": one.team.pk, "name": one.team.name, "role": one.role}
                for one in found
            ],
        }
        return Response(body)


class TeamView(APIView):
    """One team."""

    permission_classes = (CanRead,)

    @openapi.describe_endpoint(
        "team", team_api.TeamDetail, parameters=(_MONTH,)
    )
    def get(self, request: Request, team_id: int) -> Response:
        """Sum a month by user, project, model and account."""
        found = _open_team(request, team_id)
        usage = page_values.load_team_usage(
            found,
            serializers.parse_text(request, "month") or "",
            PageContext(timezone.now()),
        )
        body: team_api.TeamDetail = {
            "id": found.team.pk,
            "name": found.team.name,
            "role": found.role,
            "month": usage.month,
            "time_zone": found.team.time_zone,
            "total": usage_api.build_usage_sums(usage.total),
            "people": _serialize_rows(usage.people),
            "projects": _serialize_rows(usage.projects),
            "models": _serialize_rows(usage.models),
            "accounts": _serialize_rows(usage.accounts),
        }
        return Response(body)


class TeamLimitsView(APIView):
    """The limits of a team's accounts."""

    permission_classes = (CanRead,)

    @openapi.describe_endpoint("team_limits", team_api.TeamLimits)
    def get(self, request: Request, team_id: int) -> Response:
        """List who is near a limit and until when, and who has room."""
        found = _open_team(request, team_id)
        members = access.filter_visible_members(found)
        rows = page_values.load_limits(
            found,
            PageContext(timezone.now()),
            list(members.values_list("user_id", flat=True)),
        )
        body: team_api.TeamLimits = {
            "count": len(rows),
            "accounts": [
                {
                    "account": row.name,
                    "used_by": row.people,
                    "limit": row.limit,
                    "used_percent": round(row.fraction * 100, 2),
                    "severity": row.status,
                    "resets_at": serializers.format_timestamp(row.resets_at),
                    "runs_out_at": serializers.format_timestamp(
                        row.runs_out_at
                    ),
                }
                for row in rows
            ],
        }
        return Response(body)


def _open_team(request: Request, team_id: int) -> access.TeamAccess:
    return access.require_right(
        require_user(request), team_id, access.Right.SEE_TEAM
    )


def _serialize_rows(
    rows: Iterable[page_values.TeamUsageRow],
) -> list[team_api.TeamUsageItem]:
    return [
        {"name": row.name, **usage_api.build_usage_sums(row.totals)}
        for row in [*rows][:_MAX_ITEMS]
    ]
