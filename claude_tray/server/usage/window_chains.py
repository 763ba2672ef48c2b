"""
Remember up to where the windows of an account are finished.

Without reported resets, each window starts after the one before it, so the
open window depends on all earlier ones. `ClaudeAccount.chain_ms` is where they
can be continued; only late records and reports reset it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import DatabaseError, connection, transaction

from claude_tray.server.usage.bulk_sql import fetch_rows, try_lock_user
from claude_tray.server.usage.models import ClaudeAccount

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.core.windows import WindowRule


_CHAIN_SQL: Final = (
    "SELECT chain_ms, chain_rule FROM usage_claudeaccount"
    " WHERE user_id = %s AND id = %s"
)
_INVALIDATE_SQL: Final = (
    "UPDATE usage_claudeaccount SET chain_ms = 0"
    " WHERE user_id = %s AND id = %s AND chain_ms > %s"
)


class WindowChain(NamedTuple):
    """
    Where the windows of an account continue.

    Attributes:
        end_ms: End of a finished window in milliseconds; 0 is the beginning.
        rule: Window rule that it was found with.
    """

    end_ms: int = 0
    rule: str = ""

    def get_end(self, rule: WindowRule) -> int:
        """Return where windows by a rule continue."""
        return self.end_ms if self.rule == rule else 0


def invalidate_chain(user: int, account_pk: int, from_ms: int) -> None:
    """Forget finished windows that a change from a time on may move."""
    with connection.cursor() as cursor:
        cursor.execute(_INVALIDATE_SQL, [user, account_pk, from_ms])


def load_chain(user: int, account_pk: int) -> WindowChain:
    """Return where the windows of an account continue."""
    found = fetch_rows(_CHAIN_SQL, [user, account_pk])
    return WindowChain(*found[0]) if found else WindowChain()


def save_chain(
    user: int,
    account_pk: int,
    rule: WindowRule,
    find_end: Callable[[], int],
) -> None:
    """
    Save the end of a finished window, unless the user's data is being written.

    Args:
        user: Primary key of the user.
        account_pk: Primary key of the account.
        rule: Window rule.
        find_end: Finds the end, in ms; called while the user is locked.
    """
    try:
        with transaction.atomic():
            if try_lock_user(user):
                ClaudeAccount.objects.filter(user=user, pk=account_pk).update(
                    chain_ms=find_end(), chain_rule=rule
                )
    except DatabaseError:
        # SQLite is being written by another process.
        return
