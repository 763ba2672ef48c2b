"""Every address."""

from __future__ import annotations

from typing import Final

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from claude_tray.server.api import docs
from claude_tray.server.api.agent_sync import AgentSyncView
from claude_tray.server.api.dashboard import DashboardView
from claude_tray.server.api.machines import MachinesView, MachineView
from claude_tray.server.api.projects import (
    ProjectSessionsView,
    ProjectsView,
    ProjectView,
)
from claude_tray.server.api.refresh import RefreshView
from claude_tray.server.api.sessions import SessionView
from claude_tray.server.api.stats import StatsView
from claude_tray.server.api.timeseries import TimeseriesView
from claude_tray.server.api.tokens import TokenRefreshedView, TokenView
from claude_tray.server.health import ReadyView
from claude_tray.server.metrics import MetricsView

_APP: Final = "app/claude-usage/"

urlpatterns = [
    # First: browsers get a page where programs get figures.
    path("", include("claude_tray.server.dashboard.urls")),
    path(f"{_APP}stats/", StatsView.as_view()),
    path(f"{_APP}projects/", ProjectsView.as_view()),
    path(f"{_APP}projects/<str:name>/", ProjectView.as_view()),
    path(
        f"{_APP}projects/<str:name>/sessions/",
        ProjectSessionsView.as_view(),
    ),
    path(f"{_APP}sessions/<str:session_id>/", SessionView.as_view()),
    path(f"{_APP}refresh/", RefreshView.as_view()),
    path(f"{_APP}agent-sync/", AgentSyncView.as_view()),
    path(f"{_APP}timeseries/", TimeseriesView.as_view()),
    path(f"{_APP}machines/", MachinesView.as_view()),
    path(f"{_APP}machines/<str:machine_id>/", MachineView.as_view()),
    path(f"{_APP}dashboard/", DashboardView.as_view()),
    path("api/token/", TokenView.as_view()),
    path("api/token/refresh/", TokenRefreshedView.as_view()),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", docs.page),
    path("readyz", ReadyView.as_view()),
    path("metrics", MetricsView.as_view()),
]
handler400 = "claude_tray.server.pages.bad_request"
handler403 = "claude_tray.server.pages.forbidden"
handler404 = "claude_tray.server.pages.not_found"
handler500 = "claude_tray.server.pages.broken"
