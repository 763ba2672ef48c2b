"""Find an account's open window, and whether it has any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.store.aggregates import find_account_id
from claude_tray.store.windows import find_current_by_rules, find_latest

if TYPE_CHECKING:
    from claude_tray.core.accounts import Account
    from claude_tray.core.windows import Window, WindowRules
    from claude_tray.store.connection import Reader, Writer


# An account that is idle for longer may be used in another way.
_MAX_IDLE_MS: Final = 30 * 86_400_000


def find_open_window(
    reader: Reader | Writer,
    account: Account,
    rules: WindowRules,
    last_ms: int | None,
    now_ms: int,
) -> tuple[Window | None, bool]:
    """
    Return the open window of an account, and whether it may have windows.

    It has none if it is in use and nothing of it opens a window: that is so
    with other providers, gateways and their keys.

    Args:
        reader: Open database.
        account: Account that is not known to have no 5-hour limit.
        rules: Rule and official windows of the account.
        last_ms: Time of its last record; None without any.
        now_ms: Current time.
    """
    account_id = find_account_id(reader, account.key)
    window = find_current_by_rules(reader, account_id, rules, now_ms)
    is_unused = last_ms is None or now_ms - last_ms > _MAX_IDLE_MS
    if window is not None or is_unused or rules.official_windows:
        return window, True
    return None, find_latest(reader, account, now_ms) is not None
