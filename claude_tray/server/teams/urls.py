"""Map URLs to the pages of teams and users."""

from __future__ import annotations

from typing import Final

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from claude_tray.server.teams.views import joining, manage, pages, users


class RowIdConverter(IntConverter):
    """Match the ID of a row; more digits exceed the databases' integers."""

    regex = "[0-9]{1,18}"


register_converter(RowIdConverter, "row")
app_name: Final = "teams"
_TEAM: Final = "team/<row:team_id>/"
_USER: Final = "users/<row:user_id>/"

urlpatterns: Final = [
    path("team/", pages.list_teams, name="list"),
    path("team/create/", pages.create_team, name="create"),
    path(_TEAM, pages.overview, name="overview"),
    path(f"{_TEAM}export/<slug:kind>.csv", pages.usage_csv, name="csv"),
    path(f"{_TEAM}people/", manage.people, name="people"),
    path(f"{_TEAM}people/<row:user_id>/", pages.member_page, name="member"),
    path(
        f"{_TEAM}people/<row:user_id>/sessions/",
        pages.member_sessions,
        name="sessions",
    ),
    path(
        f"{_TEAM}people/<row:user_id>/role/", manage.change_role, name="role"
    ),
    path(
        f"{_TEAM}people/<row:user_id>/remove/",
        manage.remove_member,
        name="remove",
    ),
    path(f"{_TEAM}invite/", manage.invite, name="invite"),
    path(
        f"{_TEAM}invitations/<row:invitation_id>/revoke/",
        manage.revoke_invitation,
        name="revoke-invitation",
    ),
    path(f"{_TEAM}mine/", manage.change_own_choices, name="mine"),
    path(f"{_TEAM}leave/", manage.leave, name="leave"),
    path(f"{_TEAM}budgets/", manage.budget_page, name="budgets"),
    path(f"{_TEAM}budgets/set/", manage.set_budget, name="set-budget"),
    path(
        f"{_TEAM}budgets/<row:budget_id>/delete/",
        manage.delete_budget,
        name="delete-budget",
    ),
    path(f"{_TEAM}accounts/name/", manage.name_account, name="name-account"),
    path(f"{_TEAM}settings/", manage.settings_page, name="settings"),
    path(f"{_TEAM}settings/change/", manage.change_settings, name="change"),
    path(f"{_TEAM}delete/", manage.delete_team, name="delete"),
    path(f"{_TEAM}log/", manage.log_page, name="log"),
    path("join/<str:token>/", joining.join, name="join"),
    path("users/", users.user_list, name="users"),
    path(_USER, users.user_page, name="user"),
    path(f"{_USER}rename/", users.rename, name="rename-user"),
    path(f"{_USER}active/", users.set_active, name="activate-user"),
    path(f"{_USER}delete/", users.delete, name="delete-user"),
    path(
        f"{_USER}tokens/<slug:jti>/revoke/",
        users.revoke_token,
        name="revoke-token",
    ),
    path("my-data/", users.own_data, name="my-data"),
    path("my-data/export/", users.export_own_data, name="export"),
    path("my-data/delete/", users.delete_own_data, name="delete-me"),
]
