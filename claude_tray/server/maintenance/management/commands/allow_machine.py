"""Allow a revoked machine to send again."""

from __future__ import annotations

from claude_tray.server.maintenance.management.commands.revoke_machine import (
    MachineCommand,
)


class Command(MachineCommand):
    """`allow-machine USER MACHINE_ID`."""

    help = "Allow a revoked machine to send again."
    success = "Machine {} may send again."
    is_revoked = False
