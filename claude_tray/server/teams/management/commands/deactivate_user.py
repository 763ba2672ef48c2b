"""Deactivate a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from claude_tray.server.accounts.management.commands.create_token import (
    require_user_named,
)
from claude_tray.server.teams.users import set_user_active

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`deactivate-user NAME`."""

    help = "End all sessions and tokens of a user; the usage stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        set_user_active(None, user, is_active=False)
        self.stdout.write(f"Deactivated {user.username}.")
