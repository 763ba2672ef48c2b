"""List a user's Claude accounts by their last use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.time import to_epoch_ms
from claude_tray.server.usage.bulk_sql import fetch_rows
from claude_tray.server.usage.queries.windows import CLOCK_TOLERANCE_MS
from claude_tray.server.usage.window_chains import WindowChain

if TYPE_CHECKING:
    from datetime import datetime


_ACCOUNTS_SQL: Final = """
    SELECT id, key, chain_ms, chain_rule, (
        SELECT at_ms FROM usage_usagesnapshot
        WHERE user_id = %s AND account_id = account.id AND at_ms <= %s
        ORDER BY at_ms DESC LIMIT 1
    ) FROM usage_claudeaccount AS account WHERE user_id = %s
"""


class UsedAccount(NamedTuple):
    """
    An account.

    Attributes:
        pk: Primary key.
        key: Hash of the account; "" is the unknown one.
        last_ms: Time of the last record, 0 without one.
        chain: Up to where its windows are finished.
    """

    pk: int
    key: str
    last_ms: int
    chain: WindowChain


def list_by_last_use(
    user: int, now: datetime, key: str | None = None
) -> list[UsedAccount]:
    """
    List accounts, the one used last first.

    One query; each account takes one index seek.

    Args:
        user: Primary key of the user.
        now: Current time.
        key: Only this account; None is all.
    """
    sql = _ACCOUNTS_SQL
    latest = to_epoch_ms(now) + CLOCK_TOLERANCE_MS
    parameters: list[int | str] = [user, latest, user]
    if key is not None:
        sql += " AND key = %s"
        parameters.append(key)
    used = [
        UsedAccount(pk, name, last_ms or 0, WindowChain(*chain))
        for pk, name, *chain, last_ms in fetch_rows(sql, parameters)
    ]
    return sorted(used, key=lambda one: (-one.last_ms, one.key))
