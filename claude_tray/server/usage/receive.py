"""Keeps what a machine sent: all writes of agent-sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import transaction

from claude_tray.server.prices import price_table
from claude_tray.server.usage import limits, machines
from claude_tray.server.usage.batches import Batch, model_of
from claude_tray.server.usage.bulk import lock_user, upsert
from claude_tray.server.usage.held import Sent, held_as_sent, held_rows, joined
from claude_tray.server.usage.models import UsageSnapshot
from claude_tray.server.usage.names import (
    ModelName,
    account_numbers,
    model_number,
    project_numbers,
    session_numbers,
)
from claude_tray.server.usage.prune import horizon_of
from claude_tray.server.usage.rollups import Differences
from claude_tray.server.usage.rows import COLUMNS, Place, Row, row_of
from claude_tray.wire.incoming import rows_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from claude_tray.domain.usage import Terms
    from claude_tray.server.accounts.models import User
    from claude_tray.server.usage.machines import Arrival
    from claude_tray.wire.agent_sync import Agent, Request
    from claude_tray.wire.answers import Rejected
    from claude_tray.wire.incoming import Received

_KEY: Final = ("user_id", "key")
_CHANGE: Final = ", ".join(
    f"{name} = excluded.{name}" for name in COLUMNS if name not in _KEY
)


class Kept(NamedTuple):
    """What a request came to."""

    batch: Batch
    arrival: Arrival
    created: int = 0
    updated: int = 0

    @property
    def unchanged(self) -> int:
        new = self.created + self.updated
        return self.batch.received - len(self.batch.rejected) - new


def receive(user: User, request: Request, now: datetime) -> Kept:
    """
    Keep all that a request holds, or nothing; again changes nothing.

    Raises:
        machines.RevokedError: The machine may not send any more.
    """
    paths = {project.name: project.path for project in request.projects}
    rows = rows_in(request, int(now.timestamp() * 1000))
    return keep(user, request.agent, rows, paths, now)


def keep(
    user: User,
    agent: Agent | None,
    rows: Iterable[Received | Rejected],
    paths: Mapping[str, str],
    now: datetime,
) -> Kept:
    """
    Keep rows, all or none.

    Args:
        user: Whose they are.
        agent: Who sends them.
        rows: Their projects are named in `paths`.
        paths: The path of each project.
        now: The moment.

    Raises:
        machines.RevokedError: The machine may not send any more.
    """
    batch = Batch(rows, paths, machines.id_of(agent))
    models = {
        (name, terms): model_number(ModelName(name, *terms[:3]))
        for name, terms in batch.models()
    }
    with transaction.atomic():
        lock_user(user.pk)
        arrival = machines.announce(user, agent, now)
        if arrival.resync_from is not None:
            return Kept(batch, arrival)
        numbers = _Numbers(user, batch, models, arrival.number)
        counts = _keep(user.pk, batch, numbers)
        if agent:
            limits.keep(user, agent)
    return Kept(batch, arrival, *counts)


class _Numbers:
    """The numbers of all that a batch names."""

    def __init__(
        self,
        user: User,
        batch: Batch,
        models: dict[tuple[str, Terms], int],
        machine: int,
    ) -> None:
        projects = project_numbers(user, batch.projects)
        self._user = user.pk
        self._sessions = session_numbers(user, batch.beginnings(), projects)
        self._accounts = account_numbers(user, batch.accounts())
        self._models = models
        self._machine = (batch.machine, machine)
        # Few, for many replies.
        self._places: dict[tuple[str, str, tuple[str, Terms]], Place] = {}

    def place_of(self, sent: Sent) -> Place:
        """Return where a reply of this batch belongs."""
        named = (sent.record.session_id, sent.account, model_of(sent))
        place = self._places.get(named)
        if place is None:
            session, account, model = named
            place = self._places[named] = Place(
                self._user,
                self._sessions[session],
                self._machine[1],
                self._accounts[account],
                self._models[model],
            )
        return place

    def place_beside(self, sent: Sent, held: Row) -> Place:
        """Return where a joined reply belongs: as held what is not named."""
        session = sent.record.session_id
        name, machine = self._machine
        return Place(
            self._user,
            self._sessions.get(session, held.session_id),
            machine if sent.machine == name else held.machine_id,
            self._accounts.get(sent.account, held.account_id),
            self._models.get(model_of(sent), held.model_id),
        )


def _keep(user_id: int, batch: Batch, numbers: _Numbers) -> tuple[int, int]:
    """Write what is new or has grown; return how many were which."""
    table = price_table()
    held, horizon = held_rows(user_id, batch.sent), horizon_of(user_id)
    differences = Differences(user_id)
    new: list[Row] = []
    other: list[Row] = []
    for key, sent in batch.sent.items():
        row = row_of(sent.record, numbers.place_of(sent), table)
        if key not in held:
            if row.at_ms >= horizon:
                new.append(row)
                differences.add(row)
        elif row != held[key]:
            other.append(held[key])
    grown: list[Row] = []
    for key, known in held_as_sent(user_id, other).items():
        sent = joined(known, batch.sent[key])
        place = numbers.place_beside(sent, held[key])
        row = row_of(sent.record, place, table)
        if row != held[key]:
            grown.append(row)
            differences.take(held[key])
            differences.add(row)
    upsert(UsageSnapshot, COLUMNS, new + grown, ", ".join(_KEY), _CHANGE)
    differences.keep(horizon)
    return len(new), len(grown)
