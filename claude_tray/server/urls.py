"""Map URLs to views."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import include, path

from claude_tray.server.api import (
    accounts,
    agent_sync,
    api_tokens,
    machines,
    schema,
    timeseries,
    tokens,
    usage,
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
    path(f"{_API_PREFIX}stats/", usage.StatsView.as_view()),
    path(f"{_API_PREFIX}projects/", usage.ProjectsView.as_view()),
    path(f"{_API_PREFIX}projects/<str:name>/", usage.ProjectView.as_view()),
    path(
        f"{_API_PREFIX}projects/<str:name>/sessions/",
        usage.ProjectSessionsView.as_view(),
    ),
    path(
        f"{_API_PREFIX}sessions/<str:session_id>/", usage.SessionView.as_view()
    ),
    path(f"{_API_PREFIX}refresh/", machines.RefreshView.as_view()),
    path(f"{_API_PREFIX}agent-sync/", agent_sync.AgentSyncView.as_view()),
    path(f"{_API_PREFIX}timeseries/", timeseries.TimeseriesView.as_view()),
    path(f"{_API_PREFIX}comparison/", timeseries.ComparisonView.as_view()),
    path(f"{_API_PREFIX}accounts/", accounts.AccountsView.as_view()),
    path(
        f"{_API_PREFIX}sessions/<str:session_id>/records/",
        usage.RecordsView.as_view(),
    ),
    path(f"{_API_PREFIX}machines/", machines.MachinesView.as_view()),
    path(
        f"{_API_PREFIX}machines/<str:machine_id>/",
        machines.MachineView.as_view(),
    ),
    path(f"{_API_PREFIX}tokens/", api_tokens.ApiTokensView.as_view()),
    path(
        f"{_API_PREFIX}tokens/<slug:token_id>/",
        api_tokens.ApiTokenView.as_view(),
    ),
    path(f"{_API_PREFIX}dashboard/", usage.DashboardView.as_view()),
    path(f"{_API_PREFIX}teams/", TeamsView.as_view()),
    path(f"{_API_PREFIX}teams/<row:team_id>/", TeamView.as_view()),
    path(
        f"{_API_PREFIX}teams/<row:team_id>/limits/", TeamLimitsView.as_view()
    ),
    path("api/token/", tokens.TokenView.as_view()),
    path("api/token/refresh/", tokens.AccessTokenView.as_view()),
    path("api/schema/", schema.SchemaView.as_view(), name="schema"),
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
