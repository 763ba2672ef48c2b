"""Allow a revoked machine to send again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from claude_tray.server.accounts.management.commands.create_token import (
    require_user_named,
)
from claude_tray.server.accounts.management.commands.revoke_machine import (
    add_machine_arguments,
    build_unknown_machine_error,
)
from claude_tray.server.usage import machines

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`allow-machine USER MACHINE_ID`."""

    help = "Allow a revoked machine to send again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_machine_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user = require_user_named(options["name"])
        machine_id = options["machine_id"]
        if not machines.allow_machine(user.pk, machine_id):
            raise build_unknown_machine_error(user.username, machine_id)
        self.stdout.write(f"Machine {machine_id} may send again.")
