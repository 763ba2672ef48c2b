"""Rename a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from claude_tray.server.accounts.management.commands.create_token import (
    require_user_named,
)
from claude_tray.server.teams.users import rename_user

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`rename-user NAME NEW`."""

    help = "Rename a user; tokens and usage stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")
        parser.add_argument("new", help="new name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        try:
            rename_user(None, user, options["new"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Renamed {options['name']} to {user.username}.")
