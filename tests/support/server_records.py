"""Decode the requests of agents and compute their totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import UsageRecord, merge
from claude_tray.protocol.agent_sync import AgentSyncRequest
from claude_tray.protocol.agent_sync_validation import (
    ValidatedRow,
    validate_rows,
)
from claude_tray.server.usage.models import (
    SUM_FIELDS,
    Session,
    SessionShare,
    UsageCell,
    UsageSnapshot,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from claude_tray.server.accounts.models import User


AggregateTable = dict[tuple[int, ...], list[int]]


def decode_request(body: dict[str, Any]) -> AgentSyncRequest:
    """Return a request as the server decodes it."""
    return msgspec.json.decode(
        msgspec.json.encode(body), type=AgentSyncRequest
    )


def merge_requests(
    requests: Iterable[AgentSyncRequest],
    now: datetime,
) -> dict[int, UsageRecord]:
    """Merge all requests with the functions of `core`."""
    records: dict[int, UsageRecord] = {}
    for request in requests:
        for row in validate_rows(request, to_epoch_ms(now)):
            assert isinstance(row, ValidatedRow)
            record = row.record
            existing = records.get(record.key)
            records[record.key] = (
                merge(existing, record) if existing else record
            )
    return records


def load_snapshots(user: User) -> list[UsageSnapshot]:
    snapshots = UsageSnapshot.objects.filter(user=user).order_by("key")
    return list(snapshots.select_related("model", "session"))


def assert_aggregates_match_snapshots(user: User) -> None:
    """Compare every stored aggregate with the sum of all rows."""
    session_shares: AggregateTable = {}
    cells: AggregateTable = {}
    sessions: AggregateTable = {}
    times: dict[int, list[int]] = {}
    for row in load_snapshots(user):
        sums = [getattr(row, name) for name in SUM_FIELDS[:-2]]
        sums += [row.cost_nano or 0, int(row.cost_nano is None)]
        key = (row.machine_id, row.account_id, row.model_id)
        _add_to_table(session_shares, (row.session_id, *key), sums)
        _add_to_table(cells, (row.at_ms // 900_000, *key), sums)
        _add_to_table(sessions, (row.session_id,), sums)
        times.setdefault(row.session_id, []).append(row.at_ms)
    keys = ("machine_id", "account_id", "model_id")
    sessions_with_usage = Session.objects.filter(user=user, last_ms__gt=0)
    assert (
        _load_table(SessionShare, user, "session_id", *keys) == session_shares
    )
    assert _load_table(UsageCell, user, "cell", *keys) == cells
    assert sessions == {
        (session.pk,): [getattr(session, name) for name in SUM_FIELDS]
        for session in sessions_with_usage
    }
    assert {pk: (min(at), max(at)) for pk, at in times.items()} == {
        session.pk: (session.first_ms, session.last_ms)
        for session in sessions_with_usage
    }


def _add_to_table(
    table: AggregateTable, key: tuple[int, ...], sums: list[int]
) -> None:
    existing = table.get(key, [0] * len(sums))
    table[key] = [a + b for a, b in zip(existing, sums, strict=True)]


def _load_table(
    model: type[SessionShare | UsageCell],
    user: User,
    *keys: str,
) -> AggregateTable:
    rows = model.objects.filter(user=user).values_list(*keys, *SUM_FIELDS)
    return {row[: len(keys)]: list(row[len(keys) :]) for row in rows}
