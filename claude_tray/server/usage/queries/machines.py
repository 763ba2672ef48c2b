"""The machines that send, and how far each has told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.windows import WINDOW_LENGTH
from claude_tray.server.usage.models import Machine

if TYPE_CHECKING:
    from django.db.models import QuerySet


# A machine that has not sent for longer is taken to be off.
_ACTIVE_PERIOD: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class MachineInfo:
    """
    A machine that sends.

    Attributes:
        machine_id: The same for all that an installation sends.
        name: For people; may be empty.
        version: The sender's.
        last_sync_at: When it sent last.
        as_of: Up to when it had read its transcripts; None if it never told.
        clock_skew_ms: Its clock before ours; None if it never told.
        revoked_at: Since when it may not send.
    """

    machine_id: str
    name: str
    version: str
    last_sync_at: datetime | None
    as_of: datetime | None
    clock_skew_ms: int | None
    revoked_at: datetime | None


def list_machines(user: int) -> tuple[MachineInfo, ...]:
    """Return a person's machines, the one that sent last first."""
    user_machines = Machine.objects.filter(user=user).order_by(
        "-last_sync_at", "pk"
    )
    return tuple(
        MachineInfo(
            machine.machine_id,
            machine.name,
            machine.version,
            machine.last_sync_at,
            machine.as_of,
            machine.clock_skew_ms,
            machine.revoked_at,
        )
        for machine in user_machines
    )


def has_lagging_machine(
    user: int, start: datetime | None, now: datetime
) -> bool:
    """
    Tell whether a machine has yet to tell what could move a window's start.

    Args:
        user: The person.
        start: The open window's; None without one.
        now: The moment.
    """
    required_as_of = now - WINDOW_LENGTH if start is None else start
    return _filter_active(user, now).filter(as_of__lt=required_as_of).exists()


def _filter_active(user: int, now: datetime) -> QuerySet[Machine]:
    return Machine.objects.filter(
        user=user,
        last_sync_at__gt=now - _ACTIVE_PERIOD,
        revoked_at=None,
    )
