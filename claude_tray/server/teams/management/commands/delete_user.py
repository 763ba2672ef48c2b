"""Delete a user and all of their data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from claude_tray.server.accounts.management.commands.create_token import (
    require_user_named,
)
from claude_tray.server.teams.users import delete_user

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`delete-user NAME [--yes]`."""

    help = "Delete a user with all usage, tokens and memberships."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")
        parser.add_argument(
            "--yes", action="store_true", help="do not ask for confirmation"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        user = require_user_named(name)
        if not options["yes"]:
            _confirm(name)
        delete_user(None, user)
        self.stdout.write(f"Deleted {name}.")


def _confirm(name: str) -> None:
    """
    Ask for the name again.

    Raises:
        CommandError: Another name is entered, or nobody can be asked.
    """
    if not sys.stdin.isatty():
        detail = "Nobody can confirm. Add --yes."
        raise CommandError(detail)
    if input(f"Enter {name} to delete all of their data: ") != name:
        detail = "Nothing was deleted."
        raise CommandError(detail)
