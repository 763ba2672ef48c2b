"""Manage teams: `team create|list|show|add|role|remove|invite|delete …`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts.management.commands.create_token import (
    require_user_named,
)
from claude_tray.server.teams import (
    deliveries,
    invitation_mail,
    invitations,
    memberships,
)
from claude_tray.server.teams.models import Membership, Role, Team
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable


class Command(BaseCommand):
    """`team create|list|show|add|role|remove|invite|delete …`."""

    help = "Manage teams and their members."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="create a team")
        create.add_argument("name", help="name of the team")
        create.add_argument("--admin", required=True, help="its first admin")
        create.add_argument(
            "--time-zone", default="UTC", help="as Europe/Berlin"
        )
        actions.add_parser("list", help="list teams: number, name, members")
        for name, text in (
            ("show", "list members: name, role"),
            ("delete", "delete a team; usage stays with its members"),
            ("invite", "print a link that makes one user a member"),
        ):
            action = actions.add_parser(name, help=text)
            action.add_argument("team", help="name or number of the team")
            if name == "invite":
                _add_role(action)
                action.add_argument("--email", default="", help="of whom")
        for name, text in (
            ("add", "make a user a member"),
            ("role", "change the role of a member"),
            ("remove", "end a membership"),
        ):
            action = actions.add_parser(name, help=text)
            action.add_argument("team", help="name or number of the team")
            action.add_argument("user", help="user name")
            if name != "remove":
                _add_role(action)

    def handle(self, *args: Any, **options: Any) -> None:
        handlers: dict[str, Callable[[dict[str, Any]], str]] = {
            "create": _create,
            "list": _list,
            "show": _show,
            "add": _add,
            "role": _change_role,
            "remove": _remove,
            "invite": _invite,
            "delete": _delete,
        }
        try:
            text = handlers[options["action"]](options)
        except memberships.TeamRuleError as error:
            raise CommandError(error.describe()) from error
        if text:
            self.stdout.write(make_visible(text, keep="\t\n"))


def require_team_named(name: str) -> Team:
    """
    Return a team by name or number.

    Raises:
        CommandError: There is none, or the name is not unique.
    """
    teams = list(Team.objects.filter(name=name)[:2])
    if not teams and name.isascii() and name.isdecimal():
        teams = list(Team.objects.filter(pk=int(name[:18])))
    if len(teams) != 1:
        detail = (
            f"Several teams are named {name}. Use the number of one."
            if teams
            else f"There is no team {name}."
        )
        raise CommandError(detail)
    return teams[0]


def _add_role(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        choices=[role.value for role in Role],
        default=Role.MEMBER.value,
        help="default: %(default)s",
    )


def _require_member(options: dict[str, Any]) -> Membership:
    team = require_team_named(options["team"])
    user = require_user_named(options["user"])
    membership = Membership.objects.filter(team=team, user=user).first()
    if membership is None:
        detail = f"{user.username} is no member of {team.name}."
        raise CommandError(detail)
    return membership


def _create(options: dict[str, Any]) -> str:
    admin = require_user_named(options["admin"])
    team = memberships.create_team(
        None, options["name"], admin, timezone.now(), options["time_zone"]
    )
    return f"Created team {team.name} (number {team.pk})."


def _list(_: dict[str, Any]) -> str:
    return "\n".join(
        f"{team.pk}\t{team.name}\t{Membership.objects.filter(team=team).count()}"
        for team in Team.objects.order_by("name", "pk")
    )


def _show(options: dict[str, Any]) -> str:
    team = require_team_named(options["team"])
    members = Membership.objects.filter(team=team).select_related("user")
    return "\n".join(
        f"{member.user.username}\t{member.role}"
        for member in members.order_by("user__username")
    )


def _add(options: dict[str, Any]) -> str:
    team = require_team_named(options["team"])
    user, role = require_user_named(options["user"]), Role(options["role"])
    memberships.add_member(None, team, user, role, timezone.now())
    return f"{user.username} is {role} of {team.name}."


def _change_role(options: dict[str, Any]) -> str:
    membership, role = _require_member(options), Role(options["role"])
    memberships.change_role(None, membership, role)
    return f"{options['user']} is {role} of {membership.team.name}."


def _remove(options: dict[str, Any]) -> str:
    membership = _require_member(options)
    memberships.remove_member(None, membership)
    return f"Removed {options['user']} from {membership.team.name}."


def _invite(options: dict[str, Any]) -> str:
    team = require_team_named(options["team"])
    token = invitations.create_invitation(
        None, team, Role(options["role"]), timezone.now(), options["email"]
    )
    link = deliveries.build_invitation_link(token)
    if link.startswith("/"):
        return f"{link} (on this server)"
    if invitation_mail.send_invitation(team, options["email"], link):
        return f"Mailed the invitation to {options['email']}."
    return link


def _delete(options: dict[str, Any]) -> str:
    team = require_team_named(options["team"])
    memberships.delete_team(None, team)
    return f"Deleted team {team.name}."
