"""Register the machines that sync, and track how much has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from claude_tray.core.time import Millis, from_epoch_ms, to_duration_ms
from claude_tray.errors import ClaudeTrayError
from claude_tray.server.accounts.events import AccountEvent, announce
from claude_tray.server.usage.bulk_sql import fetch_rows
from claude_tray.server.usage.models import Machine

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.protocol.agent_sync import AgentPayload
    from claude_tray.protocol.agent_validation import SenderReport
    from claude_tray.server.accounts.models import User


# Third-party senders do not identify their machine.
UNNAMED_MACHINE_ID: Final = "default"


# SQL because compiling ORM queries takes longer than running these.
_MACHINE_SQL: Final = """
    SELECT id, name, version, store_id, acked_seq, clock_skew_ms,
        revoked_at IS NOT NULL
    FROM usage_machine WHERE user_id = %s AND machine_id = %s
"""
_UPDATE_SQL: Final = """
    UPDATE usage_machine SET name = %s, version = %s, store_id = %s,
        acked_seq = %s, last_sync_at = %s, clock_skew_ms = %s,
        as_of = CASE WHEN as_of > %s THEN as_of
            ELSE coalesce(%s, as_of) END
    WHERE user_id = %s AND id = %s
"""
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
    if machine.is_revoked:
        summary = "This machine is revoked."
        raise MachineRevokedError(
            summary, hint="Its owner can allow it again."
        )
    position = _compute_position(machine, agent)
    names = (machine.name, machine.version)
    skew_ms, as_of = machine.clock_skew_ms, None
    if agent is not None:
        names = (agent.machine_name, agent.version)
        sent_at, as_of = map(_to_datetime, (report.sent_ms, report.as_of_ms))
        if sent_at is not None:
            skew_ms = to_duration_ms(sent_at - now)
    adapt = connection.ops.adapt_datetimefield_value
    last_sync = adapt(now)
    read_up_to = adapt(None if as_of is None else min(as_of, now))
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE_SQL,
            [
                *(*names, position.store_id, position.acked_seq),
                *(last_sync, skew_ms),
                *(read_up_to, read_up_to, user.pk, machine.pk),
            ],
        )
    acked_seq = position.acked_seq if agent and agent.store_id else None
    return MachineSyncState(
        machine.pk, acked_seq, position.resync_from, skew_ms
    )


class _StoredMachine(NamedTuple):
    """What an upload may change of a machine, and whether it is revoked."""

    pk: int
    name: str = ""
    version: str = ""
    store_id: str = ""
    acked_seq: int = 0
    clock_skew_ms: int | None = None
    is_revoked: bool = False


def _get_or_create_machine(user: User, machine_id: str) -> _StoredMachine:
    found = fetch_rows(_MACHINE_SQL, [user.pk, machine_id])
    if found:
        return _StoredMachine(*found[0])
    machines = Machine.objects.filter(user=user)
    if machines.count() >= MAX_MACHINES:
        summary = f"A user may have {MAX_MACHINES:,} machines."
        raise TooManyMachinesError(
            summary, hint="Send from a known machine, or as another user."
        )
    created = Machine.objects.create(user=user, machine_id=machine_id)
    return _StoredMachine(created.pk)


class _Position(NamedTuple):
    """How far a machine's store has arrived, as in MachineSyncState."""

    store_id: str
    acked_seq: int
    resync_from: int | None = None


def _compute_position(
    machine: _StoredMachine, agent: AgentPayload | None
) -> _Position:
    """Advance `acked_seq`, unless changes before the batch are missing."""
    stored = _Position(machine.store_id, machine.acked_seq)
    if agent is None or not agent.store_id:
        return stored
    if stored.store_id != agent.store_id:
        stored = _Position(agent.store_id, 0)
    if agent.from_seq > stored.acked_seq:
        return stored._replace(resync_from=stored.acked_seq)
    return stored._replace(acked_seq=max(stored.acked_seq, agent.to_seq))


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
