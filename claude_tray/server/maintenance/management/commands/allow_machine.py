"""Allow a revoked machine to send again."""

from __future__ import annotations

from claude_tray.server.maintenance.management.commands.revoke_machine import (
    MachineCommand,
)
from claude_tray.server.usage.machines import allow_machine


class Command(MachineCommand):
    """`allow-machine USER MACHINE_ID`."""

    help = "Allow a revoked machine to send again."
    success = "Machine {} may send again."

    def change(self, user: int, machine_id: str) -> bool:
        return allow_machine(user, machine_id)
