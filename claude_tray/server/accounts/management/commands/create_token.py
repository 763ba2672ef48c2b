"""Create a device token."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts import device_tokens
from claude_tray.server.accounts.models import User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`create-token NAME --machine laptop [--days 365]`."""

    help = "Create and print a token that can only sync. It is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")
        parser.add_argument(
            "--machine", default="device", help="name of the machine"
        )
        parser.add_argument(
            "--days",
            type=int,
            default=device_tokens.DEFAULT_LIFETIME.days,
            help="lifetime in days (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        days = options["days"]
        if not 1 <= days <= device_tokens.MAX_LIFETIME.days:
            detail = f"--days must be 1 to {device_tokens.MAX_LIFETIME.days}."
            raise CommandError(detail)
        token = device_tokens.create_device_token(
            user,
            options["machine"],
            timezone.now(),
            timedelta(days=days),
        )
        self.stdout.write(token)


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
