"""Revoke a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claude_tray.server.accounts.management.commands.create_token import (
    add_user_argument,
    require_user_named,
)
from claude_tray.server.usage import machines

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`revoke-machine USER MACHINE_ID`."""

    help = "Refuse what a machine sends, whatever token it has."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_machine_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        machine_id = options["machine_id"]
        if not machines.revoke_machine(user.pk, machine_id, timezone.now()):
            raise build_unknown_machine_error(user.username, machine_id)
        self.stdout.write(f"Revoked machine {machine_id}.")


def add_machine_arguments(parser: ArgumentParser) -> None:
    add_user_argument(parser)
    parser.add_argument("machine_id", help="ID of the machines page")


def build_unknown_machine_error(user: str, machine_id: str) -> CommandError:
    return CommandError(f"{user} has no machine {machine_id}.")
