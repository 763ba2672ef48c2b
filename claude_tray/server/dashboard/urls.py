"""Map URLs to pages."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.views import LogoutView
from django.urls import path

from claude_tray.server.dashboard.views import (
    account,
    api_docs,
    csv_files,
    machines,
    pages,
    projects,
    sessions,
    static,
)

app_name: Final = "pages"
_TOKEN: Final = "account/tokens/<slug:jti>/revoke/"  # noqa: S105

urlpatterns: Final = [
    path("", pages.overview_page, name="overview"),
    path(
        "app/claude-usage/dashboard/", pages.dashboard_page, name="dashboard"
    ),
    path("live/", pages.live_fragment, name="live"),
    path("static/<path:name>", static.static_file, name="static"),
    path("usage.csv", csv_files.usage_csv, name="usage-csv"),
    path("projects.csv", csv_files.project_csv, name="projects-csv"),
    path("sessions.csv", csv_files.session_csv, name="sessions-csv"),
    path("projects/", projects.project_list, name="projects"),
    path("projects/<str:name>/", projects.project_page, name="project"),
    path("sessions/", sessions.session_list, name="sessions"),
    path("sessions/<str:session_id>/", sessions.session_page, name="session"),
    path("machines/", pages.machine_list, name="machines"),
    path("machines/read-here/", pages.refresh_local, name="read-here"),
    path("machines/revoke/", machines.revoke_machine, name="revoke-machine"),
    path("machines/allow/", machines.allow_machine, name="allow-machine"),
    path("account/", account.account_page, name="account"),
    path("api/docs/", api_docs.api_docs, name="api-docs"),
    path("account/tokens/", account.create_token, name="make-token"),
    path(_TOKEN, account.revoke_token, name="revoke-token"),
    path("account/password/", account.change_password, name="password"),
    path("sign-in/", account.SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
]
