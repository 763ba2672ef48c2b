"""Revoke the tokens of a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts import device_tokens
from claude_tray.server.accounts.management.commands.create_token import (
    require_user_named,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`revoke-token NAME --machine laptop`."""

    help = "Revoke all tokens of a machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")
        parser.add_argument(
            "--machine", required=True, help="name of the machine"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user, machine = require_user_named(options["name"]), options["machine"]
        count = device_tokens.revoke_device_tokens_named(
            user, machine, timezone.now()
        )
        if not count:
            detail = f"{user} has no valid token for {machine}."
            raise CommandError(detail)
        self.stdout.write(f"Revoked {count} token(s) of {machine}.")
