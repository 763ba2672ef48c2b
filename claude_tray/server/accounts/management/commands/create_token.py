"""Makes a device's token."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts import tokens
from claude_tray.server.accounts.models import User

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`create-token NAME --machine laptop [--days 365]`."""

    help = "Prints a token that can only send; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="whose machine it is")
        parser.add_argument("--machine", default="device")
        parser.add_argument(
            "--days",
            type=int,
            default=tokens.LIFETIME.days,
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = user_named(options["name"])
        days = options["days"]
        if not 1 <= days <= tokens.LONGEST.days:
            told = f"--days is 1 to {tokens.LONGEST.days}."
            raise CommandError(told)
        token = tokens.create(
            user,
            options["machine"],
            timezone.now(),
            timedelta(days=days),
        )
        self.stdout.write(token)


def user_named(name: str) -> User:
    """
    Return a person.

    Raises:
        CommandError: There is none of this name.
    """
    user = User.objects.filter(username=name).first()
    if user is None:
        told = f"There is no user {name}."
        raise CommandError(told)
    return user
