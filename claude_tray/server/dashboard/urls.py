"""The pages."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.views import LogoutView
from django.urls import path

from claude_tray.server.dashboard.views import (
    account,
    lists,
    overview,
    reading,
)
from claude_tray.server.dashboard.views.signing import SignIn

app_name: Final = "pages"
_TOKEN: Final = "account/tokens/<slug:jti>/revoke/"  # noqa: S105

urlpatterns: Final = [
    path("", overview.overview, name="overview"),
    path("app/claude-usage/dashboard/", overview.dashboard, name="dashboard"),
    path("live/", overview.live, name="live"),
    path("projects/", lists.projects, name="projects"),
    path("projects/<str:name>/", lists.project, name="project"),
    path("sessions/", lists.sessions, name="sessions"),
    path("sessions/<str:session_id>/", lists.session, name="session"),
    path("machines/", lists.machines, name="machines"),
    path("machines/read-here/", reading.read_here, name="read-here"),
    path("account/", account.account, name="account"),
    path("account/tokens/", account.make_token, name="make-token"),
    path(_TOKEN, account.revoke_token, name="revoke-token"),
    path("account/password/", account.change_password, name="password"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
]
