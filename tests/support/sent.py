"""What agents send, decoded; and what all of it amounts to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from claude_tray.domain.usage import UsageRecord, merge
from claude_tray.server.usage.models import (
    SUM_FIELDS,
    Session,
    SessionShare,
    UsageCell,
    UsageSnapshot,
)
from claude_tray.wire.agent_sync import Request
from claude_tray.wire.incoming import Received, rows_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from claude_tray.server.accounts.models import User

Table = dict[tuple[int, ...], list[int]]


def decoded(body: dict[str, Any]) -> Request:
    """Return a request as the server decodes it."""
    return msgspec.json.decode(msgspec.json.encode(body), type=Request)


def merged(
    requests: Iterable[Request],
    now: datetime,
) -> dict[int, UsageRecord]:
    """Return what the domain's own merge makes of it all."""
    records: dict[int, UsageRecord] = {}
    for request in requests:
        for row in rows_in(request, int(now.timestamp() * 1000)):
            assert isinstance(row, Received)
            record = row.record
            held = records.get(record.key)
            records[record.key] = merge(held, record) if held else record
    return records


def replies_of(user: User) -> list[UsageSnapshot]:
    found = UsageSnapshot.objects.filter(user=user).order_by("key")
    return list(found.select_related("model", "session"))


def assert_sums_are_those_of_the_replies(user: User) -> None:
    """Compare every stored sum with one made by adding up all replies."""
    shares: Table = {}
    cells: Table = {}
    sessions: Table = {}
    times: dict[int, list[int]] = {}
    for row in replies_of(user):
        sums = [getattr(row, name) for name in SUM_FIELDS[:-2]]
        sums += [row.cost_nano or 0, int(row.cost_nano is None)]
        whose = (row.machine_id, row.account_id, row.model_id)
        _add(shares, (row.session_id, *whose), sums)
        _add(cells, (row.at_ms // 900_000, *whose), sums)
        _add(sessions, (row.session_id,), sums)
        times.setdefault(row.session_id, []).append(row.at_ms)
    keys = ("machine_id", "account_id", "model_id")
    used = Session.objects.filter(user=user, last_ms__gt=0)
    assert _stored(SessionShare, user, "session_id", *keys) == shares
    assert _stored(UsageCell, user, "cell", *keys) == cells
    assert sessions == {
        (session.pk,): [getattr(session, name) for name in SUM_FIELDS]
        for session in used
    }
    assert {pk: (min(at), max(at)) for pk, at in times.items()} == {
        session.pk: (session.first_ms, session.last_ms) for session in used
    }


def _add(table: Table, key: tuple[int, ...], sums: list[int]) -> None:
    held = table.get(key, [0] * len(sums))
    table[key] = [a + b for a, b in zip(held, sums, strict=True)]


def _stored(
    model: type[SessionShare | UsageCell],
    user: User,
    *keys: str,
) -> Table:
    rows = model.objects.filter(user=user).values_list(*keys, *SUM_FIELDS)
    return {row[: len(keys)]: list(row[len(keys) :]) for row in rows}
