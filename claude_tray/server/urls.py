"""Map URLs to views."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import include, path

from claude_tray.server.api.accounts import AccountsView
from claude_tray.server.api.agent_sync import AgentSyncView
from claude_tray.server.api.api_tokens import ApiTokensView, ApiTokenView
from claude_tray.server.api.machines import (
    MachinesView,
    MachineView,
    RefreshView,
)
from claude_tray.server.api.schema import SchemaView
from claude_tray.server.api.timeseries import ComparisonView, TimeseriesView
from claude_tray.server.api.tokens import AccessTokenView, TokenView
from claude_tray.server.api.usage import (
    DashboardView,
    ProjectSessionsView,
    ProjectsView,
    ProjectView,
    RecordsView,
    SessionView,
    StatsView,
)
from claude_tray.server.monitoring import MetricsView, ReadyView
from claude_tray.server.teams.api import (
    TeamLimitsView,
    TeamsView,
    TeamView,
)

_API_PREFIX: Final = "app/claude-usage/"

urlpatterns = [
    # First: dashboard/ is a page for browsers and JSON for programs.
    path("", include("claude_tray.server.dashboard.urls")),
    path("", include("claude_tray.server.teams.urls")),
    path(f"{_API_PREFIX}stats/", StatsView.as_view()),
    path(f"{_API_PREFIX}projects/", ProjectsView.as_view()),
    path(f"{_API_PREFIX}projects/<str:name>/", ProjectView.as_view()),
    path(
        f"{_API_PREFIX}projects/<str:name>/sessions/",
        ProjectSessionsView.as_view(),
    ),
    path(f"{_API_PREFIX}sessions/<str:session_id>/", SessionView.as_view()),
    path(f"{_API_PREFIX}refresh/", RefreshView.as_view()),
    path(f"{_API_PREFIX}agent-sync/", AgentSyncView.as_view()),
    path(f"{_API_PREFIX}timeseries/", TimeseriesView.as_view()),
    path(f"{_API_PREFIX}comparison/", ComparisonView.as_view()),
    path(f"{_API_PREFIX}accounts/", AccountsView.as_view()),
    path(
        f"{_API_PREFIX}sessions/<str:session_id>/records/",
        RecordsView.as_view(),
    ),
    path(f"{_API_PREFIX}machines/", MachinesView.as_view()),
    path(f"{_API_PREFIX}machines/<str:machine_id>/", MachineView.as_view()),
    path(f"{_API_PREFIX}tokens/", ApiTokensView.as_view()),
    path(f"{_API_PREFIX}tokens/<slug:token_id>/", ApiTokenView.as_view()),
    path(f"{_API_PREFIX}dashboard/", DashboardView.as_view()),
    path(f"{_API_PREFIX}teams/", TeamsView.as_view()),
    path(f"{_API_PREFIX}teams/<row:team_id>/", TeamView.as_view()),
    path(
        f"{_API_PREFIX}teams/<row:team_id>/limits/", TeamLimitsView.as_view()
    ),
    path("api/token/", TokenView.as_view()),
    path("api/token/refresh/", AccessTokenView.as_view()),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("readyz", ReadyView.as_view()),
    path("metrics", MetricsView.as_view()),
]
if settings.SIGN_IN.oidc is not None:
    # Late: part of the extra.
    from claude_tray.server.accounts.oidc import (
        CALLBACK_ROUTE,
        CallbackView,
        StartView,
    )

    urlpatterns += [
        path("sign-in/oidc/", StartView.as_view(), name="oidc-start"),
        path(
            "sign-in/oidc/callback/",
            CallbackView.as_view(),
            name=CALLBACK_ROUTE,
        ),
    ]
handler400 = "claude_tray.server.error_pages.bad_request"
handler403 = "claude_tray.server.error_pages.forbidden"
handler404 = "claude_tray.server.error_pages.not_found"
handler500 = "claude_tray.server.error_pages.server_error"
