"""Create a token."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts import api_tokens
from claude_tray.server.accounts.models import TokenScope, User

if TYPE_CHECKING:
    from argparse import ArgumentParser, _ActionsContainer


class Command(BaseCommand):
    """`create-token USER [--scope send] [--machine laptop] [--days 365]`."""

    help = "Create and print a token. It is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_user_argument(parser)
        parser.add_argument(
            "--scope",
            choices=[str(scope) for scope in api_tokens.TOKEN_SCOPES],
            default=str(TokenScope.SEND),
            help="what it can do: send usage (default), read all usage, "
            "or read /metrics only",
        )
        add_name_option(parser, default="device")
        parser.add_argument(
            "--days",
            type=int,
            default=api_tokens.DEFAULT_LIFETIME.days,
            help="lifetime in days (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        days, name = options["days"], options["token_name"]
        if not 1 <= days <= api_tokens.MAX_LIFETIME.days:
            detail = f"--days must be 1 to {api_tokens.MAX_LIFETIME.days}."
            raise CommandError(detail)
        if not api_tokens.is_valid_name(name):
            length = api_tokens.MAX_NAME_LENGTH
            detail = f"Use a name of at most {length} printable characters."
            raise CommandError(detail)
        _, token = api_tokens.create_api_token(
            user,
            TokenScope(options["scope"]),
            name,
            timezone.now(),
            timedelta(days=days),
        )
        self.stdout.write(token)


def add_user_argument(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="user name")


def add_name_option(
    parser: _ActionsContainer, default: str | None = None
) -> None:
    parser.add_argument(
        "--machine",
        "--name",
        dest="token_name",
        default=default,
        help="name of the machine or program",
    )


def require_user_named(name: str) -> User:
    """
    Return a user by name.

    Raises:
        CommandError: There is no such user.
    """
    user = User.objects.filter(username=name).first()
    if user is None:
        detail = f"There is no user {name}."
        raise CommandError(detail)
    return user
