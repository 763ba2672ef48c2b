"""Rows that are known, merged with what is told of them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.usage import Origin, Terms, UsageRecord, merge
from claude_tray.server.usage.bulk import found
from claude_tray.server.usage.rows import COLUMNS, Names, Row, record_of

if TYPE_CHECKING:
    from collections.abc import Collection

_HELD: Final = (
    f"SELECT {', '.join(COLUMNS)} FROM usage_usagesnapshot"
    " WHERE user_id = %s AND key "
)
_NAMES: Final = """
    SELECT reply.key, session.session_id, account.key, machine.machine_id,
        model.name, model.speed, model.inference_geo, model.service_tier
    FROM usage_usagesnapshot AS reply
        JOIN usage_session AS session ON session.id = reply.session_id
        JOIN usage_claudeaccount AS account ON account.id = reply.account_id
        JOIN usage_machine AS machine ON machine.id = reply.machine_id
        JOIN usage_model AS model ON model.id = reply.model_id
    WHERE reply.user_id = %s AND reply.key """


class Sent(NamedTuple):
    """A record and who sent it."""

    record: UsageRecord
    account: str
    machine: str


def held_rows(user_id: int, keys: Collection[int]) -> dict[int, Row]:
    """Return those of the replies that are known, by key."""
    return {row[1]: Row(*row) for row in found(_HELD, user_id, keys)}


def held_as_sent(
    user_id: int,
    rows: Collection[Row],
) -> dict[int, Sent]:
    """Return known rows as they were once sent, by key."""
    if not rows:
        return {}
    named = {
        row[0]: Names(row[1], row[2], row[3], row[4], Terms(*row[5:]))
        for row in found(_NAMES, user_id, [row.key for row in rows])
    }
    return {
        row.key: Sent(
            record_of(row, named[row.key]),
            named[row.key].account,
            named[row.key].machine,
        )
        for row in rows
    }


def joined(one: Sent, other: Sent) -> Sent:
    """
    Return what two tellings of a reply amount to, in any order.

    The account and the machine are those of the line that tells the
    session; a known account comes before an unknown one.
    """
    first = min(one, other, key=_rank)
    record = merge(one.record, other.record)
    return Sent(record, first.account, first.machine)


def _rank(sent: Sent) -> tuple[Origin, bool, str, str]:
    origin = sent.record.origin._replace(project="")  # type: ignore[arg-type]
    return origin, not sent.account, sent.account, sent.machine
