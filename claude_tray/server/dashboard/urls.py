"""Map URLs to pages."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.views import LogoutView
from django.urls import path

from claude_tray.server.dashboard.views.account import (
    SignInView,
    account_page,
    change_password,
    create_token,
    revoke_token,
)
from claude_tray.server.dashboard.views.api_docs import api_docs
from claude_tray.server.dashboard.views.csv_files import (
    project_csv,
    session_csv,
    usage_csv,
)
from claude_tray.server.dashboard.views.machines import (
    allow_machine,
    revoke_machine,
)
from claude_tray.server.dashboard.views.pages import (
    dashboard_page,
    live_fragment,
    machine_list,
    overview_page,
    refresh_local,
)
from claude_tray.server.dashboard.views.projects import (
    project_list,
    project_page,
)
from claude_tray.server.dashboard.views.sessions import (
    session_list,
    session_page,
)
from claude_tray.server.dashboard.views.static import static_file

app_name: Final = "pages"
_TOKEN: Final = "account/tokens/<slug:jti>/revoke/"  # noqa: S105

urlpatterns: Final = [
    path("", overview_page, name="overview"),
    path("app/claude-usage/dashboard/", dashboard_page, name="dashboard"),
    path("live/", live_fragment, name="live"),
    path("static/<path:name>", static_file, name="static"),
    path("usage.csv", usage_csv, name="usage-csv"),
    path("projects.csv", project_csv, name="projects-csv"),
    path("sessions.csv", session_csv, name="sessions-csv"),
    path("projects/", project_list, name="projects"),
    path("projects/<str:name>/", project_page, name="project"),
    path("sessions/", session_list, name="sessions"),
    path("sessions/<str:session_id>/", session_page, name="session"),
    path("machines/", machine_list, name="machines"),
    path("machines/read-here/", refresh_local, name="read-here"),
    path("machines/revoke/", revoke_machine, name="revoke-machine"),
    path("machines/allow/", allow_machine, name="allow-machine"),
    path("account/", account_page, name="account"),
    path("api/docs/", api_docs, name="api-docs"),
    path("account/tokens/", create_token, name="make-token"),
    path(_TOKEN, revoke_token, name="revoke-token"),
    path("account/password/", change_password, name="password"),
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
]
