"""Revoke a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts.management.commands.create_token import (
    add_user_argument,
    require_user_named,
)
from claude_tray.server.usage.machines import set_machine_revoked

if TYPE_CHECKING:
    from argparse import ArgumentParser


class MachineCommand(BaseCommand):
    """Change one machine of a user."""

    success = ""
    is_revoked: bool

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_user_argument(parser)
        parser.add_argument("machine_id", help="ID of the machines page")

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        machine_id = options["machine_id"]
        if not set_machine_revoked(
            user,
            machine_id,
            timezone.now(),
            is_revoked=self.is_revoked,
            actor=None,
        ):
            detail = f"{user} has no machine {machine_id}."
            raise CommandError(detail)
        self.stdout.write(self.success.format(machine_id))


class Command(MachineCommand):
    """`revoke-machine USER MACHINE_ID`."""

    help = "Refuse what a machine sends, whatever token it has."
    success = "Revoked machine {}."
    is_revoked = True
