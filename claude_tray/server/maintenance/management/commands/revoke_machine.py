"""Revoke a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts.management.commands.create_token import (
    add_user_argument,
    require_user_named,
)
from claude_tray.server.usage.machines import revoke_machine

if TYPE_CHECKING:
    from argparse import ArgumentParser


class MachineCommand(BaseCommand):
    """Change one machine of a user."""

    success = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_user_argument(parser)
        parser.add_argument("machine_id", help="ID of the machines page")

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        machine_id = options["machine_id"]
        if not self.change(user.pk, machine_id):
            detail = f"{user} has no machine {machine_id}."
            raise CommandError(detail)
        self.stdout.write(self.success.format(machine_id))

    def change(self, user: int, machine_id: str) -> bool:
        """Change it; return whether there is such a machine."""
        raise NotImplementedError


class Command(MachineCommand):
    """`revoke-machine USER MACHINE_ID`."""

    help = "Refuse what a machine sends, whatever token it has."
    success = "Revoked machine {}."

    def change(self, user: int, machine_id: str) -> bool:
        return revoke_machine(user, machine_id, timezone.now())
