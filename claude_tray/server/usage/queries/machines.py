"""List the machines that sync, and find those that lag behind."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Max

from claude_tray.core.windows import WINDOW_LENGTH
from claude_tray.server.usage.models import Machine, SessionShare

if TYPE_CHECKING:
    from collections.abc import Iterable


# Machines without a sync for longer are assumed to be off.
_ACTIVE_PERIOD: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class MachineInfo:
    """
    A machine that syncs.

    Attributes:
        pk: Primary key.
        machine_id: ID of the installation.
        name: Display name; may be empty.
        version: Version of the sender.
        last_sync_at: Time of its last sync.
        as_of: Time up to which its transcripts are read; None if unknown.
        clock_skew_ms: Its clock minus ours, in ms; None if unknown.
        revoked_at: Time of its revocation; None if it may sync.
    """

    pk: int
    machine_id: str
    name: str
    version: str
    last_sync_at: datetime | None
    as_of: datetime | None
    clock_skew_ms: int | None
    revoked_at: datetime | None


_MACHINE_COLUMNS: Final = tuple(field.name for field in fields(MachineInfo))


def list_machines(user: int) -> tuple[MachineInfo, ...]:
    """List a user's machines, latest sync first."""
    rows = Machine.objects.filter(user=user).order_by("-last_sync_at", "pk")
    return tuple(
        MachineInfo(*row) for row in rows.values_list(*_MACHINE_COLUMNS)
    )


def list_account_keys(user: int, machine_id: str) -> list[str]:
    """List the Claude accounts used on a machine, the latest first."""
    shares = SessionShare.objects.filter(
        user=user,
        session__user=user,
        account__user=user,
        machine__user=user,
        machine__machine_id=machine_id,
    )
    rows = (
        shares.values_list("account__key")
        .annotate(last=Max("session__last_ms"))
        .order_by("-last", "account__key")
    )
    return [key for key, _ in rows]


def has_lagging_machine(
    infos: Iterable[MachineInfo], start: datetime | None, now: datetime
) -> bool:
    """
    Return whether unsynced usage could move the start of a window.

    Args:
        infos: The user's machines.
        start: Start of the open window; None without one.
        now: Current time.
    """
    required_as_of = now - WINDOW_LENGTH if start is None else start
    return any(
        info.as_of is not None
        and info.as_of < required_as_of
        and info.last_sync_at is not None
        and info.last_sync_at > now - _ACTIVE_PERIOD
        and info.revoked_at is None
        for info in infos
    )
