"""Activate a deactivated user again."""

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
    """`activate-user NAME`."""

    help = "Let a deactivated user sign in and send again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        set_user_active(None, user, is_active=True)
        self.stdout.write(f"Activated {user.username}.")
