"""Register the machines that sync, and track how much has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.time import Millis, from_epoch_ms, to_duration_ms
from claude_tray.errors import ClaudeTrayError
from claude_tray.server.accounts.events import AccountEvent, announce
from claude_tray.server.usage.models import Machine

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.protocol.agent_sync import AgentPayload
    from claude_tray.protocol.agent_validation import SenderReport
    from claude_tray.server.accounts.models import User


# Third-party senders do not identify their machine.
UNNAMED_MACHINE_ID: Final = "default"


# Also of containers, each of which may be a machine of its own.
MAX_MACHINES: Final = 1_000


class TooManyMachinesError(ClaudeTrayError):
    """The user has too many machines for another one."""


class MachineRevokedError(ClaudeTrayError):
    """The machine was revoked by its owner."""


class MachineSyncState(NamedTuple):
    """
    State of a machine's sync, as reported in AgentSyncResponse.

    Attributes:
        machine_pk: Primary key.
        acked_seq: Sequence number up to which its store has arrived; None
            without a store.
        resync_from: Set if earlier changes are missing: store nothing.
        skew_ms: Its clock minus ours, in milliseconds.
    """

    machine_pk: int
    acked_seq: int | None = None
    resync_from: int | None = None
    skew_ms: int | None = None


def get_machine_id(agent: AgentPayload | None) -> str:
    return agent.machine_id if agent else UNNAMED_MACHINE_ID


def get_acked_seq(user: User, machine_id: str, store_id: str) -> int:
    """Return the sequence number up to which a store has arrived."""
    matching_machines = Machine.objects.filter(
        user=user,
        machine_id=machine_id,
        store_id=store_id,
    )
    return matching_machines.values_list("acked_seq", flat=True).first() or 0


def register_sync(
    user: User,
    agent: AgentPayload | None,
    report: SenderReport,
    now: datetime,
) -> MachineSyncState:
    """
    Record a sync of a machine; the caller holds the user's lock.

    Args:
        user: Owner of the machine.
        agent: Sender; None if it does not identify itself.
        report: Its plausible times.
        now: Current time.

    Raises:
        MachineRevokedError: The machine is revoked.
        TooManyMachinesError: The user has too many.
    """
    machine = _get_or_create_machine(user, get_machine_id(agent))
    if machine.revoked_at is not None:
        summary = "This machine is revoked."
        raise MachineRevokedError(
            summary, hint="Its owner can allow it again."
        )
    machine.last_sync_at = now
    resync_from = None
    if agent is not None:
        resync_from = _advance_acked_seq(machine, agent)
        _update_machine_info(machine, agent, report, now)
    machine.save()
    has_store = agent is not None and agent.store_id
    return MachineSyncState(
        machine.pk,
        machine.acked_seq if has_store else None,
        resync_from,
        machine.clock_skew_ms,
    )


def _get_or_create_machine(user: User, machine_id: str) -> Machine:
    machines = Machine.objects.filter(user=user)
    machine = machines.filter(machine_id=machine_id).first()
    if machine is not None:
        return machine
    if machines.count() >= MAX_MACHINES:
        summary = f"A user may have {MAX_MACHINES:,} machines."
        raise TooManyMachinesError(
            summary, hint="Send from a known machine, or as another user."
        )
    return Machine.objects.create(user=user, machine_id=machine_id)


def _advance_acked_seq(machine: Machine, agent: AgentPayload) -> int | None:
    """Advance `acked_seq`; return it if changes before the batch are missing."""
    if not agent.store_id:
        return None
    if machine.store_id != agent.store_id:
        machine.store_id, machine.acked_seq = agent.store_id, 0
    if agent.from_seq > machine.acked_seq:
        return machine.acked_seq
    machine.acked_seq = max(machine.acked_seq, agent.to_seq)
    return None


def _update_machine_info(
    machine: Machine,
    agent: AgentPayload,
    report: SenderReport,
    now: datetime,
) -> None:
    machine.name = agent.machine_name
    machine.version = agent.version
    sent_at, as_of = map(_to_datetime, (report.sent_ms, report.as_of_ms))
    if sent_at is not None:
        machine.clock_skew_ms = to_duration_ms(sent_at - now)
    if as_of is not None:
        as_of = min(as_of, now)
        machine.as_of = max(as_of, machine.as_of or as_of)


def _to_datetime(at_ms: Millis | None) -> datetime | None:
    return None if at_ms is None else from_epoch_ms(at_ms)


def set_machine_revoked(
    owner: User,
    machine_id: str,
    now: datetime,
    *,
    is_revoked: bool,
    actor: User | None,
) -> bool:
    """
    Refuse what a machine sends from now on, or accept it again.

    Args:
        owner: The user whose machine it is.
        machine_id: Its ID.
        now: Current time.
        is_revoked: Refuse it.
        actor: Who changes it; None is a command on the server.

    Returns:
        Whether there is such a machine.
    """
    matching_machines = Machine.objects.filter(
        user=owner, machine_id=machine_id
    )
    if "\0" in machine_id or not matching_machines.update(
        revoked_at=now if is_revoked else None
    ):
        return False
    event = AccountEvent.MACHINE_ALLOWED
    if is_revoked:
        event = AccountEvent.MACHINE_REVOKED
    announce(actor, event, owner, machine_id)
    return True
